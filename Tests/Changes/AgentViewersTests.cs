using System.Threading.Channels;
using AgentManagement.ServiceDefaults.Redis;
using AgentManagement.Tests.WebGateway;
using AgentManagement.WebGateway.Changes;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace AgentManagement.Tests.Changes;

/// <summary>Who has which agent open, in the memory of gateways.</summary>
public sealed class AgentViewersTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task What_is_not_said_again_ends()
    {
        var viewers = new AgentViewers(_clock);
        var ana = new Ear();
        Assert.True(viewers.Say("acme", "a", "ana", "bot", ana.NotifyAsync));
        Assert.True(viewers.Say("acme", "b", "ben", "bot", new Ear().NotifyAsync));
        _clock.Advance(AgentViewers.NotifyInterval);
        Assert.Equal("bot: ana, ben", await ana.HearAsync());

        // Ana says it again, Ben does not.
        _clock.Advance(AgentViewers.Life / 2);
        Assert.True(viewers.Say("acme", "a", "ana", "bot", ana.NotifyAsync));
        _clock.Advance(AgentViewers.Life / 2);
        Assert.True(viewers.Say("acme", "a", "ana", "bot", ana.NotifyAsync));
        _clock.Advance(AgentViewers.NotifyInterval);
        Assert.Equal("bot: ana", await ana.HearAsync());
    }

    [Fact]
    public async Task Of_a_tenant_only_so_many_are_known()
    {
        var viewers = new AgentViewers(_clock);
        for (var number = 0; number < AgentViewers.MaxOfTenant; number++)
        {
            Assert.True(viewers.Say("acme", $"{number}", $"user-{number:000}", "bot", new Ear().NotifyAsync));
        }
        Assert.False(viewers.Say("acme", "more", "ana", "bot", new Ear().NotifyAsync));
        // Whoever is known may go on, and another tenant has its own.
        var known = new Ear();
        Assert.True(viewers.Say("acme", "0", "user-000", "bot", known.NotifyAsync));
        Assert.True(viewers.Say("other", "more", "ana", "bot", new Ear().NotifyAsync));
        _clock.Advance(AgentViewers.NotifyInterval);
        Assert.Equal(AgentViewers.MaxNamed, (await known.HearAsync()).Split(", ").Length);
        Assert.True(viewers.Say("acme", "0", "user-000", null, known.NotifyAsync));
        Assert.True(viewers.Say("acme", "more", "ana", "bot", new Ear().NotifyAsync));
    }

    [Fact]
    public async Task Gateways_tell_each_other_and_who_comes_later_knows_who_was_there()
    {
        var tenant = $"tenant-{Guid.NewGuid():n}"[..20];
        await using var redis = new RedisConnection(ConfigurationOptions.Parse(TestServers.Redis.Authority));
        AgentViewers one = new(TimeProvider.System, redis), other = new(TimeProvider.System, redis);
        using var hearsOne = await ListenAsync(redis, one);
        using var hearsOther = await ListenAsync(redis, other);
        Ear ana = new(), ben = new(), foreign = new();
        one.Say(tenant, "a", "ana", "bot", ana.NotifyAsync);
        one.Say($"{tenant}-2", "f", "eve", "bot", foreign.NotifyAsync);
        Assert.Equal("bot: ana", await ana.HearAsync());
        other.Say(tenant, "b", "ben", "bot", ben.NotifyAsync);
        await ben.HearAsync("bot: ana, ben");
        await ana.HearAsync("bot: ana, ben");
        other.Say(tenant, "b", "ben", "another", ben.NotifyAsync);
        await ana.HearAsync("bot: ana");
        Assert.Equal("bot: eve", await foreign.HearAsync());
    }

    private static async Task<ViewerNotifications> ListenAsync(RedisConnection redis, AgentViewers viewers)
    {
        var listener = new ViewerNotifications(redis, viewers, TimeProvider.System, NullLogger<ViewerNotifications>.Instance);
        await listener.StartAsync(default);
        await listener.ExecuteTask!;
        return listener;
    }

    /// <summary>A socket, as it is told.</summary>
    private sealed class Ear
    {
        private readonly Channel<string> _notified = Channel.CreateUnbounded<string>();

        public Task NotifyAsync(object message)
        {
            var said = JsonSerializer.SerializeToElement(message);
            var names = said.GetProperty("viewers").EnumerateArray().Select(name => name.GetString());
            _notified.Writer.TryWrite($"{said.Text("agent_id")}: {string.Join(", ", names)}");
            return Task.CompletedTask;
        }

        public Task<string> HearAsync() => Await.For(_notified.Reader.ReadAsync().AsTask(), "it is told who is there");

        /// <summary>What it is told in between is passed over.</summary>
        public async Task HearAsync(string expected)
        {
            while (await HearAsync() != expected)
            {
            }
        }
    }
}
