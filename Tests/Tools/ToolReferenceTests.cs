using AgentManagement.Grains.Tools;
using AgentManagement.Silo.ToolRegistry;
using AgentManagement.Tests.WebGateway;
using Microsoft.AspNetCore.Http;

namespace AgentManagement.Tests.Tools;

/// <summary>What editors see of the registry, good and bad, over HTTP.</summary>
public sealed class ToolReferenceTests(ToolReferenceTests.Shared shared) : IClassFixture<ToolReferenceTests.Shared>, IDisposable
{
    private readonly RegistryServer _server = shared.StartOver();
    private readonly ServiceHost _service = shared.Service;
    private readonly HttpClient _client = shared.Service.CreateClient(Gateway.NewTenant(), tier: "professional");
    private readonly int _linesBefore = shared.Service.Logs.Lines.Count;

    public static TheoryData<string> Faults => ["silence", "trickle", "status", "garbage", "large", "redirect", "hang up"];

    public void Dispose() => _client.Dispose();

    [Theory, MemberData(nameof(Faults))]
    public async Task Whatever_the_registry_does_drafts_are_saved_and_nothing_new_goes_live(string fault)
    {
        await using var other = await RegistryServer.StartAsync();
        var path = await _client.CreatePathAsync(Content("""{"id":"search"}"""));
        var live = await LiveAsync("""{"id":"search"}""");
        _server.Fault = Make(fault, other);

        var saved = await Await.For(_client.SendAsync("PATCH", path, """{"config":{"tools":[{"id":"new"}]}}"""), "the draft to be saved");
        Assert.Equal([("tool_registry_unavailable", "/config/tools")], Warnings(await saved.ShouldBeAsync(200)));

        var activation = await Await.For(_client.SendAsync("POST", $"{path}/activate"), "the refusal");
        Assert.NotNull(activation.Headers.RetryAfter);
        await activation.ShouldBeProblemAsync(503, "tool_registry_unavailable");
        Assert.Equal("draft", (await _client.GetAsync(path, 200)).Text("status"));

        var change = await Await.For(
            _client.SendAsync("PATCH", live, """{"config":{"tools":[{"id":"search"},{"id":"new"}]}}"""), "the refusal");
        await change.ShouldBeProblemAsync(503, "tool_registry_unavailable");
        // The name has nothing to do with it; and the tool that stays is known still.
        await (await _client.SendAsync("PATCH", live, """{"name":"Other"}""")).ShouldBeAsync(200);

        _server.Fault = null;
        _server.Add("new");
        await (await _client.SendAsync("POST", $"{path}/activate")).ShouldBeAsync(200);
        Assert.Equal(0, other.Requests);
    }

    [Fact]
    public async Task A_live_agent_may_be_edited_without_the_registry_where_its_tools_stay()
    {
        var live = await LiveAsync("""{"id":"search"}""");
        await using var unknown = await ServiceHost.StartAsync(change: settings =>
            settings with { ToolRegistryUrl = new("http://127.0.0.1:1") });
        var draft = await (await unknown.CreateClient().SendAsync("POST", Api.Agents, Content("""{"id":"search"}"""))).ShouldBeAsync(201);
        Assert.Equal([("tool_registry_unavailable", "/config/tools")], Warnings(draft));
        // Without tools nothing is asked.
        var path = await _client.CreatePathAsync(Api.Content());
        _server.Fault = RegistryServer.Silence;
        await (await _client.SendAsync("POST", $"{path}/activate")).ShouldBeAsync(200);
        await (await _client.SendAsync("PATCH", live, """{"config":{"tools":null}}""")).ShouldBeAsync(200);
    }

