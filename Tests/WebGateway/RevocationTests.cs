using System.Net.WebSockets;
using AgentManagement.ClusterClient.Hosting;
using AgentManagement.ServiceDefaults.Redis;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.WebGateway.Access;
using StackExchange.Redis;

namespace AgentManagement.Tests.WebGateway;

/// <summary>What the Identity Service takes back, it takes back at once, over a real Redis.</summary>
public sealed class RevocationTests(RevocationTests.Service shared) : IClassFixture<RevocationTests.Service>, IAsyncLifetime
{
    private readonly string _tenant = Gateway.NewTenant();
    private readonly ShiftedClock _clock = shared.Clock;

    private ServiceHost Host => shared.Host;

    public async ValueTask InitializeAsync() => await HearsAsync();

    public ValueTask DisposeAsync() => default;

    [Theory]
    [InlineData("""{"event":"token_revoked","data":{"token_id":"one"}}""", true)]
    [InlineData("""{"event":"user_revoked","data":{"subject":"ann"}}""", true)]
    [InlineData("""{"event":"token_revoked","data":{"token_id":"two"}}""", false)]
    [InlineData("""{"event":"user_revoked","data":{"subject":"bob"}}""", false)]
    public async Task A_token_that_was_taken_back_opens_nothing_any_more(string notification, bool isRevoked)
    {
        var token = Token();
        Assert.Equal(200, await StatusAsync(token));
        await TakeBackAsync(_tenant, notification);
        Assert.Equal(isRevoked ? 401 : 200, await StatusAsync(token));
    }

    [Fact]
    public async Task Tokens_of_another_tenant_stay_what_they_are()
    {
        await TakeBackAsync(Gateway.NewTenant(), """{"event":"token_revoked","data":{"token_id":"one"}}""");
        Assert.Equal(200, await StatusAsync(Token()));
    }

    [Fact]
    public async Task A_token_that_a_user_gets_afterwards_is_good()
    {
        await TakeBackAsync(_tenant, """{"event":"user_revoked","data":{"subject":"ann"}}""");
        var before = Token();
        // Its maker's clock may be ahead.
        var ahead = Token(issuedAt: _clock.GetUtcNow().AddSeconds(20));
        _clock.Advance(TokenRules.ClockSkew + TimeSpan.FromSeconds(2));
        Assert.Equal((401, 401, 200), (await StatusAsync(before), await StatusAsync(ahead), await StatusAsync(Token())));
    }

    [Fact]
    public async Task A_gateway_that_starts_later_knows_what_was_revoked()
    {
        var (revoked, other) = (Token(id: "revoked"), Token(id: "other"));
        await TakeBackAsync(_tenant, """{"event":"token_revoked","data":{"token_id":"revoked"}}""");
        await shared.StartAgainAsync();
        Assert.Equal((401, 200), (await StatusAsync(revoked), await StatusAsync(other)));
        await TakeBackAsync(_tenant, """{"event":"user_revoked","data":{"subject":"ann"}}""");
        await shared.StartAgainAsync();
        Assert.Equal(401, await StatusAsync(other));
    }

    [Fact]
    public async Task A_revocation_is_kept_until_its_token_has_ended()
    {
        var clock = new ShiftedClock();
        var settings = new ServiceSettings { ClusterId = $"test-{Guid.NewGuid():n}"[..20] };
        await using var redis = new RedisConnection(RedisAddress.ToOptions(TestServers.Redis));
        var (one, two) = (new RevokedTokens(clock), new RevokedTokens(clock));
        one.AddToken("acme", "short", clock.GetUtcNow().AddMinutes(10));
        one.AddToken("acme", "unknown");
        one.AddSubject("acme", "ann");
        await new StoredRevocations(settings, redis, one, clock).SynchronizeAsync();
        clock.Advance(TimeSpan.FromMinutes(11));
        two.IsComplete = false;
        await new StoredRevocations(settings, redis, two, clock).SynchronizeAsync();
        Assert.True(two.IsComplete);
        Assert.Equal(
            [null, "unknown"], two.All.Select(each => each.TokenId).Order(StringComparer.Ordinal));
        Assert.True(two.Contains("acme", "unknown", "bob", null));
        Assert.True(two.Contains("acme", null, "ann", clock.GetUtcNow().AddMinutes(-11)));
        Assert.False(two.Contains("acme", null, "ann", clock.GetUtcNow()));
        Assert.False(two.Contains("other", "unknown", "ann", null));
    }

