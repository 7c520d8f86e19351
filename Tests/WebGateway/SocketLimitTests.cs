using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Changes;

namespace AgentManagement.Tests.WebGateway;

/// <summary>What a socket costs before, and without, a subscription.</summary>
public sealed class SocketLimitTests : IAsyncLifetime
{
    private readonly SubscriptionClock _clock = new();
    private ServiceHost _service = null!;

    public async ValueTask InitializeAsync() =>
        _service = await ServiceHost.StartAsync(configure: services => services.AddSingleton<TimeProvider>(_clock));

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task A_socket_is_one_of_the_tenants_watchers_before_it_subscribes()
    {
        using var one = await WithPlaceAsync("free");
        using var two = await WithPlaceAsync("free");
        using (var third = await AuthenticatedAsync("free"))
        {
            Assert.Equal("quota_exceeded", await ReadToCloseAsync(third));
        }
        // Those that are there may subscribe.
        await SendAsync(one, """{"action":"subscribe"}""");
        Assert.Contains("\"subscribed\"", await ReadAsync(one), StringComparison.Ordinal);
        two.Abort();
        await Await.Until(
            async () =>
            {
                using var next = await AuthenticatedAsync("free");
                await SendAsync(next, """{"action":"subscribe"}""");
                return (await ReadAsync(next))?.Contains("\"subscribed\"", StringComparison.Ordinal) == true;
            },
            "the place of the second is free");
    }

    [Fact]
    public async Task A_socket_without_a_subscription_is_closed()
    {
        using var without = await AuthenticatedAsync();
        using var with = await AuthenticatedAsync();
        await SendAsync(with, """{"action":"subscribe"}""");
        Assert.Contains("\"subscribed\"", await ReadAsync(with), StringComparison.Ordinal);
        _clock.Fire();
        Assert.Equal("no_subscription", await ReadToCloseAsync(without));
        await SendAsync(with, """{"action":"ping"}""");
        Assert.Contains("\"pong\"", await ReadAsync(with), StringComparison.Ordinal);

        // One whose subscription has ended is like one that never had any.
        using var after = await AuthenticatedAsync();
        await SendAsync(after, """{"action":"subscribe","since":99}""");
        Assert.Contains("\"resync_required\"", await ReadAsync(after), StringComparison.Ordinal);
        var closed = ReadToCloseAsync(after);
        // It may subscribe anew for a while, which begins a moment after that message.
        while (!closed.IsCompleted)
        {
            _clock.Fire();
            await Task.WhenAny(closed, Task.Delay(10, TestContext.Current.CancellationToken));
        }
        Assert.Equal("no_subscription", await closed);
    }

    [Fact]
    public async Task A_client_sends_so_many_messages_in_a_second_and_no_more()
    {
        using var socket = await AuthenticatedAsync();
        var closed = ReadToCloseAsync(socket);
        // Over two seconds of the clock, if it is so.
        for (var number = 0; number <= 3 * ChangeSocket.MaxMessagesOfSecond && socket.State == WebSocketState.Open; number++)
        {
            await SendAsync(socket, """{"action":"ping"}""");
        }
        Assert.Equal("too_many_messages", await closed);
    }

    [Fact]
    public async Task A_socket_counts_as_a_request_when_it_is_known_whose_it_is()
    {
        await _service.DisposeAsync();
        _service = await ServiceHost.StartAsync(change: settings => settings with { IsRateLimited = true });
        using var client = _service.CreateClient(tier: "free");
        var status = 200;
        while (status == 200) status = (int)(await client.GetAsync(Api.Agents)).StatusCode;
        Assert.Equal(429, status);
        using var socket = await ConnectAsync();
        await SendAsync(socket, $$"""{"action":"authenticate","token":"{{Token("free")}}"}""");
        Assert.Equal("rate_limited", await ReadToCloseAsync(socket));
    }

    private string Token(string tier) =>
        _service.Services.GetRequiredService<TokenIssuer>().Issue("acme", "viewer", tier, "tester").Token;

    private async Task<ClientWebSocket> AuthenticatedAsync(string tier = "enterprise")
    {
        var socket = await ConnectAsync();
        await SendAsync(socket, $$"""{"action":"authenticate","token":"{{Token(tier)}}"}""");
        Assert.Contains("\"authenticated\"", await ReadAsync(socket), StringComparison.Ordinal);
        return socket;
    }

    /// <summary>One that has asked for its place: whoever comes later asks later.</summary>
    private async Task<ClientWebSocket> WithPlaceAsync(string tier)
    {
        var socket = await AuthenticatedAsync(tier);
        await SendAsync(socket, """{"action":"ping"}""");
        Assert.Contains("\"pong\"", await ReadAsync(socket), StringComparison.Ordinal);
        return socket;
    }

    private async Task<ClientWebSocket> ConnectAsync()
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(
            new UriBuilder(_service.Address) { Scheme = "ws", Path = "/api/v1/ws" }.Uri, TestContext.Current.CancellationToken);
        return socket;
    }

    private static Task SendAsync(ClientWebSocket socket, string message) => socket.SendAsync(
        Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, endOfMessage: true, TestContext.Current.CancellationToken);

    private static async Task<string?> ReadToCloseAsync(ClientWebSocket socket)
    {
        while (await ReadAsync(socket) is not null) ;
        return socket.CloseStatusDescription;
    }

    private static async Task<string?> ReadAsync(ClientWebSocket socket)
    {
        var buffer = new byte[64 * 1024];
        var part = await Await.For(socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken), "a message of the socket");
        return part.MessageType == WebSocketMessageType.Close ? null : Encoding.UTF8.GetString(buffer, 0, part.Count);
    }

    /// <summary>A clock by which the time without a subscription is over when a test says so.</summary>
    private sealed class SubscriptionClock : ShiftedClock
    {
        private readonly ConcurrentDictionary<PendingTimer, bool> _timers = new();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime != ChangeSocket.SubscriptionTimeout) return base.CreateTimer(callback, state, dueTime, period);
            var timer = new PendingTimer(() => callback(state));
            _timers[timer] = true;
            return timer;
        }

        public void Fire()
        {
            foreach (var (timer, _) in _timers.Where(timer => timer.Key.IsPending)) timer.Fire();
        }

        private sealed class PendingTimer(Action fire) : ITimer
        {
            public bool IsPending { get; private set; } = true;

            public void Fire()
            {
                IsPending = false;
                fire();
            }

            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                IsPending = dueTime != Timeout.InfiniteTimeSpan;
                return true;
            }

            public void Dispose() => IsPending = false;

            public ValueTask DisposeAsync()
            {
                Dispose();
                return default;
            }
        }
    }
}
