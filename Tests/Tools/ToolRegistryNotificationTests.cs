using AgentManagement.Bench.Servers;
using AgentManagement.ClusterClient.Hosting;
using AgentManagement.Grains.Tools;
using AgentManagement.Tests.WebGateway;
using StackExchange.Redis;

namespace AgentManagement.Tests.Tools;

/// <summary>What the registry says over a real Redis drops what is cached. Each test has tenants of its own.</summary>
public sealed class ToolRegistryNotificationTests(ToolRegistryNotificationTests.Listening shared)
    : IClassFixture<ToolRegistryNotificationTests.Listening>, IAsyncLifetime
{
    private readonly string _tenant = Gateway.NewTenant();
    private readonly string _other = Gateway.NewTenant();
    private readonly string _tool = $"tool-{Guid.NewGuid():n}";
    private readonly RegistryServer _server = shared.Server;

    public async ValueTask InitializeAsync()
    {
        await HearsAsync();
        // Once it listens it forgets what it knew before: only what stays known was asked for after that.
        var known = 0;
        await Await.Until(async () => (known = (await ReadAllAsync()).Length == 0 ? known + 1 : 0) == 3, "what is asked for stays known");
    }

    public ValueTask DisposeAsync() => default;

    [Theory, InlineData("tool_updated"), InlineData("tool_retired"), InlineData("tool_removed")]
    public async Task A_tool_of_one_tenant_is_forgotten(string name)
    {
        await NotifyAsync($"tool.registry.notifications.{_tenant}", $$$"""{"event":"{{{name}}}","data":{"tool_id":"{{{_tool}}}"}}""");
        Assert.Equal([_tenant], await ReadAllAsync());
    }

    [Fact]
    public async Task A_tool_of_all_tenants_is_forgotten()
    {
        await NotifyAsync("tool.registry.notifications", $$$"""{"event":"tool_retired","data":{"tool_id":"{{{_tool}}}"}}""");
        Assert.Equal([_tenant, _other], await ReadAllAsync());
    }

    [Theory]
    [InlineData(""), InlineData("{"), InlineData("[]"), InlineData("1"), InlineData("{}"), InlineData("""{"event":"tool_retired"}"""),
        InlineData("""{"event":1,"data":{}}""")]
    [InlineData("""{"event":"tool_retired","data":{"tool_id":1}}"""),
        InlineData("""{"event":"tool_retired","data":{"tool_id":"another"}}""")]
    [InlineData("""{"event":"tool_praised","data":{"tool_id":"$"}}"""), InlineData("""{"event":"tool_retired","data":{"tool_id":""}}""")]
    public async Task What_is_no_notification_changes_nothing(string message)
    {
        await NotifyAsync($"tool.registry.notifications.{_tenant}", message.Replace("$", _tool, StringComparison.Ordinal));
        Assert.Empty(await ReadAllAsync());
    }

    [Fact]
    public async Task After_a_lost_connection_everything_is_forgotten()
    {
        if (!RedisServer.IsInstalled) Assert.Skip("Needs a redis-server of its own.");
        await using var server = await RedisServer.StartAsync();
        await using var silo = await TestSilo.StartAsync("sqlite", change: settings =>
            settings with { RedisUri = server.Address, ToolRegistryUrl = _server.Address });
        var options = RedisAddress.ToOptions(server.Address);
        options.AllowAdmin = true;
        using var redis = await ConnectionMultiplexer.ConnectAsync(options);
        await Await.Until(
            async () => (long)await redis.GetDatabase().ExecuteAsync("PUBSUB", "NUMPAT") > 0 && await IsKnownAsync(silo),
            "the silo listens, and knows the tool");

        await redis.GetDatabase().ExecuteAsync("CLIENT", "KILL", "TYPE", "pubsub");

        await Await.Until(async () => !await IsKnownAsync(silo), "the tool is asked for again");
    }

    private async Task<bool> IsKnownAsync(TestSilo silo)
    {
        var asked = _server.Requests;
        await silo.Services.GetRequiredService<IToolRegistry>().ResolveAsync(_tenant, [_tool]);
        return _server.Requests == asked;
    }

    /// <summary>Asks for both tenants' tool; returns for whom the registry was asked.</summary>
    private async Task<string[]> ReadAllAsync()
    {
        var asked = _server.Asked.Count;
        foreach (var tenant in (string[])[_tenant, _other]) await Registry.ResolveAsync(tenant, [_tool]);
        return [.. _server.Asked.Skip(asked).Select(each => each.Body.GetProperty("tenant_id").GetString()!)];
    }

    private IToolRegistry Registry => shared.Silo.Services.GetRequiredService<IToolRegistry>();

    private async Task NotifyAsync(string channel, string message)
    {
        await PublishAsync(channel, message);
        await HearsAsync();
    }

    /// <summary>Waits until the silo has heard something that was published just now, on both ways, and so all that was before.</summary>
    private async Task HearsAsync()
    {
        foreach (var channel in (string[])["tool.registry.notifications", $"tool.registry.notifications.{_tenant}"])
        {
            var mark = $"mark-{Guid.NewGuid():n}";
            await Registry.ResolveAsync(_tenant, [mark]);
            await Await.Until(
                async () =>
                {
                    await PublishAsync(channel, $$$"""{"event":"tool_updated","data":{"tool_id":"{{{mark}}}"}}""");
                    var asked = _server.Requests;
                    await Registry.ResolveAsync(_tenant, [mark]);
                    return _server.Requests > asked;
                },
                "notifications are heard");
        }
    }

    private Task<long> PublishAsync(string channel, string message) =>
        shared.Redis.GetSubscriber().PublishAsync(new RedisChannel(channel, RedisChannel.PatternMode.Literal), message);

    /// <summary>A silo that hears a registry, for all tests of the class.</summary>
    public sealed class Listening : IAsyncLifetime
    {
        internal RegistryServer Server { get; private set; } = null!;

        internal TestSilo Silo { get; private set; } = null!;

        internal ConnectionMultiplexer Redis { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Redis = await ConnectionMultiplexer.ConnectAsync(RedisAddress.ToOptions(TestServers.Redis));
            Server = await RegistryServer.StartAsync();
            Silo = await TestSilo.StartAsync("sqlite", change: settings => settings with
            {
                RedisUri = TestServers.Redis,
                ToolRegistryUrl = Server.Address,
                ClusterId = $"test-{Guid.NewGuid():n}",
            });
        }

        public async ValueTask DisposeAsync()
        {
            await Silo.DisposeAsync();
            await Server.DisposeAsync();
            Redis.Dispose();
        }
    }
}
