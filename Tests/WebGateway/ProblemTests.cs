using AgentManagement.WebGateway.Problems;

namespace AgentManagement.Tests.WebGateway;

public sealed class ProblemTests
{
    [Theory]
    [InlineData(OutcomeKind.NotFound, 404)]
    [InlineData(OutcomeKind.Conflict, 409)]
    [InlineData(OutcomeKind.PreconditionFailed, 412)]
    [InlineData(OutcomeKind.Malformed, 400)]
    [InlineData(OutcomeKind.Invalid, 422)]
    [InlineData(OutcomeKind.QuotaExceeded, 409)]
    [InlineData(OutcomeKind.Forbidden, 403)]
    [InlineData(OutcomeKind.Unavailable, 503)]
    [InlineData((OutcomeKind)99, 503)]
    public void Each_outcome_has_one_status(OutcomeKind kind, int status) => Assert.Equal(status, OutcomeStatus.Of(kind));

    [Fact]
    public void Every_outcome_has_a_status_of_its_own_kind() =>
        Assert.All(Enum.GetValues<OutcomeKind>(), kind => Assert.Equal(kind == OutcomeKind.Ok, OutcomeStatus.Of(kind) < 400));

    [Fact]
    public void A_problem_names_errors_and_leaves_warnings_out()
    {
        var refused =
            Problem.For(Outcome.Invalid<object>([Issue.Error("required", "/name", "Required."), Issue.Warning("odd", "/x", "Odd.")]));

        var body = ProblemBody.Of(refused, "id-1");

        Assert.Equal(("urn:agent-management:problem:invalid_content", 422, "id-1"), (body.Type, body.Status, body.CorrelationId));
        Assert.Equal(new ProblemError("/name", "required", "Required."), Assert.Single(body.Errors));
    }

    [Theory]
    [InlineData(400, "bad_request")]
    [InlineData(401, "unauthenticated")]
    [InlineData(405, "method_not_allowed")]
    [InlineData(413, "body_too_large")]
    [InlineData(415, "unsupported_media_type")]
    [InlineData(418, "refused")]
    [InlineData(500, "internal_error")]
    [InlineData(503, "service_unavailable")]
    public void A_status_alone_has_a_code(int status, string code) =>
        Assert.Equal((status, code), (StatusProblems.Of(status).Status, StatusProblems.Of(status).Code));
}
