using AgentManagement.ApiKeys;
using AgentManagement.ClusterClient.Hosting;
using AgentManagement.ServiceDefaults.Caching;
using AgentManagement.ServiceDefaults.Redis;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Tests.Observability;
using AgentManagement.Tests.WebGateway;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.ApiKeys;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Limits;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentManagement.Tests.Access;

/// <summary>Whoever guesses API keys and tokens takes nothing from those who have one, and little from silos.</summary>
[Collection(typeof(MeasuredAlone))]
public sealed class CredentialGuessTests
{
    private readonly ShiftedClock _clock = new();
    private readonly KnownCredentials _known;

    public CredentialGuessTests() => _known = new(new(), _clock, NullLogger<KnownCredentials>.Instance);

    [Fact]
    public async Task An_address_that_guesses_is_refused_what_is_not_known_and_nobody_is_refused_what_was_good()
    {
        await using var service = await ServiceHost.StartAsync(
            change: settings => settings with { IsRateLimited = true }, configure: services => services.AddSingleton<TimeProvider>(_clock));
        using var admin = service.CreateClient("acme", "admin");
        var (known, made, unknown) = (await MakeAsync(admin), await MakeAsync(admin), await MakeUnknownAsync(service));
        Assert.Equal(200, (await AskAsync(service, known)).Status);
        // All of them in one minute of the clock.
        _clock.Advance(SlidingWindow.Length - SlidingWindow.MinuteOf(_clock.GetUtcNow()).Elapsed);

        for (var guess = 0; guess < CredentialGuesses.MaxOfAddress; guess++) Assert.Equal(
            401, (await AskAsync(service, GuessOf($"tenant-{guess}"))).Status);

        var (status, wait) = await AskAsync(service, GuessOf("acme"));
        Assert.Equal(429, status);
        Assert.Equal(429, (await AskAsync(service, unknown)).Status);
        // It was made here, so that it is no guess though nobody has used it.
        Assert.Equal(200, (await AskAsync(service, made)).Status);
        // What is known of it is old by now, so that it is asked about anew.
        _clock.Advance(KnownApiKey.FreshTime);
        Assert.Equal((429, 200), ((await AskAsync(service, GuessOf("acme"))).Status, (await AskAsync(service, known)).Status));
        _clock.Advance(wait!.Value);
        Assert.Equal(200, (await AskAsync(service, unknown)).Status);
        Assert.True((await service.MetricsAsync()).Value("""agent_management_rate_limit_refusals_total{limit="address"}""") >= 3);
    }

    [Fact]
    public async Task On_the_routes_for_services_guesses_are_refused_and_the_right_token_is_not()
    {
        await using var service = await ServiceHost.StartAsync(
            change: settings => settings with { IsRateLimited = true, ServiceToken = ServiceHost.ServiceToken },
            configure: services => services.AddSingleton<TimeProvider>(_clock));
        const string Agents = "/internal/v1/tenants/acme/agents";
        _clock.Advance(SlidingWindow.Length - SlidingWindow.MinuteOf(_clock.GetUtcNow()).Elapsed);
        for (var guess = 0; guess < CredentialGuesses.MaxOfAddress; guess++) Assert.Equal(
            401, (await AskAsync(service, $"guess-{guess}", Agents)).Status);
        Assert.Equal(429, (await AskAsync(service, "another", Agents)).Status);
        Assert.Equal(200, (await AskAsync(service, ServiceHost.ServiceToken, Agents)).Status);
    }

    [Fact]
    public async Task A_key_that_another_gateway_found_good_does_not_wait_behind_guesses()
    {
        await using var redis = new RedisConnection(RedisAddress.ToOptions(TestServers.Redis));
        var silo = new Silo { Gate = new() };
        var settings = new ServiceSettings { ClusterId = $"test-{Guid.NewGuid():n}"[..20] };
        using var cache = KnownApiKey.CreateCache(_clock);
        var known = new KnownCredentials(settings, _clock, NullLogger<KnownCredentials>.Instance, redis);
        var reader = ReaderOf(silo, cache, new(settings, _clock, NullLogger<KnownCredentials>.Instance, redis));
        var good = ApiKeyText.Make("acme", ApiKeyText.NewId());
        silo.Good = good.Hash;
        known.Add(good.Hash, KnownApiKey.MemoryTime);
        var guesses = Enumerable.Range(0, CredentialGate.MaxConcurrentCalls).Select(_ => AcceptAsync(reader, GuessOf("other"))).ToList();
        await Await.Until(() => silo.Asked == CredentialGate.MaxConcurrentCalls, "all places are taken");
        await Await.Until(async () => await AcceptAsync(reader, good.Text), "the good key");
        silo.Gate.SetResult();
        Assert.All(await Task.WhenAll(guesses), Assert.False);
    }