    [Fact]
    public async Task Before_a_gateway_knows_what_is_revoked_it_is_not_ready_and_decides_about_no_token()
    {
        var revoked = Host.Services.GetRequiredService<RevokedTokens>();
        revoked.IsComplete = false;
        using var http = Host.CreateAnonymousClient();
        Assert.Equal((503, 503), (await StatusAsync(Token(id: "new")), (int)(await http.GetAsync("/health/ready")).StatusCode));
        revoked.IsComplete = true;
        Assert.Equal((200, 200), (await StatusAsync(Token(id: "new")), (int)(await http.GetAsync("/health/ready")).StatusCode));
    }

    [Theory]
    [InlineData("{"), InlineData("[]"), InlineData("1"), InlineData("{}"), InlineData("""{"event":"token_revoked"}"""),
        InlineData("""{"event":1,"data":{}}""")]
    [InlineData("""{"event":"token_revoked","data":{"token_id":1}}"""), InlineData("""{"event":"user_revoked","data":{"subject":null}}""")]
    public async Task What_is_no_notification_changes_nothing(string message)
    {
        await TakeBackAsync(_tenant, message);
        Assert.Equal(200, await StatusAsync(Token()));
    }

    [Fact]
    public async Task Sockets_and_event_streams_that_are_open_end()
    {
        var token = Token();
        using var socket = await OpenSocketAsync(token);
        using var http = Host.CreateAnonymousClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        using var stream = await http.GetAsync("/api/v1/changes", HttpCompletionOption.ResponseHeadersRead);
        var reading = stream.Content.ReadAsStringAsync();

        await TakeBackAsync(_tenant, """{"event":"token_revoked","data":{"token_id":"one"}}""");

        await Await.For(reading, "the end of the event stream");
        await AssertEndsAsRevokedAsync(socket);
    }

    [Fact]
    public async Task A_client_that_looks_away_finds_why_its_socket_has_ended()
    {
        using var socket = await OpenSocketAsync(Token());
        await TakeBackAsync(_tenant, """{"event":"token_revoked","data":{"token_id":"one"}}""");
        // Longer than the gateway waits for an answer to its end.
        await Task.Delay(TimeSpan.FromSeconds(5));
        await AssertEndsAsRevokedAsync(socket);
    }

    [Fact]
    public async Task A_socket_that_opens_while_its_token_is_revoked_is_refused_or_hears_why()
    {
        // Those whose end the gateway has yet to hear of have places, too.
        using var platform = Host.CreateAnonymousClient();
        platform.DefaultRequestHeaders.Authorization = new("Bearer", Tokens.Make(change: claims =>
            (claims["tenant_id"], claims["role"], claims["iat"]) = ("platform", "platform_admin", _clock.GetUtcNow().ToUnixTimeSeconds())));
        await (await platform.SendAsync("PUT", $"/internal/v1/tenants/{_tenant}", """{"tier":"enterprise"}""")).ShouldBeAsync(200);
        for (var round = 0; round < 20; round++)
        {
            var name = $"round-{round}";
            var revocation = JsonSerializer.Serialize(new { @event = "token_revoked", data = new { token_id = name } });
            var publishing = PublishAsync(_tenant, revocation);
            ClientWebSocket socket;
            try
            {
                socket = await OpenSocketAsync(Token(id: name));
            }
            catch (WebSocketException refused)
            {
                Assert.Contains("401", refused.Message, StringComparison.Ordinal);
                continue;
            }
            finally
            {
                await publishing;
            }
            using (socket)
            {
                await AssertEndsAsRevokedAsync(socket);
                await AnswerEndAsync(socket);
            }
        }
    }