    [Fact]
    public async Task The_mark_of_an_agent_is_right_after_a_rollback()
    {
        // What the registry says of a tool is kept for a while: nothing was said of this one.
        _server.Fault = RegistryServer.HangUp;
        var path = await _client.CreatePathAsync(Content("""{"id":"old"}"""));
        await (await _client.SendAsync("PATCH", path, """{"config":{"tools":null}}""")).ShouldBeAsync(200);
        _server.Fault = null;
        _server.Add("old", "retired");
        var back = await (await _client.SendAsync("POST", $"{path}/rollback", """{"toVersion":1}""")).ShouldBeAsync(200);
        Assert.Equal(["old"], back.GetProperty("degraded").EnumerateArray().Select(id => id.GetString()));
        Assert.Equal(1, (await _client.GetAsync($"{Api.Agents}?degraded=true", 200)).GetProperty("total").GetInt32());

        await (await _client.SendAsync("POST", $"{path}/rollback", """{"toVersion":2}""")).ShouldBeAsync(200);
        Assert.Equal(0, (await _client.GetAsync($"{Api.Agents}?degraded=true", 200)).GetProperty("total").GetInt32());
        // As it was when the agent had the tool last, whatever the registry says.
        _server.Fault = RegistryServer.HangUp;
        back = await (await _client.SendAsync("POST", $"{path}/rollback", """{"toVersion":3}""")).ShouldBeAsync(200);
        Assert.Equal(["old"], back.GetProperty("degraded").EnumerateArray().Select(id => id.GetString()));
    }

    [Fact]
    public async Task A_draft_is_warned_of_what_a_live_agent_is_refused_for()
    {
        var made = await (await _client.SendAsync("POST", Api.Agents, Content("""{"id":"search","version":"0.9"},{"id":"absent"}""")))
            .ShouldBeAsync(201);
        Assert.Equal([("tool_retired", "/config/tools/0/version"), ("tool_not_found", "/config/tools/1/id")], Warnings(made));
        var path = $"{Api.Agents}/{made.Text("id")}";
        Assert.False((await _client.GetAsync(path, 200)).TryGetProperty("warnings", out _));

        var refused = await (await _client.SendAsync("POST", $"{path}/activate")).ShouldBeProblemAsync(422, "invalid_content");
        Assert.Equal([("tool_retired", "/config/tools/0/version"), ("tool_not_found", "/config/tools/1/id")], refused.Errors());

        await (await _client.SendAsync("PATCH", path, """{"config":{"tools":[{"id":"search","version":"1.0","permissions":["read"]}]}}"""))
            .ShouldBeAsync(200);
        await (await _client.SendAsync("POST", $"{path}/activate")).ShouldBeAsync(200);
        refused = await (await _client.SendAsync("PATCH", path, """{"config":{"tools":[{"id":"absent"}]}}"""))
            .ShouldBeProblemAsync(422, "invalid_content");
        Assert.Equal([("tool_not_found", "/config/tools/0/id")], refused.Errors());
    }

    [Fact]
    public async Task What_no_agent_may_have_is_refused_to_drafts_too()
    {
        var content = Content("""{"id":"dear"},{"id":"search","permissions":["delete"]}""");
        (string, string)[] expected = [("tool_tier", "/config/tools/0/id"), ("tool_permission_unknown", "/config/tools/1/permissions")];
        Assert.Equal(expected, (await (await _client.SendAsync("POST", Api.Agents, content)).ShouldBeProblemAsync(422, "invalid_content"))
            .Errors());
        var validation = await (await _client.SendAsync("POST", $"{Api.Agents}/validate", content)).ShouldBeAsync(200);
        Assert.False(validation.GetProperty("valid").GetBoolean());
        Assert.Equal(expected, Pairs(validation.GetProperty("issues")));
        await (await _service.CreateClient(Gateway.NewTenant()).SendAsync("POST", Api.Agents, Content("""{"id":"dear"}""")))
            .ShouldBeAsync(201);
    }

