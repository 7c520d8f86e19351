using AgentManagement.Domain.Tools;
using AgentManagement.ServiceDefaults.Outgoing;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Silo.ToolRegistry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentManagement.Tests.Tools;

/// <summary>What is asked of a registry behind a real socket, and what becomes of whatever it answers.</summary>
public sealed class ToolRegistryClientTests : IAsyncLifetime
{
    private RegistryServer _server = null!;
    private ToolRegistryClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RegistryServer.StartAsync();
        _client = ClientOf(_server.Address, TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task It_is_asked_for_a_tenants_tools_with_the_service_token()
    {
        _server.Add("search", "deprecated", "advance", ["read", "write"], "*", ("1.0", "retired"), ("2.0", "active"));
        _server.Add("plain");

        var tools = (await _client.ResolveAsync("acme", ["search", "plain", "absent"], "correlation-1"))!.Value;

        var search = tools.Single(tool => tool.Id == "search");
        Assert.Equal(("deprecated", "advance", "read write"), (search.Status, search.Tier, string.Join(' ', search.Permissions!.Value)));
        Assert.Equal([new RegisteredToolVersion("1.0", "retired"), new("2.0", "active")], search.Versions);
        var plain = tools.Single(tool => tool.Id == "plain");
        Assert.Equal((ToolStatus.Active, null, null, 0), (plain.Status, plain.Tier, plain.Permissions, plain.Versions.Length));
        Assert.Equal(2, tools.Length);
        var asked = Assert.Single(_server.Asked);
        Assert.Equal(("POST /registry/api/v1/tools/resolve", "Bearer the-service-token", "correlation-1"),
            (asked.Line, asked.Authorization, asked.CorrelationId));
        Assert.Equal("""{"tenant_id":"acme","tools":["search","plain","absent"]}""", asked.Body.GetRawText());
    }

    [Fact]
    public async Task At_most_a_hundred_are_asked_for_at_once()
    {
        var ids = Enumerable.Range(0, 250).Select(number => $"tool-{number}").ToList();
        ids.ForEach(id => _server.Add(id));
        Assert.Equal(ids.Order(), (await _client.ResolveAsync("acme", ids, "c"))!.Value.Select(tool => tool.Id).Order());
        Assert.Equal([50, 100, 100], _server.Asked.Select(asked => asked.Body.GetProperty("tools").GetArrayLength()).Order());
    }

    [Fact]
    public async Task What_was_not_asked_for_is_passed_over()
    {
        _server.Fault = RegistryServer.Answer(200, """{"tools":[{"id":"other","status":"active","versions":[]}]}""");
        Assert.Empty((await _client.ResolveAsync("acme", ["search"], "c"))!.Value);
    }

    [Theory]
    [InlineData("silence"), InlineData("trickle"), InlineData("hang up"), InlineData("large"), InlineData("large without length")]
    [InlineData("headers without end")]
    public async Task What_does_not_end_in_time_and_size_is_no_answer(string fault)
    {
        _server.Fault = fault switch
        {
            "silence" => RegistryServer.Silence,
            "trickle" => RegistryServer.Trickle,
            "hang up" => RegistryServer.HangUp,
            "large" => RegistryServer.Large(5_000_000_000, saysLength: true),
            "headers without end" => RegistryServer.Answer(200, """{"tools":[]}""", ("X-Large", new string('x', 100_000))),
            _ => RegistryServer.Large(5_000_000_000, saysLength: false),
        };
        Assert.Null(await Await.For(_client.ResolveAsync("acme", ["search"], "c"), "the end of patience"));
        // What the sockets between them hold, but not the whole.
        Assert.InRange(_server.Sent, 0, 2_500_000_000);
    }

    [Fact]
    public async Task An_answer_of_a_mebibyte_is_read()
    {
        _server.Fault = RegistryServer.Large(1_000_000, saysLength: false);
        Assert.NotNull(await _client.ResolveAsync("acme", ["search"], "c"));
        _server.Fault = RegistryServer.Large(1_048_576, saysLength: false);
        Assert.Null(await _client.ResolveAsync("acme", ["search"], "c"));
    }

    [Theory, InlineData(301), InlineData(302), InlineData(303), InlineData(307), InlineData(308)]
    public async Task No_other_host_is_asked_whatever_the_answer_says(int status)
    {
        await using var other = await RegistryServer.StartAsync();
        _server.Fault = RegistryServer.Answer(
            status, "", ("Location", new Uri(other.Address, "api/v1/tools/resolve").ToString()), ("Refresh", $"0; url={other.Address}"));
        Assert.Null(await _client.ResolveAsync("acme", ["search"], "c"));
        Assert.Equal((1, 0), (_server.Requests, other.Requests));
    }

    [Theory, InlineData(201), InlineData(204), InlineData(400), InlineData(401), InlineData(404), InlineData(429), InlineData(500),
        InlineData(503)]
    public async Task Another_status_than_200_is_no_answer(int status)
    {
        _server.Fault = status == 204
            ? (_, http) => { http.Response.StatusCode = 204; return Task.CompletedTask; }
        : RegistryServer.Answer(status, """{"tools":[]}""");
        Assert.Null(await _client.ResolveAsync("acme", ["search"], "c"));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_no_answer()
    {
        using var client = ClientOf(new("http://127.0.0.1:1"), TimeProvider.System);
        Assert.Null(await Await.For(client.ResolveAsync("acme", ["search"], "c"), "the refusal"));
    }

    [Fact]
    public async Task After_failures_it_is_left_alone_for_a_while()
    {
        var clock = new ManualTimeProvider();
        using var client = ClientOf(_server.Address, clock);
        _server.Fault = RegistryServer.Answer(500);
        for (var number = 0; number < 20; number++) Assert.Null(await client.ResolveAsync("acme", ["search"], "c"));
        Assert.Equal(OutgoingResilience.MinCalls, _server.Requests);

        // Once it may be asked again, one failure is enough.
        clock.Advance(OutgoingResilience.BreakDuration);
        for (var number = 0; number < 5; number++) Assert.Null(await client.ResolveAsync("acme", ["search"], "c"));
        Assert.Equal(OutgoingResilience.MinCalls + 1, _server.Requests);

        _server.Fault = null;
        Assert.Null(await client.ResolveAsync("acme", ["search"], "c"));
        clock.Advance(OutgoingResilience.BreakDuration);
        for (var number = 0; number < 5; number++) Assert.NotNull(await client.ResolveAsync("acme", ["search"], "c"));
    }

    [Fact]
    public async Task Silence_is_a_failure_too()
    {
        var clock = new ManualTimeProvider();
        using var client = ClientOf(_server.Address, clock);
        _server.Fault = RegistryServer.Silence;
        for (var number = 1; number <= OutgoingResilience.MinCalls; number++)
        {
            var answer = client.ResolveAsync("acme", ["search"], "c");
            await Await.Until(() => _server.Requests == number, "the request has come");
            clock.Advance(OutgoingResilience.CallTimeout);
            Assert.Null(await Await.For(answer, "the end of patience"));
        }
        Assert.Null(await Await.For(client.ResolveAsync("acme", ["search"], "c"), "the refusal of the breaker"));
        Assert.Equal(OutgoingResilience.MinCalls, _server.Requests);
    }

    private static ToolRegistryClient ClientOf(Uri address, TimeProvider clock) =>
        new(address, new ServiceSettings { ServiceToken = "the-service-token" }, clock, NullLogger<ToolRegistryClient>.Instance);
}