    [Fact]
    public async Task What_one_gateway_found_good_the_others_of_its_cluster_know()
    {
        await using var redis = new RedisConnection(RedisAddress.ToOptions(TestServers.Redis));
        var cluster = new ServiceSettings { ClusterId = $"test-{Guid.NewGuid():n}"[..20] };
        var (one, two, other) = (KnownOf(cluster), KnownOf(cluster), KnownOf(new() { ClusterId = cluster.ClusterId + "2" }));
        var hash = ApiKeyText.TryRead(GuessOf("acme"), out var key) ? key.Hash : "";
        Assert.False(await two.FindAsync(hash));
        one.Add(hash, TimeSpan.FromMinutes(1));
        await Await.Until(async () => await two.FindAsync(hash), "the other gateway knows it");
        Assert.True(two.Has(hash));
        Assert.False(await other.FindAsync(hash));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.False(one.Has(hash));

        KnownCredentials KnownOf(ServiceSettings settings) => new(settings, _clock, NullLogger<KnownCredentials>.Instance, redis);
    }

    [Fact]
    public async Task A_gateway_that_knows_a_good_key_from_another_asks_about_it_though_its_address_has_guessed()
    {
        await using var redis = new RedisConnection(RedisAddress.ToOptions(TestServers.Redis));
        var silo = new Silo();
        var settings = new ServiceSettings { ClusterId = $"test-{Guid.NewGuid():n}"[..20] };
        using var cache = KnownApiKey.CreateCache(_clock);
        var reader = ReaderOf(silo, cache, new(settings, _clock, NullLogger<KnownCredentials>.Instance, redis));
        var good = ApiKeyText.Make("acme", ApiKeyText.NewId());
        silo.Good = good.Hash;
        for (var guess = 0; guess < CredentialGuesses.MaxOfAddress; guess++) Assert.False(await AcceptAsync(reader, GuessOf("other")));
        Assert.False(await AcceptAsync(reader, good.Text));

        var elsewhere = new KnownCredentials(settings, _clock, NullLogger<KnownCredentials>.Instance, redis);
        elsewhere.Add(good.Hash, KnownApiKey.MemoryTime);
        await Await.Until(async () => await AcceptAsync(reader, good.Text), "the key is asked about");
        Assert.False(await AcceptAsync(reader, GuessOf("other")));
    }

