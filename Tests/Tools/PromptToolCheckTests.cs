using System.Collections.Concurrent;
using AgentManagement.ClusterClient.Hosting;
using AgentManagement.Grains.Storage;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Silo.Redis;
using AgentManagement.Silo.ToolRegistry;
using AgentManagement.Tasks;
using AgentManagement.Tests.Tasks;
using AgentManagement.Tests.WebGateway;
using StackExchange.Redis;

namespace AgentManagement.Tests.Tools;

/// <summary>What the registry says is known of the agents soon after, everywhere.</summary>
public sealed class PromptToolCheckTests : IAsyncLifetime
{
    private readonly string _tenant = Gateway.NewTenant();
    private readonly string _tool = $"tool-{Guid.NewGuid():n}";
    private RegistryServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RegistryServer.StartAsync();
        _server.Add(_tool);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_retired_tool_is_seen_in_lists_feed_and_redis_and_so_is_its_return()
    {
        using var redis = await ConnectionMultiplexer.ConnectAsync(RedisAddress.ToOptions(TestServers.Redis));
        var told = new ConcurrentQueue<JsonElement>();
        await redis.GetSubscriber().SubscribeAsync(RedisBridge.ChannelOf(_tenant), (_, message) =>
            told.Enqueue(JsonDocument.Parse((string)message!).RootElement));
        await using var service = await ServiceHost.StartAsync(change: WithRedis);
        var client = service.CreateClient(_tenant);
        var path = await client.CreatePathAsync(ToolCheckTests.Content(_tool).Text);
        await (await client.SendAsync("POST", $"{path}/activate")).ShouldBeAsync(200);
        Assert.Empty((await client.GetAsync($"{Api.Agents}?degraded=true", 200)).GetProperty("items").EnumerateArray());

        _server.Add(_tool, "retired");
        await Await.Until(
            async () =>
            {
                await PublishAsync(redis, "tool_retired");
                return (await client.GetAsync($"{Api.Agents}?degraded=true", 200)).GetProperty("total").GetInt32() == 1;
            },
            "the agent is marked");

        var listed = Assert.Single((await client.GetAsync(Api.Agents, 200)).GetProperty("items").EnumerateArray());
        Assert.Equal(_tool, Assert.Single(listed.GetProperty("degraded").EnumerateArray()).GetString());
        var agent = await client.GetAsync(path, 200);
        Assert.Equal((3, "active", _tool), (agent.GetProperty("version").GetInt32(), agent.Text("status"), agent.GetProperty("degraded")[0]
            .GetString()));
        await Await.Until(() => told.Any(each => Kind(each) == "agent_degraded"), "Redis tells of it");
        var message = told.First(each => Kind(each) == "agent_degraded");
        Assert.Equal(("agent_updated", 3), (message.Text("event"), message.GetProperty("revision").GetInt32()));
        Assert.Equal($"[\"{_tool}\"]", message.GetProperty("data").GetProperty("degraded").GetRawText());
        var stream = await client.GetAsync("/api/v1/changes?since=2", HttpCompletionOption.ResponseHeadersRead);
        Assert.Contains($"\"degraded\":[\"{_tool}\"]", await Await.For(ReadUntilAsync(stream, "agent_degraded"), "the feed tells of it"),
            StringComparison.Ordinal);
        Assert.Equal("agent_degraded", (await client.GetAsync("/api/v1/audit?kind=agent_degraded", 200)).GetProperty("items")[0]
            .Text("kind"));

        _server.Add(_tool);
        await PublishAsync(redis, "tool_updated");
        await Await.Until(async () => (await client.GetAsync($"{Api.Agents}?degraded=false", 200)).GetProperty("total").GetInt32() == 1,
            "the agent is unmarked");
        await Await.Until(() => told.Any(each => Kind(each) == "agent_recovered"), "Redis tells of it");
    }

    [Fact]
    public async Task Whatever_silos_hear_between_two_runs_starts_one_check_for_each_tenant_that_uses_the_tool()
    {
        await using var silo = await TaskSilo.StartAsync("sqlite");
        foreach (var (tenant, tool) in ((string, string)[])[("acme", _tool), ("also", _tool), ("other", $"{_tool}-2")])
        {
            await silo.Silo.Tenant(tenant).ApplyAsync("bot", new CreateAgent(ToolCheckTests.Content(tool)));
        }
        var checks = ChecksOf(silo);
        for (var run = 0; run < 2; run++)
        {
            for (var silos = 0; silos < 2; silos++) foreach (var tenant in (string?[])[null, "acme", "other"]) checks.Add(
                new(tenant, _tool));
            await checks.RunAsync(CancellationToken.None);
        }
        await checks.RunAsync(CancellationToken.None);

        Assert.Equal(2, (await silo.Store.ListAsync("acme", default, null, 10, default)).Length);
        Assert.Equal(2, (await silo.Store.ListAsync("also", default, null, 10, default)).Length);
        Assert.Empty(await silo.Store.ListAsync("other", default, null, 10, default));
    }

    [Fact]
    public async Task A_check_that_cannot_be_started_is_started_later()
    {
        await using var silo = await TaskSilo.StartAsync("sqlite");
        await silo.Silo.Tenant("acme").ApplyAsync("bot", new CreateAgent(ToolCheckTests.Content(_tool)));
        var waiting = Enumerable.Range(0, 10).Select(_ => TaskId.New()).ToList();
        foreach (var id in waiting) Assert.True((await silo.StartAsync(id, new RevalidateAgents())).IsOk);
        var checks = ChecksOf(silo);
        checks.Add(new(null, _tool));
        await checks.RunAsync(CancellationToken.None);
        Assert.Equal(10, (await silo.Store.ListAsync("acme", default, null, 20, default)).Length);

        await silo.FinishAsync(waiting[0]);
        await checks.RunAsync(CancellationToken.None);
        Assert.Contains(await silo.Store.ListAsync("acme", default, null, 20, default), task => task.Kind == TaskKind.Tools);
    }

    private HostSettings WithRedis(HostSettings settings) =>
        settings with { RedisUri = TestServers.Redis, ToolRegistryUrl = _server.Address };

    private Task<long> PublishAsync(ConnectionMultiplexer redis, string name) => redis.GetSubscriber().PublishAsync(
        new RedisChannel("tool.registry.notifications", RedisChannel.PatternMode.Literal),
        $$$"""{"event":"{{{name}}}","data":{"tool_id":"{{{_tool}}}"}}""");

    private static PromptToolChecks ChecksOf(TaskSilo silo) => new(silo.Silo.Services.GetRequiredService<ITenantStore>(), silo.Silo.Grains);

    private static string? Kind(JsonElement message) => message.GetProperty("data").TryGetProperty("kind", out var kind)
        ? kind.GetString() : null;

    private static async Task<string> ReadUntilAsync(HttpResponseMessage stream, string text)
    {
        using var reader = new StreamReader(await stream.Content.ReadAsStreamAsync());
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("data:", StringComparison.Ordinal) && line.Contains(text, StringComparison.Ordinal)) return line;
        }
        return "";
    }
}