    /// <summary>Until its end is answered, or the gateway has waited long enough, a socket has a place of its tenant's.</summary>
    private static async Task AnswerEndAsync(ClientWebSocket socket)
    {
        try
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
        }
        catch (WebSocketException)
        {
            // The gateway has waited long enough.
        }
    }

    private static async Task AssertEndsAsRevokedAsync(ClientWebSocket socket)
    {
        await Await.For(ReadToCloseAsync(socket), "the end of the socket");
        Assert.Equal((WebSocketCloseStatus.PolicyViolation, "token_revoked"), (socket.CloseStatus, socket.CloseStatusDescription));
    }

    private static async Task ReadToCloseAsync(ClientWebSocket socket)
    {
        var buffer = new byte[1_000];
        while ((await socket.ReceiveAsync(buffer.AsMemory(), default)).MessageType != WebSocketMessageType.Close) ;
    }

    private async Task<ClientWebSocket> OpenSocketAsync(string token)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        await socket.ConnectAsync(new UriBuilder(Host.Address) { Scheme = "ws", Path = "/api/v1/ws" }.Uri, default);
        return socket;
    }

    private async Task TakeBackAsync(string tenant, string notification)
    {
        await PublishAsync(tenant, notification);
        await HearsAsync();
    }

    /// <summary>Waits until the gateway has heard something that was published just now, and so all that was before.</summary>
    private async Task HearsAsync()
    {
        var mark = Guid.NewGuid().ToString("n");
        var marked = Tokens.Make(change: claims => (claims["tenant_id"], claims["jti"]) = (_tenant, mark));
        await Await.Until(
            async () =>
            {
                await PublishAsync(_tenant, JsonSerializer.Serialize(new { @event = "token_revoked", data = new { token_id = mark } }));
                return await StatusAsync(marked) == 401;
            },
            "notifications are heard");
    }

    private Task<long> PublishAsync(string tenant, string message) =>
        shared.Redis.GetSubscriber().PublishAsync(
            new RedisChannel($"identity.notifications.{tenant}", RedisChannel.PatternMode.Literal), message);

    private string Token(DateTimeOffset? issuedAt = null, string id = "one") => Tokens.Make(change: claims =>
    {
        (claims["tenant_id"], claims["jti"]) = (_tenant, id);
        claims["iat"] = (issuedAt ?? _clock.GetUtcNow()).ToUnixTimeSeconds();
    });

    private async Task<int> StatusAsync(string token)
    {
        using var http = Host.CreateAnonymousClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return (int)(await http.GetAsync("/api/v1/agents")).StatusCode;
    }

    /// <summary>A service that the tests of the class share, each as a tenant of its own.</summary>
    public sealed class Service : IAsyncLifetime
    {
        private readonly string _cluster = $"test-{Guid.NewGuid():n}"[..20];

        internal ShiftedClock Clock { get; } = new();

        internal ServiceHost Host { get; private set; } = null!;

        internal ConnectionMultiplexer Redis { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Redis = await ConnectionMultiplexer.ConnectAsync(RedisAddress.ToOptions(TestServers.Redis));
            Host = await StartAsync();
        }

        public async ValueTask DisposeAsync()
        {
            await Host.DisposeAsync();
            Redis.Dispose();
        }

        internal async Task StartAgainAsync()
        {
            await Host.DisposeAsync();
            Host = await StartAsync();
        }

        private Task<ServiceHost> StartAsync() => ServiceHost.StartAsync(
            change: settings => settings with { RedisUri = TestServers.Redis, ClusterId = _cluster },
            configure: services => services.AddSingleton<TimeProvider>(Clock));
    }
}
