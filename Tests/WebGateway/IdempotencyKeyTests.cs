using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Problems;
using Microsoft.AspNetCore.Http;

namespace AgentManagement.Tests.WebGateway;

public sealed class IdempotencyKeyTests
{
    [Fact]
    public void Without_a_header_there_is_no_key() => Assert.Null(WriteConditions.ReadKey(Request(), null, "ann"));

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("tab\t")]
    [InlineData("ä")]
    [InlineData("del\u007f")]
    public void A_key_is_visible_ascii(string key) =>
        Assert.Throws<ProblemException>(() => WriteConditions.ReadKey(Request(key), null, "ann"));

    [Fact]
    public void A_key_has_at_most_255_characters()
    {
        Assert.NotNull(WriteConditions.ReadKey(Request(new string('k', 255)), null, "ann"));
        Assert.Throws<ProblemException>(() => WriteConditions.ReadKey(Request(new string('k', 256)), null, "ann"));
    }

    [Fact]
    public void The_same_request_has_the_same_fingerprint() => Assert.Equal(Fingerprint(), Fingerprint());

    [Fact]
    public void Another_method_path_query_body_or_subject_has_another()
    {
        string[] fingerprints =
        [
            Fingerprint(), Fingerprint(method: "PUT"), Fingerprint(path: "/b"), Fingerprint(query: "?dryRun=true"), Fingerprint(body: "{}"),
            Fingerprint(subject: "bob"), Fingerprint(path: "/a?x", query: ""), Fingerprint(path: "/a", query: "?x"),
        ];
        Assert.Equal(fingerprints.Length, fingerprints.Distinct().Count());
        Assert.All(fingerprints, each => Assert.Matches("^[0-9a-f]{64}$", each));
    }

    private static string Fingerprint(
        string method = "POST", string path = "/a", string query = "", string body = """{"a":1}""", string subject = "ann") =>
        WriteConditions.ReadKey(Request("key", method, path, query), System.Text.Encoding.UTF8.GetBytes(body), subject)!.Fingerprint;

    private static HttpRequest Request(string? key = null, string method = "POST", string path = "/a", string query = "")
    {
        var request = new DefaultHttpContext().Request;
        (request.Method, request.Path, request.QueryString) = (method, path, new QueryString(query));
        if (key is not null) request.Headers[WriteConditions.KeyHeader] = key;
        return request;
    }
}
