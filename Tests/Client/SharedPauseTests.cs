using System.Collections.Concurrent;
using System.Net;
using AgentManagement.Client;

namespace AgentManagement.Tests.Client;

/// <summary>How requests wait together for a rate that is used up.</summary>
public sealed class SharedPauseTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task One_refusal_stops_all_and_they_go_on_when_the_service_said()
    {
        var times = new ConcurrentQueue<DateTimeOffset>();
        var busy = ScriptedServer.Says(429, """{"code":"rate_limited","detail":"No."}""", ("Retry-After", "90"));
        var tenant = ScriptedServer.Says(200, """{"id":"acme","tier":"free"}""");
        await using var server = await ScriptedServer.StartAsync(
            http => Noted(busy, http), http => Noted(busy, http), http => Noted(tenant, http));
        var pauses = new ConcurrentQueue<DateTimeOffset>();
        // Neither retries nor a longest wait are asked about it.
        var options = new AgentManagementOptions { MaxRetries = 0, MaxRetryAfter = TimeSpan.Zero, Pause = new(pauses.Enqueue) };
        var client = new AgentManagementClient(server.Http, options, _clock);
        var start = _clock.GetUtcNow();

        var first = client.Tenant.GetAsync();
        await Await.Until(() => !pauses.IsEmpty, "the first is refused");
        var second = client.Tenant.GetAsync();
        _clock.Advance(TimeSpan.FromSeconds(90));
        await Await.Until(() => pauses.Count == 2, "one of both is refused again");
        _clock.Advance(TimeSpan.FromSeconds(90));
        Assert.Equal(["acme", "acme"], (await Await.For(Task.WhenAll(first, second), "both are answered")).Select(tenant => tenant.Id));
        Assert.Equal([start.AddSeconds(90), start.AddSeconds(180)], pauses);
        Assert.Equal(start, times.First());
        Assert.All(times.Skip(1), time => Assert.True(time >= start.AddSeconds(90)));

        Task Noted(Func<Microsoft.AspNetCore.Http.HttpContext, Task> answer, Microsoft.AspNetCore.Http.HttpContext http)
        {
            times.Enqueue(_clock.GetUtcNow());
            return answer(http);
        }
    }

    [Fact]
    public async Task Whoever_gives_up_waits_no_longer()
    {
        await using var server = await ScriptedServer.StartAsync(
            ScriptedServer.Says(429, """{"code":"rate_limited","detail":"No."}""", ("Retry-After", "90")));
        var pauses = new ConcurrentQueue<DateTimeOffset>();
        var client = new AgentManagementClient(server.Http, new() { Pause = new(pauses.Enqueue) }, _clock);
        using var stopping = new CancellationTokenSource();
        var asked = client.Tenant.GetAsync(stopping.Token);
        await Await.Until(() => !pauses.IsEmpty, "it is refused");
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }

    [Fact]
    public async Task A_refusal_without_a_time_is_no_pause()
    {
        await using var server = await ScriptedServer.StartAsync(ScriptedServer.Says(429, """{"code":"rate_limited","detail":"No."}"""));
        var client = new AgentManagementClient(server.Http, new() { MaxRetries = 0, Pause = new() }, _clock);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await Assert.ThrowsAsync<ApiException>(() => client.Tenant.GetAsync())).Status);
    }

    [Fact]
    public void Pauses_that_follow_each_other_become_longer_and_are_short_again_later()
    {
        var lengths = new List<double>();
        var pause = new SharedPause(until => lengths.Add((until - _clock.GetUtcNow()).TotalSeconds));
        for (var number = 0; number < 6; number++)
        {
            pause.Begin(TimeSpan.FromSeconds(1), _clock);
            // Of a request that was under way.
            pause.Begin(TimeSpan.FromSeconds(3), _clock);
            _clock.Advance(TimeSpan.FromSeconds(lengths[^1]));
        }
        pause.Begin(TimeSpan.FromSeconds(40), _clock);
        _clock.Advance(TimeSpan.FromMinutes(2));
        pause.Begin(TimeSpan.FromSeconds(1), _clock);
        Assert.Equal([1, 2, 4, 8, 15, 15, 40, 1], lengths);
    }
}
