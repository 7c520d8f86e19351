using System.Net.WebSockets;
using AgentManagement.Bench.Servers;
using AgentManagement.ClusterClient.Hosting;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Tests.Tools;
using AgentManagement.Tests.WebGateway;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Identity;
using AgentManagement.WebGateway.Settings;
using StackExchange.Redis;

namespace AgentManagement.Tests.Identity;

/// <summary>What is taken back ends: at once when a real Redis tells it, and within its bound when nobody does.</summary>
[Collection(nameof(AgentManagement.Tests.Identity))]
public sealed class IdentityRevocationTests(SharedIdentityHost shared)
{
    private readonly string _tenant = Gateway.NewTenant();

    [Fact]
    public async Task What_was_known_of_a_token_is_forgotten_when_it_is_taken_back()
    {
        await using var host = await StartAsync(TestServers.Redis);
        using var redis = await ConnectionMultiplexer.ConnectAsync(RedisAddress.ToOptions(TestServers.Redis));
        await HearsAsync(host, redis);
        (string Event, string Member, string Value, bool IsForgotten)[] cases =
        [
            ("token_revoked", "token_id", "token-0", true), ("user_revoked", "subject", "user-1", true),
            ("token_revoked", "token_id", "another", false), ("user_revoked", "subject", "another", false),
        ];
        foreach (var (number, (what, member, value, isForgotten)) in cases.Index())
        {
            var token = Token(host, $"token-{number}", $"user-{number}");
            Assert.Equal(200, await host.StatusAsync(token));

            await PublishAsync(
                redis, JsonSerializer.Serialize(new { @event = what, data = new Dictionary<string, string> { [member] = value } }));
            await HearsAsync(host, redis);

            Assert.Equal((number, isForgotten), (number, !await IsKnownAsync(host, token)));
        }
    }

    [Fact]
    public async Task After_a_lost_connection_everything_is_asked_again()
    {
        if (!RedisServer.IsInstalled) Assert.Skip("Needs a redis-server of its own.");
        await using var server = await RedisServer.StartAsync();
        await using var host = await StartAsync(server.Address);
        var options = RedisAddress.ToOptions(server.Address);
        options.AllowAdmin = true;
        using var redis = await ConnectionMultiplexer.ConnectAsync(options);
        await HearsAsync(host, redis);
        var token = Token(host);
        Assert.Equal(200, await host.StatusAsync(token));
        Assert.True(await IsKnownAsync(host, token));

        await redis.GetDatabase().ExecuteAsync("CLIENT", "KILL", "TYPE", "pubsub");

        await Await.Until(async () => !await IsKnownAsync(host, token), "the token is asked about again");
    }

    [Theory, InlineData("inactive", TokenWatch.Revoked), InlineData("gone", TokenWatch.IdentityUnavailable),
        InlineData("rotated", TokenWatch.Revoked)]
    public async Task What_is_open_ends_within_the_bound_without_a_message(string what, string reason)
    {
        var clock = new ManualTimeProvider();
        clock.Advance(DateTimeOffset.UtcNow - clock.GetUtcNow());
        await using var identity = await IdentityServer.StartAsync();
        var isActive = true;
        identity.Introspect = _ => new { active = isActive };
        using var services = Services(identity, clock);
        var caller = new CurrentCaller(services.GetRequiredService<RevokedTokens>());
        Assert.True(await services.GetRequiredService<TokenReader>().TryAcceptAsync(identity.Token(validToMinutes: 60), caller, "c"));
        var ended = new TaskCompletionSource<string>();
        using var watch = services.GetRequiredService<TokenWatch>().Begin(caller, why => ended.TrySetResult(why));

        await RefreshAsync(clock);
        Assert.False(ended.Task.IsCompleted);
        if (what == "inactive") isActive = false;
        if (what == "gone") identity.FailWith(RegistryServer.HangUp);
        if (what == "rotated") identity.Keys[0] = IdentityServer.NewRsaKey("next");
        var looks = what switch { "inactive" => 2, "gone" => 4, _ => (int)(IdentityKeys.FreshTime / TokenWatch.Period) + 1 };
        for (var look = 0; look < looks && !ended.Task.IsCompleted; look++) await RefreshAsync(clock, ended.Task);

        Assert.Equal(reason, await Await.For(ended.Task, "the end"));
    }

