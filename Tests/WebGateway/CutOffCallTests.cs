using AgentManagement.Changes;
using AgentManagement.ClusterClient.Hosting;
using AgentManagement.Operations;
using Orleans;
using Orleans.Runtime;

namespace AgentManagement.Tests.WebGateway;

/// <summary>What the gateway does when a silo cuts a call off: whether it did anything is not known.</summary>
public sealed class CutOffCallTests(ServiceWithScissors shared) : IClassFixture<ServiceWithScissors>, IAsyncLifetime
{
    private readonly Scissors _scissors = shared.Scissors;
    private readonly HttpClient _client = shared.Service.CreateClient(Gateway.NewTenant(), role: "admin");

    public static TheoryData<string, string, string?> Reads => new()
    {
        { "GET", "/api/v1/agents", null }, { "GET", "/api/v1/agents/bot", null }, { "GET", "/api/v1/agents/bot/versions", null },
        { "GET", "/api/v1/tenant", null }, { "GET", "/api/v1/audit", null }, { "POST", "/api/v1/agents/validate", Api.Content() },
    };

    public static TheoryData<string, string, string?, int> Writes => new()
    {
        { "POST", "/api/v1/agents", Api.Content("Another"), 201 }, { "PUT", "/api/v1/agents/bot", Api.Content("Changed"), 200 },
        { "PATCH", "/api/v1/agents/bot", """{"name":"Changed"}""", 200 }, { "POST", "/api/v1/agents/bot/activate", null, 200 },
        { "DELETE", "/api/v1/agents/bot", null, 204 },
    };

    public async ValueTask InitializeAsync() => await _client.CreateAsync(Api.Content(id: "bot"));

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory, MemberData(nameof(Reads))]
    public async Task A_read_is_repeated(string method, string path, string? body)
    {
        _scissors.CutNext(new SiloUnavailableException("Gone."));
        await (await _client.SendAsync(method, path, body)).ShouldBeAsync(200);
        Assert.Equal(2, _scissors.Calls);
    }

    [Theory, MemberData(nameof(Writes))]
    public async Task A_write_under_a_key_is_repeated(string method, string path, string? body, int status)
    {
        _scissors.CutNext(new SiloUnavailableException("Gone."));
        var answer = await _client.SendAsync(method, path, body, ("Idempotency-Key", "key"));
        await answer.ShouldBeAsync(status);
        Assert.Equal(2, _scissors.Calls);
    }

    [Theory, MemberData(nameof(Writes))]
    public async Task A_write_whose_answer_was_cut_off_is_done_once_under_a_key(string method, string path, string? body, int status)
    {
        var before = await RevisionAsync();
        _scissors.CutNext(new SiloUnavailableException("Gone."), afterwards: true);
        var answer = await _client.SendAsync(method, path, body, ("Idempotency-Key", "key"));
        await answer.ShouldBeAsync(status);
        Assert.Equal("true", answer.Headers.GetValues("Idempotency-Replayed").Single());
        Assert.Equal(before + 1, await RevisionAsync());
    }

    [Theory, MemberData(nameof(Writes))]
    public async Task A_write_without_a_key_is_sent_once(string method, string path, string? body, int status)
    {
        _scissors.CutNext(new SiloUnavailableException("Gone."));
        var answer = await _client.SendAsync(method, path, body);
        await answer.ShouldBeProblemAsync(503, "service_unavailable");
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Equal(1, _scissors.Calls);

        // The client may know better, and does.
        await (await _client.SendAsync(method, path, body)).ShouldBeAsync(status);
    }

    [Theory, MemberData(nameof(Writes))]
    public async Task A_dry_run_is_repeated(string method, string path, string? body, int status)
    {
        Assert.NotEqual(0, status);
        _scissors.CutNext(new SiloUnavailableException("Gone."));
        await (await _client.SendAsync(method, $"{path}?dryRun=true", body)).ShouldBeAsync(200);
        Assert.Equal(2, _scissors.Calls);
    }

    [Fact]
    public async Task What_the_cluster_did_not_cut_off_is_not_repeated()
    {
        _scissors.CutNext(new InvalidOperationException("Broken."));
        await (await _client.SendAsync("GET", "/api/v1/agents/bot")).ShouldBeProblemAsync(503, "service_unavailable");
        Assert.Equal(1, _scissors.Calls);
    }

    [Fact]
    public async Task What_may_be_running_still_is_not_repeated()
    {
        _scissors.CutNext(new TimeoutException("Slow."));
        await (await _client.SendAsync("GET", "/api/v1/agents/bot")).ShouldBeProblemAsync(503, "service_unavailable");
        Assert.Equal(1, _scissors.Calls);
    }

    [Fact]
    public async Task A_read_is_made_anew_when_a_connection_closes_while_it_runs()
    {
        var (held, release) = _scissors.HoldNext();
        var answer = _client.SendAsync("GET", "/api/v1/agents/bot");
        await Await.For(held, "the call to reach the silo");
        shared.Service.Services.GetRequiredService<ConnectionLoss>().Signal(isLast: false);
        Assert.Equal("bot", (await (await Await.For(answer, "an answer")).ShouldBeAsync(200)).Text("id"));
        Assert.Equal(2, _scissors.Calls);
        release.SetResult();
    }

    private async Task<int> RevisionAsync() => (await _client.GetAsync("/api/v1/tenant", 200)).GetProperty("revision").GetInt32();
}

/// <summary>A service whose calls can be cut off, for all tests of the class; each has a tenant of its own.</summary>
public sealed class ServiceWithScissors : IAsyncLifetime
{
    internal Scissors Scissors { get; } = new();

    internal ServiceHost Service { get; private set; } = null!;

    public async ValueTask InitializeAsync() =>
        Service = await ServiceHost.StartAsync(configure: services => services.AddSingleton<IIncomingGrainCallFilter>(Scissors));

    public ValueTask DisposeAsync() => Service.DisposeAsync();
}

/// <summary>Cuts the gateway's next call off, before the grain has seen it or after it has answered.</summary>
internal sealed class Scissors : IIncomingGrainCallFilter
{
    private Exception? _next;
    private bool _afterwards;
    private TaskCompletionSource? _held;
    private TaskCompletionSource? _release;

    /// <summary>The gateway's calls since <see cref="CutNext"/>.</summary>
    public int Calls { get; private set; }

    public void CutNext(Exception failure, bool afterwards = false) =>
        (_next, _afterwards, _held, _release, Calls) = (failure, afterwards, null, null, 0);

    /// <summary>Keeps the next call back until it is released.</summary>
    public (Task Held, TaskCompletionSource Release) HoldNext()
    {
        (_held, _release, Calls) = (new(), new(), 0);
        return (_held.Task, _release);
    }

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        if (!IsOfTheGateway(context))
        {
            await context.Invoke();
            return;
        }
        if (++Calls == 1 && _release is { } release)
        {
            _held!.SetResult();
            await release.Task;
        }
        var (failure, _) = (_next, _next = null);
        if (failure is not null && !_afterwards) throw failure;
        await context.Invoke();
        if (failure is not null) throw failure;
    }

    // Grains call others for it; what health checks call is nobody's request.
    private static bool IsOfTheGateway(IIncomingGrainCallContext context) =>
        context.InterfaceMethod?.DeclaringType is { } contract && contract.Assembly == typeof(IAgentGrain).Assembly
            && contract != typeof(IHealthGrain) && context.SourceId is { } source && source.IsClient();
}
