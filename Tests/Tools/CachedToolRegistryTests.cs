using AgentManagement.ClusterClient.Hosting;
using AgentManagement.ServiceDefaults.Caching;
using AgentManagement.ServiceDefaults.Redis;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Silo.ToolRegistry;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentManagement.Tests.Tools;

/// <summary>What is asked once, and when it is asked again.</summary>
public sealed class CachedToolRegistryTests : IAsyncLifetime
{
    private readonly ManualTimeProvider _clock = new();
    private RegistryServer _server = null!;
    private ToolRegistryClient _client = null!;
    private RefreshingCache<(string TenantId, string ToolId), KnownTool> _cache = null!;
    private CachedToolRegistry _registry = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RegistryServer.StartAsync();
        _client = new(_server.Address, new ServiceSettings(), _clock, NullLogger<ToolRegistryClient>.Instance);
        _cache = KnownTool.CreateCache(_clock);
        _registry = new(_client, _cache);
    }

    public async ValueTask DisposeAsync()
    {
        _cache.Dispose();
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_tool_is_asked_for_once_in_five_minutes_and_a_missing_one_in_thirty_seconds()
    {
        _server.Add("search");
        foreach (var (seconds, expected) in ((int, int)[])[(0, 1), (29, 1), (2, 2), (28, 2), (3, 3), (240, 4)])
        {
            _clock.Advance(TimeSpan.FromSeconds(seconds));
            Assert.Equal(["search"], await IdsAsync("acme", "search", "absent"));
            Assert.Equal(expected, _server.Requests);
        }
        Assert.Equal([2, 1, 1, 2], _server.Asked.Select(asked => asked.Body.GetProperty("tools").GetArrayLength()));
        Assert.All(_server.Asked, asked => Assert.Equal("", asked.Authorization));
    }

    [Fact]
    public async Task A_tenant_never_gets_what_was_answered_for_another()
    {
        _server.Add("own", tenant: "acme");
        Assert.Equal(["own"], await IdsAsync("acme", "own"));
        Assert.Empty(await IdsAsync("other", "own"));
        Assert.Equal(["own"], await IdsAsync("acme", "own"));
        Assert.Equal(["acme", "other"], _server.Asked.Select(asked => asked.Body.GetProperty("tenant_id").GetString()));
    }

    [Fact]
    public async Task A_dropped_tool_is_asked_for_again_by_those_it_was_dropped_for()
    {
        foreach (var id in (string[])["one", "two"]) _server.Add(id);
        async Task<string> AsksAsync()
        {
            var before = _server.Asked.Count;
            foreach (var tenant in (string[])["acme", "other"]) foreach (var id in (string[])["one", "two"]) await IdsAsync(tenant, id);
            return string.Join(", ", _server.Asked.Skip(before)
                .Select(asked => $"{asked.Body.GetProperty("tenant_id")} {asked.Body.GetProperty("tools")[0]}"));
        }
        foreach (var tenant in (string[])["acme", "other"]) await IdsAsync(tenant, "one", "two");

        _cache.RemoveByTag(KnownTool.TagOf("acme", "one"));
        Assert.Equal("acme one", await AsksAsync());
        _cache.RemoveByTag(KnownTool.TagOf(null, "one"));
        Assert.Equal("acme one, other one", await AsksAsync());
        _cache.Clear();
        Assert.Equal("acme one, acme two, other one, other two", await AsksAsync());
    }

    [Fact]
    public async Task An_answer_that_was_under_way_when_its_tool_was_dropped_is_not_kept_nor_joined()
    {
        var goOn = new TaskCompletionSource();
        _server.Fault = async (_, http) =>
        {
            await goOn.Task;
            await RegistryServer.Answer(200, """{"tools":[{"id":"search","status":"active","versions":[]}]}""")(_server, http);
        };
        var early = IdsAsync("acme", "search");
        await Await.Until(() => _server.Requests == 1, "the request has come");
        _server.Fault = null;
        _server.Add("search", "retired");
        _cache.RemoveByTag(KnownTool.TagOf(null, "search"));

        Assert.Equal("retired", (await _registry.ResolveAsync("acme", ["search"]))!["search"].Status);
        goOn.SetResult();
        Assert.Equal(["search"], await early);
        Assert.Equal("retired", (await _registry.ResolveAsync("acme", ["search"]))!["search"].Status);
        Assert.Equal(2, _server.Requests);
    }

    [Fact]
    public async Task Those_who_ask_the_same_at_the_same_time_share_a_call()
    {
        var goOn = new TaskCompletionSource();
        _server.Fault = async (_, http) =>
        {
            await goOn.Task;
            await RegistryServer.Answer(200, """{"tools":[]}""")(_server, http);
        };
        var asking = Enumerable.Range(0, 20).Select(_ => IdsAsync("acme", "one", "two")).ToList();
        var other = IdsAsync("other", "one", "two");
        await Await.Until(() => _server.Requests == 2, "both requests have come");
        goOn.SetResult();
        await Task.WhenAll(asking.Append(other));
        Assert.Equal(2, _server.Requests);
    }

    [Fact]
    public async Task Who_asks_anew_gets_no_older_answer_and_what_it_gets_is_kept()
    {
        _server.Add("search");
        await IdsAsync("acme", "search");
        _server.Add("search", "retired");
        Assert.Equal("active", (await _registry.ResolveAsync("acme", ["search"]))!["search"].Status);
        Assert.Equal("retired", (await _registry.ResolveAsync("acme", ["search"], anew: true))!["search"].Status);
        Assert.Equal("retired", (await _registry.ResolveAsync("acme", ["search"]))!["search"].Status);
        Assert.Equal(2, _server.Requests);
    }

    [Fact]
    public async Task A_failure_is_not_kept_and_what_is_known_needs_no_answer()
    {
        _server.Add("known");
        await IdsAsync("acme", "known");
        _server.Fault = RegistryServer.Answer(500);
        Assert.Null(await _registry.ResolveAsync("acme", ["known", "unknown"]));
        Assert.Equal(["known"], await IdsAsync("acme", "known"));
        _server.Fault = null;
        Assert.Equal(["known"], await IdsAsync("acme", "known", "unknown"));
    }

    [Fact]
    public async Task A_silo_that_starts_knows_what_another_was_told_of_tools_until_something_is_said_of_them()
    {
        await using var redis = new RedisConnection(RedisAddress.ToOptions(TestServers.Redis));
        var settings = new ServiceSettings { ClusterId = $"test-{Guid.NewGuid():n}"[..20] };
        SharedAnswers Shared() => new(settings, new byte[32], redis, _clock, NullLogger<SharedAnswers>.Instance)
        {
            Name = "tools", Lifetime = KnownTool.FoundTime,
        };
        using var one = KnownTool.CreateCache(_clock, Shared());
        using var two = KnownTool.CreateCache(_clock, Shared());
        var (first, second) = (new CachedToolRegistry(_client, one), new CachedToolRegistry(_client, two));
        _server.Add("search", tier: "advance", permissions: ["read"], versions: ("1.0", "deprecated"));
        var told = (await first.ResolveAsync("acme", ["search", "absent"]))!["search"];
        var database = (await redis.OpenAsync()).GetDatabase();
        await Await.Until(() => database.KeyExists(Shared().KeyOf(KnownTool.TagOf("acme", "search"))), "the tool is shared");

        var known = (await second.ResolveAsync("acme", ["search"]))!["search"];
        Assert.Equal(1, _server.Requests);
        Assert.Equal((told.Id, told.Status, told.Tier), (known.Id, known.Status, known.Tier));
        Assert.Equal(told.Versions, known.Versions);
        Assert.Equal(told.Permissions!.Value, known.Permissions!.Value);
        await second.ResolveAsync("other", ["search"]);
        Assert.Equal(2, _server.Requests);

        await Shared().RemoveByTagAsync(KnownTool.TagOf(null, "search"));
        using var three = KnownTool.CreateCache(_clock, Shared());
        await new CachedToolRegistry(_client, three).ResolveAsync("acme", ["search"]);
        Assert.Equal(3, _server.Requests);
    }

    private async Task<string[]> IdsAsync(string tenant, params string[] ids) =>
        [.. (await _registry.ResolveAsync(tenant, ids))!.Keys.Order(StringComparer.Ordinal)];
}
