using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace AgentManagement.Tests.WebGateway;

/// <summary>/internal/v1: what services of the platform read of any tenant, and nobody else.</summary>
[Collection(typeof(GatewayTests))]
public sealed class InternalReadTests(Gateway gateway)
{
    [Fact]
    public async Task A_configuration_is_read_at_any_kept_version_with_a_hash_that_verifies_it()
    {
        var (editor, tenant) = Tenant();
        await editor.CreateAsync(Api.Content("Bot", id: "bot", text: "Ünï 😀"));
        await (await editor.SendAsync("PATCH", $"{Api.Agents}/bot", """{"config":{"limits":{"maxIterations":3}}}""")).ShouldBeAsync(200);

        var response = await Service().SendAsync("GET", $"{tenant}/agents/bot/config");
        var current = await response.ShouldBeAsync(200);
        Assert.Equal(("bot", "draft", 2, "\"2\""),
            (current.Text("id"), current.Text("status"), current.GetProperty("version").GetInt32(), response.Headers.ETag?.ToString()));
        Assert.Equal(
            $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(current.GetProperty("config").GetRawText())))}",
            current.Text("hash"));
        var first = await Service().GetAsync($"{tenant}/agents/bot/config?version=1", 200);
        Assert.NotEqual(current.Text("hash"), first.Text("hash"));
        await (await Service().SendAsync("GET", $"{tenant}/agents/bot/config", null, ("If-None-Match", "\"2\""))).ShouldBeAsync(304);
        await (await Service().SendAsync("GET", $"{tenant}/agents/bot/config?version=3")).ShouldBeProblemAsync(404, "not_found");
        await (await Service().SendAsync("GET", $"{tenant}/agents/bot/config?version=0")).ShouldBeProblemAsync(400, "invalid_parameter");
    }

    [Fact]
    public async Task Several_are_read_at_once_and_those_that_are_missing_are_named()
    {
        var (editor, tenant) = Tenant();
        foreach (var id in new[] { "one", "two" }) await editor.CreateAsync(Api.Content(id: id));
        var (other, _) = Tenant();
        await other.CreateAsync(Api.Content(id: "theirs"));

        var resolved = await (await Service().SendAsync("POST", $"{tenant}/resolve", """{"ids":["two","none","one","two","theirs"]}"""))
            .ShouldBeAsync(200);
        Assert.Equal(["two", "one"], resolved.GetProperty("items").EnumerateArray().Select(item => item.Text("id")));
        Assert.Equal(["none", "theirs"], resolved.GetProperty("missing").EnumerateArray().Select(id => id.GetString()));
        var listed = await Service().GetAsync($"{tenant}/agents?sort=-name&limit=1", 200);
        Assert.Equal((2, 1), (listed.GetProperty("total").GetInt32(), listed.GetProperty("items").GetArrayLength()));
    }

    [Theory]
    [InlineData("""{"ids":[]}""", "wrong_count", "/ids")]
    [InlineData("""{"ids":"one"}""", "wrong_type", "/ids")]
    [InlineData("""{"ids":["one","Two"]}""", "wrong_format", "/ids/1")]
    [InlineData("""{"ids":[7]}""", "wrong_type", "/ids/0")]
    [InlineData("{}", "required", "/ids")]
    public async Task What_are_no_ids_is_refused(string body, string code, string pointer) => Assert.Equal(
        [(code, pointer)], (await (await Service().SendAsync("POST", "/internal/v1/tenants/acme/resolve", body))
            .ShouldBeProblemAsync(422, "invalid_content")).Errors());

    [Fact]
    public async Task A_batch_has_a_bound()
    {
        var ids = string.Join(',', Enumerable.Range(0, 101).Select(number => $"\"bot-{number}\""));
        await (await Service().SendAsync("POST", "/internal/v1/tenants/acme/resolve", $"{{\"ids\":[{ids}]}}"))
            .ShouldBeProblemAsync(422, "invalid_content");
    }

    [Theory, InlineData("viewer"), InlineData("editor"), InlineData("admin"), InlineData("platform_admin")]
    public async Task A_persons_token_opens_no_internal_route(string role)
    {
        var name = Gateway.NewTenant();
        foreach (var (method, path, body) in new[] { ("GET", "agents", null), ("GET", "agents/bot/config", null),
            ("POST", "resolve", """{"ids":["bot"]}""") })
        {
            await (await gateway.Client(role, name).SendAsync(method, $"/internal/v1/tenants/{name}/{path}", body))
                .ShouldBeProblemAsync(403, "permission_denied");
        }
    }

    [Fact]
    public async Task A_service_identity_reads_its_own_tenant_and_no_other()
    {
        var (owner, tenant) = Tenant();
        await owner.CreateAsync(Api.Content(id: "bot"));
        var stranger = gateway.Client("service");
        foreach (var (method, path, body) in new[] { ("GET", "agents", null), ("GET", "agents/bot/config", null),
            ("POST", "resolve", """{"ids":["bot"]}""") })
        {
            await (await stranger.SendAsync(method, $"{tenant}/{path}", body)).ShouldBeProblemAsync(404, "not_found");
            await (await gateway.Client("service", tenant.Split('/')[^1]).SendAsync(method, $"{tenant}/{path}", body)).ShouldBeAsync(200);
        }
    }

    [Fact]
    public async Task The_service_token_reads_and_does_nothing_else_anywhere()
    {
        var (_, tenant) = Tenant();
        await (await Service().SendAsync("PUT", tenant, """{"tier":"enterprise"}""")).ShouldBeProblemAsync(403, "permission_denied");
        await (await Service().SendAsync("GET", Api.Agents)).ShouldBeProblemAsync(401, "unauthenticated");
        await (await Service().SendAsync("POST", Api.Agents, Api.Content())).ShouldBeProblemAsync(401, "unauthenticated");
    }

    [Theory, InlineData(""), InlineData("what-services-show-each-othe"), InlineData("what-services-show-each-other1"),
        InlineData("WHAT-services-show-each-other")]
    public async Task Another_token_opens_nothing(string token) =>
        await (await Service(token).SendAsync("GET", "/internal/v1/tenants/acme/agents")).ShouldBeProblemAsync(401, "unauthenticated");

    private (HttpClient Editor, string Path) Tenant()
    {
        var name = Gateway.NewTenant();
        return (gateway.Client(tenant: name), $"/internal/v1/tenants/{name}");
    }

    private HttpClient Service(string token = ServiceHost.ServiceToken)
    {
        var client = gateway.Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }
}