    [Fact]
    public async Task What_a_tenant_may_see_is_not_what_another_may()
    {
        var (ours, theirs) = (Gateway.NewTenant(), Gateway.NewTenant());
        _server.Add("own", tenant: ours);
        foreach (var (tenant, expected) in (IEnumerable<(string, int)>)[(ours, 200), (theirs, 422), (ours, 200)])
        {
            var client = _service.CreateClient(tenant);
            var path = await client.CreatePathAsync(Content("""{"id":"own"}"""));
            await (await client.SendAsync("POST", $"{path}/activate")).ShouldBeAsync(expected);
        }
    }

    [Fact]
    public async Task The_token_and_what_the_registry_answers_are_in_no_log_line_and_no_answer()
    {
        _server.Fault = RegistryServer.Answer(200, """{"tools":"the-answer"}""");
        var response = await _client.SendAsync("POST", Api.Agents, Content("""{"id":"search"}"""));
        Assert.DoesNotContain("the-answer", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains(
            _service.Logs.Lines.Skip(_linesBefore), line => line.Contains("The Tool Registry gave no answer", StringComparison.Ordinal));
        Assert.DoesNotContain(_service.Logs.Lines, line => line.Contains("the-answer", StringComparison.Ordinal)
            || line.Contains("the-service-token", StringComparison.Ordinal));
    }

    private static Func<RegistryServer, HttpContext, Task> Make(string fault, RegistryServer other) => fault switch
    {
        "silence" => RegistryServer.Silence,
        "trickle" => RegistryServer.Trickle,
        "status" => RegistryServer.Answer(500),
        "garbage" => RegistryServer.Answer(200, "<html>It works!</html>"),
        "large" => RegistryServer.Large(50_000_000, saysLength: false),
        "redirect" => RegistryServer.Answer(307, "", ("Location", new Uri(other.Address, "api/v1/tools/resolve").ToString())),
        _ => RegistryServer.HangUp,
    };

    private async Task<string> LiveAsync(string tools)
    {
        var path = await _client.CreatePathAsync(Content(tools));
        await (await _client.SendAsync("POST", $"{path}/activate")).ShouldBeAsync(200);
        return path;
    }

    private static string Content(string tools) =>
        $$$"""{"name":"Bot","type":"conversational","config":{"model":{"provider":"openai","id":"gpt-5-mini"},"instructions":{"template":"Help."},"tools":[{{{tools}}}]}}""";

    private static IEnumerable<(string, string)> Warnings(JsonElement agent) => Pairs(agent.GetProperty("warnings"));

    private static IEnumerable<(string, string)> Pairs(JsonElement issues) => issues.EnumerateArray()
        .Select(issue => (issue.Text("code"), issue.Text("pointer")));

    /// <summary>A registry and a service, for all tests of the class. Its breaker alone has a clock that is set forward.</summary>
    public sealed class Shared : IAsyncLifetime
    {
        private readonly ShiftedClock _clock = new();
        private RegistryServer _server = null!;

        internal ServiceHost Service { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            _server = await RegistryServer.StartAsync();
            Service = await ServiceHost.StartAsync(
                change: settings => settings with { ToolRegistryUrl = _server.Address, ServiceToken = "the-service-token" },
                configure: services => services.AddSingleton<IToolRegistry>(provider =>
                    ActivatorUtilities.CreateInstance<CachedToolRegistry>(
                        provider, ActivatorUtilities.CreateInstance<ToolRegistryClient>(provider, _server.Address, _clock))));
        }

        public async ValueTask DisposeAsync()
        {
            await Service.DisposeAsync();
            await _server.DisposeAsync();
        }

        /// <summary>The registry is as it was, and the breaker does not count what failed before.</summary>
        internal RegistryServer StartOver()
        {
            _clock.Advance(TimeSpan.FromSeconds(40));
            _server.Fault = null;
            _server.Tools.Clear();
            _server.Add("search", permissions: ["read"], versions: [("1.0", "active"), ("0.9", "retired")]);
            _server.Add("dear", tier: "enterprise");
            return _server;
        }
    }
}
