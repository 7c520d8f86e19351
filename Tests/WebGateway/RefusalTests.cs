using System.Net.Http.Headers;
using System.Text;

namespace AgentManagement.Tests.WebGateway;

/// <summary>What is refused, and how it is said.</summary>
[Collection(typeof(GatewayTests))]
public sealed class RefusalTests(Gateway gateway)
{
    [Theory]
    [InlineData("{")]
    [InlineData("""{"name":"a","name":"b"}""")]
    [InlineData("""{"name":"a",}""")]
    [InlineData("""// comment""")]
    [InlineData("""{"name":"\ud800"}""")]
    [InlineData("""{"name":"\u0000"}""")]
    [InlineData("""{"name":NaN}""")]
    public async Task A_body_that_is_not_strict_json_is_malformed(string body)
    {
        var problem = await (await gateway.Client().SendAsync("POST", Api.Agents, body)).ShouldBeProblemAsync(400, "malformed_json");
        Assert.Single(problem.Errors());
    }

    [Fact]
    public async Task A_body_that_is_not_utf_8_is_malformed()
    {
        using var content = new ByteArrayContent([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        await (await gateway.Client().PostAsync(Api.Agents, content)).ShouldBeProblemAsync(400, "malformed_json");
    }

    [Fact]
    public async Task A_body_that_is_too_deep_is_malformed() => await (await gateway.Client().SendAsync(
        "POST", Api.Agents, new string('[', 5_000) + new string(']', 5_000))).ShouldBeProblemAsync(400, "malformed_json");

    [Fact]
    public async Task A_body_that_is_missing_is_asked_for() =>
        await (await gateway.Client().SendAsync("POST", Api.Agents)).ShouldBeProblemAsync(400, "body_required");

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/xml")]
    [InlineData("application/merge-patch+json")]
    [InlineData("application/json; charset=iso-8859-1")]
    public async Task Another_media_type_is_not_taken(string mediaType) =>
        await (await gateway.Client().SendAsync("POST", Api.Agents, Api.Content(), ("Content-Type", mediaType)))
            .ShouldBeProblemAsync(415, "unsupported_media_type");

    [Theory]
    [InlineData("POST", Api.Agents, "Accept", "application/json")]
    [InlineData("POST", Api.Import, "Accept", "application/x-ndjson")]
    [InlineData("PATCH", $"{Api.Agents}/any", "Accept-Patch", "application/merge-patch+json")]
    public async Task The_media_type_that_is_taken_is_named(string method, string path, string header, string mediaType)
    {
        var response = await gateway.Client().SendAsync(method, path, "x", ("Content-Type", "application/pdf"));
        var problem = await response.ShouldBeProblemAsync(415, "unsupported_media_type");
        Assert.Contains(mediaType, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal([mediaType], response.Headers.GetValues(header));
    }

    [Theory]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("Application/JSON; charset=\"UTF-8\"")]
    [InlineData("application/vnd.agent+json")]
    public async Task Json_by_its_other_names_is_taken(string mediaType) =>
        await (await gateway.Client().SendAsync("POST", Api.Agents, Api.Content(), ("Content-Type", mediaType))).ShouldBeAsync(201);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_over_1_MiB_is_too_large(bool isChunked)
    {
        var bytes = Encoding.UTF8.GetBytes(Api.Content(text: new string('x', 1024 * 1024)));
        var request = new HttpRequestMessage(HttpMethod.Post, Api.Agents) { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TransferEncodingChunked = isChunked;
        await (await gateway.Client().SendAsync(request)).ShouldBeProblemAsync(413, "body_too_large");
    }

    [Fact]
    public async Task A_body_under_1_MiB_is_read()
    {
        var body = Api.Content(text: new string('x', 1024 * 1024 - 1_000));
        var problem = await (await gateway.Client().SendAsync("POST", Api.Agents, body)).ShouldBeProblemAsync(422, "invalid_content");
        Assert.Contains(("wrong_length", "/config/instructions/template"), problem.Errors());
    }

    [Fact]
    public async Task A_method_that_a_resource_lacks_is_named()
    {
        var response = await gateway.Client().SendAsync("PUT", Api.Agents, Api.Content());
        await response.ShouldBeProblemAsync(405, "method_not_allowed");
        Assert.Equal(["GET", "HEAD", "OPTIONS", "POST"], response.Content.Headers.Allow.Order());
    }

    [Theory]
    [InlineData("/nothing")]
    [InlineData("/api/v1/nothing")]
    [InlineData("/api/v2/agents")]
    [InlineData("/openapi/v2.json")]
    [InlineData("/docs/nothing.js")]
    [InlineData("/api/v1/agents/a/b/c/d")]
    public async Task A_route_that_is_not_there_is_missing(string path)
    {
        await (await gateway.Anonymous().SendAsync("GET", path)).ShouldBeProblemAsync(404, "not_found");
        await (await gateway.Client().SendAsync("GET", path)).ShouldBeProblemAsync(404, "not_found");
    }

    [Theory]
    [InlineData("agents", "text/html")]
    [InlineData("agents", "application/json;q=0")]
    [InlineData("agents", "application/x-ndjson")]
    [InlineData("audit", "application/xml")]
    public async Task A_media_type_that_there_is_not_is_not_acceptable(string path, string accept) =>
        await (await gateway.Client().SendAsync("GET", $"/api/v1/{path}", null, ("Accept", accept)))
            .ShouldBeProblemAsync(406, "not_acceptable");

    [Fact]
    public async Task Large_headers_and_long_addresses_are_problems_too()
    {
        await (await gateway.Client().SendAsync("GET", Api.Agents, null, ("X-Large", new string('x', 40_000))))
            .ShouldBeProblemAsync(431, "headers_too_large");
        await (await gateway.Client().SendAsync("GET", $"{Api.Agents}?q={new string('x', 9_000)}"))
            .ShouldBeProblemAsync(414, "uri_too_long");
    }

    [Theory]
    [InlineData("tenantId", "unknown_field")]
    [InlineData("tenant_id", "unknown_field")]
    [InlineData("version", "read_only")]
    [InlineData("status", "read_only")]
    [InlineData("createdAt", "read_only")]
    [InlineData("createdBy", "read_only")]
    [InlineData("updatedBy", "read_only")]
    [InlineData("activatedAt", "read_only")]
    [InlineData("archivedAt", "read_only")]
    [InlineData("clonedFrom", "read_only")]
    [InlineData("Name", "unknown_field")]
    [InlineData("__proto__", "unknown_field")]
    public async Task A_field_that_is_not_the_clients_to_write_is_refused_by_name(string field, string code)
    {
        var body = Api.Content().Replace("\"tags\"", $"\"{field}\":\"x\",\"tags\"", StringComparison.Ordinal);
        foreach (var (method, path) in ((string, string)[])[("POST", Api.Agents), ("PUT", $"{Api.Agents}/bot")])
        {
            var problem = await (await gateway.Client().SendAsync(method, path, body)).ShouldBeProblemAsync(422, "invalid_content");
            Assert.Equal([(code, $"/{field}")], problem.Errors());
        }
    }

    [Theory]
    [InlineData("activate", """{"reason":7}""", "wrong_type", "/reason")]
    [InlineData("activate", """{"why":"x"}""", "unknown_field", "/why")]
    [InlineData("rollback", """{}""", "required", "/toVersion")]
    [InlineData("clone", """{"name":"Copy","status":"active"}""", "unknown_field", "/status")]
    public async Task Small_bodies_are_as_strict(string verb, string body, string code, string pointer)
    {
        var client = gateway.Client();
        var problem = await (await client.SendAsync("POST", $"{await client.CreatePathAsync()}/{verb}", body))
            .ShouldBeProblemAsync(422, "invalid_content");
        Assert.Equal([(code, pointer)], problem.Errors());
    }

    [Fact]
    public async Task A_duplicate_id_and_a_full_tenant_are_conflicts()
    {
        var client = gateway.Client(tier: "free");
        await client.CreateAsync(Api.Content(id: "bot"));
        await (await client.SendAsync("POST", Api.Agents, Api.Content(id: "bot"))).ShouldBeProblemAsync(409, "duplicate_id");
        await client.CreateAsync();
        await client.CreateAsync();
        var problem = await (await client.SendAsync("POST", Api.Agents, Api.Content())).ShouldBeProblemAsync(409, "quota_exceeded");
        Assert.Equal([("agents_limit", "")], problem.Errors());
    }

    [Fact]
    public async Task Activating_an_incomplete_draft_names_what_is_missing()
    {
        var client = gateway.Client();
        var path = await client.CreatePathAsync("""{"name":"Empty","type":"rag","config":{}}""");
        var problem = await (await client.SendAsync("POST", $"{path}/activate")).ShouldBeProblemAsync(422, "invalid_content");
        Assert.Equal([("required_for_activation", "/config/model"), ("required_for_activation", "/config/instructions")], problem.Errors());
    }

    [Fact]
    public async Task An_illegal_move_is_a_conflict()
    {
        var client = gateway.Client();
        await (await client.SendAsync("POST", $"{await client.CreatePathAsync()}/deactivate"))
            .ShouldBeProblemAsync(409, "illegal_transition");
    }
}
