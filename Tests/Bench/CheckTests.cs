using System.Text;
using AgentManagement.Bench.Client;
using AgentManagement.Bench.Hostile;
using AgentManagement.Bench.Report;

namespace AgentManagement.Tests.Bench;

/// <summary>An experiment that finds nothing must be able to find something.</summary>
public sealed class CheckTests
{
    private const string Problem =
        """{"type":"urn:x","title":"Not Found","status":404,"code":"not_found","detail":"None.","correlationId":"id","errors":[]}""";

    private static readonly (string, int)[] Acknowledged = [("a", 1), ("b", 1), ("a", 2)];

    public static TheoryData<string, LoggedChange[]> WrongLogs => new()
    {
        { "lacks the acknowledged change (a, 2)", [new(1, "a", 1), new(2, "b", 1)] },
        { "has the change (a, 3), which was never acknowledged", [new(1, "a", 1), new(2, "b", 1), new(3, "a", 2), new(4, "a", 3)] },
        { "has (b, 1) twice", [new(1, "a", 1), new(2, "b", 1), new(3, "a", 2), new(4, "b", 1)] },
        { "the revisions in the log are not 1 to 3", [new(1, "a", 1), new(2, "b", 1), new(4, "a", 2)] },
        { "the versions of a in the log have gaps", [new(1, "b", 1), new(2, "a", 2)] },
    };

    [Fact]
    public void A_log_of_just_what_was_acknowledged_is_right() =>
        Assert.Empty(LogCheck.Compare("tenant", "the log", [new(3, "a", 2), new(2, "b", 1), new(1, "a", 1)], Acknowledged));

    [Theory, MemberData(nameof(WrongLogs))]
    public void Any_other_log_is_a_problem(string problem, LoggedChange[] log) =>
        Assert.Contains(
            LogCheck.Compare("tenant", "the log", log, Acknowledged), found => found.Contains(problem, StringComparison.Ordinal));

    [Fact]
    public void A_documented_refusal_is_right() => Assert.Null(FindProblem(404, Problem));

    [Theory]
    [InlineData(200, Problem, "application/problem+json", "id")]
    [InlineData(500, Problem, "application/problem+json", "id")]
    [InlineData(404, "", "application/problem+json", "id")]
    [InlineData(404, Problem, "application/json", "id")]
    [InlineData(404, Problem, "application/problem+json", "other")]
    [InlineData(404, """{"status":404}""", "application/problem+json", "id")]
    public void Any_other_answer_is_a_problem(int status, string body, string contentType, string correlationId) =>
        Assert.NotNull(FindProblem(status, body, contentType, correlationId));

    private static string? FindProblem(
        int status, string body, string contentType = "application/problem+json", string correlationId = "id") =>
        AnswerCheck.FindProblem(
            new("test", "GET", "/", 404),
            new(status, new Dictionary<string, string> { ["content-type"] = contentType, ["x-correlation-id"] = correlationId },
                Encoding.UTF8.GetBytes(body)));
}