    [Fact]
    public async Task What_is_open_ends_with_its_token()
    {
        var clock = new ManualTimeProvider();
        clock.Advance(DateTimeOffset.UtcNow - clock.GetUtcNow());
        await using var identity = await IdentityServer.StartAsync();
        using var services = Services(identity, clock);
        var caller = new CurrentCaller(services.GetRequiredService<RevokedTokens>());
        Assert.True(await services.GetRequiredService<TokenReader>().TryAcceptAsync(identity.Token(), caller, "c"));
        var left = TokenWatch.Period / 2;
        clock.Advance(caller.ExpiresAt - clock.GetUtcNow() - left);
        var ended = new TaskCompletionSource<string>();
        using var watch = services.GetRequiredService<TokenWatch>().Begin(caller, why => ended.TrySetResult(why));
        await Await.Until(() => clock.HasTimerIn(left), "the end is planned");
        clock.Advance(left);
        Assert.Equal(TokenWatch.Expired, await Await.For(ended.Task, "the end"));
    }

    [Fact]
    public async Task A_socket_of_a_token_that_cannot_be_decided_about_says_so()
    {
        await shared.Host.StartOverAsync();
        shared.Host.Identity.FailWith(RegistryServer.HangUp);
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(shared.Host.Service.Address) { Scheme = "ws", Path = "/api/v1/ws" }.Uri, default);
        var message = JsonSerializer.SerializeToUtf8Bytes(new { action = "authenticate", token = shared.Host.Identity.Token() });
        await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, default);
        await socket.ReceiveAsync(new byte[1_000], default);
        Assert.Equal((WebSocketCloseStatus.PolicyViolation, "identity_unavailable"), (socket.CloseStatus, socket.CloseStatusDescription));
    }

    /// <summary>Lets the next look come due, and waits until it is over.</summary>
    private static async Task RefreshAsync(ManualTimeProvider clock, Task? ended = null)
    {
        await Await.Until(() => clock.HasTimerIn(TokenWatch.Period) || ended?.IsCompleted == true, "the next look is planned");
        if (ended?.IsCompleted == true) return;
        clock.Advance(TokenWatch.Period);
        await Await.Until(() => clock.HasTimerIn(TokenWatch.Period) || ended?.IsCompleted == true, "the look is over");
    }

    private static ServiceProvider Services(IdentityServer identity, TimeProvider clock)
    {
        var services = new ServiceCollection();
        services.AddSingleton(clock).AddLogging();
        var (settings, gateway) = (new ServiceSettings { ServiceToken = IdentityHost.ServiceToken },
            new GatewaySettings { IdentityServiceUrl = identity.Address });
        services.AddSingleton(settings).AddSingleton(gateway);
        services.AddAccess(settings, gateway);
        return services.BuildServiceProvider();
    }

    private static Task<IdentityHost> StartAsync(Uri redis) => IdentityHost.StartAsync(
        identity => identity.Introspect = _ => new { active = true }, settings => settings with { RedisUri = redis });

    private static async Task<bool> IsKnownAsync(IdentityHost host, string token)
    {
        var asked = host.Identity.Asked("introspection");
        await host.StatusAsync(token);
        return host.Identity.Asked("introspection") == asked;
    }

    // Issued later than it will have been taken back, so that only what is kept of it can be forgotten.
    private string Token(IdentityHost host, string id = "one", string subject = "ann") => host.Identity.Token(change: claims =>
        (claims["tenant_id"], claims["jti"], claims["sub"], claims["iat"]) =
            (_tenant, id, subject, DateTimeOffset.UtcNow.AddSeconds(25).ToUnixTimeSeconds()));

    /// <summary>Waits until the gateway has heard something that was published just now, and so all that was before.</summary>
    private async Task HearsAsync(IdentityHost host, ConnectionMultiplexer redis)
    {
        var mark = Guid.NewGuid().ToString("n");
        var marked = host.Identity.Token(change: claims => (claims["tenant_id"], claims["sub"], claims["jti"]) = (_tenant, "mark", mark));
        await Await.Until(
            async () =>
            {
                await PublishAsync(redis, JsonSerializer.Serialize(new { @event = "token_revoked", data = new { token_id = mark } }));
                return await host.StatusAsync(marked) == 401;
            },
            "notifications are heard");
    }

    private Task<long> PublishAsync(ConnectionMultiplexer redis, string message) =>
        redis.GetSubscriber().PublishAsync(
            new RedisChannel($"identity.notifications.{_tenant}", RedisChannel.PatternMode.Literal), message);
}