    [Theory, InlineData(null, true), InlineData("10.0.0.0/8", false)]
    public async Task Production_says_at_its_start_when_all_clients_of_a_proxy_count_as_one(string? proxies, bool isSaid)
    {
        var database = await TestDatabase.CreateAsync("sqlite");
        await database.ApplySchemaAsync();
        await using var service = await ServiceHost.StartAsync(database, settings => settings with
        {
            IsProduction = true,
            TrustedProxies = proxies is null ? [] : [System.Net.IPNetwork.Parse(proxies)],
        });
        Assert.Equal(isSaid, service.Logs.Lines.Any(line => line.Contains("TRUSTED_PROXIES", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Without_limits_on_requests_guesses_are_only_wrong()
    {
        await using var service = await ServiceHost.StartAsync();
        for (var guess = 0; guess <= CredentialGuesses.MaxOfAddress; guess++) Assert.Equal(
            401, (await AskAsync(service, GuessOf("acme"))).Status);
    }

    [Fact]
    public async Task A_key_that_was_good_does_not_wait_behind_guesses()
    {
        var silo = new Silo();
        using var cache = KnownApiKey.CreateCache(_clock);
        var reader = ReaderOf(silo, cache);
        var good = ApiKeyText.Make("acme", ApiKeyText.NewId());
        silo.Good = good.Hash;
        Assert.True(await AcceptAsync(reader, good.Text));
        _clock.Advance(KnownApiKey.FreshTime);

        silo.Gate = new();
        var guesses = Enumerable.Range(0, CredentialGate.MaxConcurrentCalls).Select(_ => AcceptAsync(reader, GuessOf("other"))).ToList();
        await Await.Until(() => silo.Asked == 1 + CredentialGate.MaxConcurrentCalls, "all places are taken");
        Assert.True(await Await.For(AcceptAsync(reader, good.Text), "the good key"));
        silo.Gate.SetResult();
        Assert.All(await Task.WhenAll(guesses), Assert.False);

        // Once it is revoked it is one of the others.
        silo.Good = null;
        _clock.Advance(KnownApiKey.FreshTime);
        Assert.True(_known.Has(good.Hash));
        Assert.False(await AcceptAsync(reader, good.Text));
        Assert.False(_known.Has(good.Hash));
    }

    [Fact]
    public async Task Guesses_that_wait_for_a_place_are_not_asked_about_once_there_were_enough()
    {
        var silo = new Silo { Gate = new() };
        using var cache = KnownApiKey.CreateCache(_clock);
        var reader = ReaderOf(silo, cache);
        var guesses = Enumerable.Range(0, 4 * CredentialGate.MaxConcurrentCalls)
            .Select(_ => AcceptAsync(reader, GuessOf("other"))).ToList();
        await Await.Until(() => silo.Asked == CredentialGate.MaxConcurrentCalls, "all places are taken");
        silo.Gate.SetResult();
        Assert.All(await Task.WhenAll(guesses), Assert.False);
        Assert.InRange(silo.Asked, CredentialGate.MaxConcurrentCalls, CredentialGate.MaxConcurrentCalls + CredentialGuesses.MaxOfAddress);
    }

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7"), InlineData("::ffff:203.0.113.7", "203.0.113.7")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), InlineData("2001:db8:1:2::9", "2001:db8:1:2::/64"), InlineData(null, null)]
    public void A_subscriber_counts_as_one(string? address, string? network)
    {
        var http = new DefaultHttpContext();
        http.Connection.RemoteIpAddress = address is null ? null : System.Net.IPAddress.Parse(address);
        Assert.Equal(network, ClientAddress.Of(http).Network);
    }

    private static string GuessOf(string tenantId) => ApiKeyText.Make(tenantId, ApiKeyText.NewId()).Text;

    private static async Task<string> MakeAsync(HttpClient admin) =>
        (await (await admin.SendAsync("POST", "/api/v1/api-keys", """{"name":"ci","role":"viewer"}""")).ShouldBeAsync(201)).Text("secret");

    /// <summary>Makes a key in the silo, past the gateway.</summary>
    private static async Task<string> MakeUnknownAsync(ServiceHost service)
    {
        var id = ApiKeyText.NewId();
        var (text, hash) = ApiKeyText.Make("acme", id);
        Caller.Current = new Caller("acme", "ann", "admin", "enterprise", "c");
        var made = await service.Services.GetRequiredService<IClusterClient>().GetGrain<IApiKeysGrain>(GrainKeys.Tenant("acme"))
            .ApplyAsync(new CreateApiKey(hash, "unknown", ["agents:read"], null) { KeyId = id });
        Assert.True(made.IsOk);
        return text;
    }

    private static async Task<(int Status, TimeSpan? Wait)> AskAsync(ServiceHost service, string key, string path = Api.Agents)
    {
        using var client = service.CreateAnonymousClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        using var answer = await client.GetAsync(path);
        if ((int)answer.StatusCode == 429) await answer.ShouldBeProblemAsync(429, "rate_limited");
        return ((int)answer.StatusCode, answer.Headers.RetryAfter?.Delta);
    }

    private ApiKeyReader ReaderOf(Silo silo, RefreshingCache<string, KnownApiKey> cache, KnownCredentials? known = null) => new(
        Proxy.Of<IClusterClient>(
            (_, _) => Proxy.Of<IApiKeysGrain>((_, arguments) => silo.VerifyAsync(((UnloggedText)arguments[1]!).Value))),
        cache, new CredentialGate(new(new LocalRequestCounter(_clock), _clock), known ?? _known), _clock,
        NullLogger<ApiKeyReader>.Instance);

    private async Task<bool> AcceptAsync(ApiKeyReader reader, string text) =>
        await reader.TryAcceptAsync(text, new CurrentCaller(new RevokedTokens(_clock)) { Network = "203.0.113.7" }, "c");

    /// <summary>Verifies keys, once it is let.</summary>
    private sealed class Silo
    {
        private int _asked;

        public int Asked => Volatile.Read(ref _asked);

        public string? Good { get; set; }

        public TaskCompletionSource? Gate { get; set; }

        public async Task<Outcome<ApiKeyGrant>> VerifyAsync(string hash)
        {
            Interlocked.Increment(ref _asked);
            if (hash == Good) return Outcome.Ok(new ApiKeyGrant([Permissions.AgentsRead], null, null, 1));
            if (Gate is { } gate) await gate.Task;
            return Outcome.NotFound<ApiKeyGrant>();
        }
    }
}
