using AgentManagement.WebGateway.Agents;
using AgentManagement.WebGateway.Development;
using AgentManagement.WebGateway.Http;

namespace AgentManagement.Tests.WebGateway;

public sealed class RequestBodyTests
{
    [Fact]
    public void A_body_is_read_member_by_member() =>
        Assert.Equal(new RollbackRequest { ToVersion = 3, Note = "back" }, Read<RollbackRequest>("""{"toVersion":3,"note":"back"}"""));

    [Theory, InlineData("3.0"), InlineData("3e0"), InlineData("0.3E1"), InlineData("30e-1"), InlineData("3.000")]
    public void An_integer_is_one_by_its_value(string number) =>
        Assert.Equal(3, Read<RollbackRequest>($$"""{"toVersion":{{number}}}""").ToVersion);

    [Theory, InlineData("2026-01-31T09:30:00.123456789Z"), InlineData("2026-01-31t11:30:00.123456789+02:00")]
    public void A_time_may_have_nine_decimals_and_any_offset(string time) => Assert.Equal(
        new DateTimeOffset(2026, 1, 31, 9, 30, 0, TimeSpan.Zero).AddTicks(1_234_567),
        Read<AgentManagement.WebGateway.ApiKeys.CreateApiKeyRequest>(
            $$"""{"name":"k","role":"viewer","expiresAt":"{{time}}"}""").ExpiresAt);

    [Fact]
    public void Null_is_as_good_as_absent_where_a_member_is_optional() =>
        Assert.Equal(new CloneRequest { Name = "Copy" }, Read<CloneRequest>("""{"id":null,"name":"Copy"}"""));

    [Theory]
    [InlineData("""{"toVersion":1,"version":2}""", "unknown_field /version")]
    [InlineData("""{"toVersion":1,"a/b~c":2}""", "unknown_field /a~1b~0c")]
    [InlineData("""{}""", "required /toVersion")]
    [InlineData("""{"toVersion":null}""", "wrong_type /toVersion")]
    [InlineData("""{"toVersion":"1"}""", "wrong_type /toVersion")]
    [InlineData("""{"toVersion":0}""", "out_of_range /toVersion")]
    [InlineData("""{"toVersion":1.5}""", "wrong_type /toVersion")]
    [InlineData("""{"toVersion":1e-1}""", "wrong_type /toVersion")]
    [InlineData("""{"toVersion":1e99}""", "out_of_range /toVersion")]
    [InlineData("""{"toVersion":1.00000000000000000000000000000000001}""", "wrong_type /toVersion")]
    [InlineData("""{"toVersion":99999999999}""", "out_of_range /toVersion")]
    [InlineData("""{"toVersion":1,"note":7}""", "wrong_type /note")]
    [InlineData("""{"ToVersion":1}""", "required /toVersion, unknown_field /ToVersion")]
    [InlineData("""[]""", "wrong_type ")]
    [InlineData("""null""", "wrong_type ")]
    public void Everything_that_is_wrong_is_named(string body, string issues) => Assert.Equal(issues, Issues<RollbackRequest>(body));

    [Theory]
    [InlineData("""{"name":""}""", "wrong_length /name")]
    [InlineData("""{"name":"  "}""", "wrong_format /name")]
    [InlineData("""{"name":"a","id":"Not a slug"}""", "wrong_format /id")]
    [InlineData("""{"name":"a","id":"slug\n"}""", "wrong_format /id")]
    [InlineData("""{"name":"a","id":""}""", "wrong_format /id")]
    public void A_clone_must_have_a_name_and_may_have_a_slug(string body, string issues) =>
        Assert.Equal(issues, Issues<CloneRequest>(body));

    [Theory]
    [InlineData("""{"tenant":"a/b","role":"editor"}""", "wrong_format /tenant")]
    [InlineData("""{"tenant":"acme","role":"root"}""", "wrong_format /role")]
    public void A_token_is_made_for_what_can_be_a_tenant_and_a_role(string body, string issues) =>
        Assert.Equal(issues, Issues<TokenRequest>(body));

    [Fact]
    public void Lengths_count_characters_and_not_code_units()
    {
        var astral = string.Concat(Enumerable.Repeat("\U0001F600", 500));
        Assert.Equal(astral, Read<StatusChangeRequest>($$"""{"reason":"{{astral}}"}""").Reason);
        Assert.Equal("wrong_length /reason", Issues<StatusChangeRequest>($$"""{"reason":"{{astral}}x"}"""));
    }

    private static string Issues<T>(string body) where T : IBody<T> =>
        string.Join(", ", T.Read(new JsonText(body)).Issues.Select(issue => $"{issue.Code} {issue.Pointer}"));

    private static T Read<T>(string body) where T : IBody<T> => T.Read(new JsonText(body)).Value!;
}
