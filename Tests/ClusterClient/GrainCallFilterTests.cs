using System.Reflection;
using AgentManagement.ClusterClient;
using AgentManagement.ClusterClient.Hosting;
using AgentManagement.Files;
using AgentManagement.Operations;
using AgentManagement.Tenants;
using AgentManagement.Tests.Access;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace AgentManagement.Tests.ClusterClient;

/// <summary>Which calls are made again when the cluster cuts them off, and for how long.</summary>
public sealed class GrainCallFilterTests
{
    private static readonly AgentCommand Unkeyed = new ArchiveAgent();
    private static readonly AgentCommand Keyed = new ArchiveAgent { Options = new() { Idempotency = new("key", "fingerprint") } };

    private readonly ConnectionLoss _losses = new();
    private readonly HastyClock _clock = new();
    private readonly GrainCallFilter _filter;
    private int _made;

    public GrainCallFilterTests() => _filter = new(_losses, _clock);

    public static TheoryData<Type> OfTheCluster =>
        [typeof(OrleansMessageRejectionException), typeof(SiloUnavailableException), typeof(ClientNotAvailableException)];

    /// <summary>Among them the end of a call that may be running still.</summary>
    public static TheoryData<Type> Others =>
        [typeof(TimeoutException), typeof(InvalidOperationException), typeof(OperationCanceledException), typeof(IOException)];

    [Theory, MemberData(nameof(OfTheCluster))]
    public async Task A_call_that_the_cluster_cut_off_is_made_again_until_it_is_answered(Type failure)
    {
        Assert.Equal("answer", await ApplyAsync(Keyed, () => _made < 4 ? throw Make(failure) : Task.FromResult<object>("answer")));
        Assert.Equal(4, _made);
    }

    [Theory, MemberData(nameof(OfTheCluster))]
    public async Task After_the_timeout_the_last_failure_is_the_callers(Type failure)
    {
        Exception? last = null;
        var thrown = await Assert.ThrowsAsync<GrainCallException>(() => ApplyAsync(Keyed, () => throw (last = Make(failure))));
        Assert.Same(last, thrown.InnerException);
        Assert.InRange(_clock.Waited, GrainCallFilter.Timeout, 2 * GrainCallFilter.Timeout);
        Assert.True(_made > 10, $"It was made {_made} times.");
    }

    [Theory, MemberData(nameof(Others))]
    public async Task Any_other_failure_is_the_callers_at_once(Type failure)
    {
        var thrown = await Assert.ThrowsAsync<GrainCallException>(() => ApplyAsync(Keyed, () => throw Make(failure)));
        Assert.IsType(failure, thrown.InnerException);
        Assert.Equal(1, _made);
    }

    [Fact]
    public async Task A_refusal_of_the_silo_is_neither_repeated_nor_a_failure()
    {
        await Assert.ThrowsAsync<AccessDeniedException>(() =>
            ApplyAsync(Keyed, () => throw new AccessDeniedException("permission_denied", "No.")));
        await Assert.ThrowsAsync<MaintenanceException>(() => ApplyAsync(Keyed, () => throw Make(typeof(MaintenanceException))));
        Assert.Equal(2, _made);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_call_that_its_caller_cancels_ends_without_a_failure(bool isSafe)
    {
        using var leaving = new CancellationTokenSource();
        var answer = new TaskCompletionSource<object>();
        var call = ApplyAsync(isSafe ? Keyed : Unkeyed, () => answer.Task, cancellationToken: leaving.Token);
        await leaving.CancelAsync();
        answer.SetException(new OperationCanceledException(leaving.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(1, _made);
    }

    [Fact]
    public async Task A_call_that_its_caller_cancels_is_not_made_again()
    {
        using var leaving = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ApplyAsync(
            Keyed,
            () =>
            {
                leaving.Cancel();
                throw new SiloUnavailableException("Gone.");
            },
            cancellationToken: leaving.Token));
        Assert.Equal(1, _made);
    }

    [Theory, MemberData(nameof(OfTheCluster))]
    public async Task A_write_without_a_key_is_made_once_however_it_fails(Type failure)
    {
        var thrown = await Assert.ThrowsAsync<GrainCallException>(() => ApplyAsync(Unkeyed, () => throw Make(failure)));
        Assert.IsType(failure, thrown.InnerException);
        Assert.Equal(1, _made);
    }

    [Fact]
    public async Task A_write_without_a_key_ends_when_no_connection_is_left_that_could_bring_its_answer()
    {
        var call = ApplyAsync(Unkeyed, Unanswered);
        _losses.Signal(isLast: true);
        var thrown = await Assert.ThrowsAsync<GrainCallException>(() => Await.For(call, "the call to end"));
        Assert.IsType<SiloUnavailableException>(thrown.InnerException);
        Assert.Equal((1, GrainCallFilter.Grace), (_made, _clock.Waited));
    }

    [Fact]
    public async Task A_write_without_a_key_waits_on_when_one_connection_of_several_closes()
    {
        var answer = new TaskCompletionSource<object>();
        var call = ApplyAsync(Unkeyed, () => answer.Task);
        var read = ApplyAsync(Keyed, () => _made == 2 ? Unanswered() : Task.FromResult<object>("read"));
        _losses.Signal(isLast: false);
        Assert.Equal("read", await Await.For(read, "the other call to be repeated"));
        Assert.False(call.IsCompleted);
        answer.SetResult("answer");
        Assert.Equal("answer", await Await.For(call, "the call to end"));
        Assert.Equal(3, _made);
    }

    [Fact]
    public async Task An_answer_that_arrives_within_the_grace_is_taken()
    {
        var clock = new StandingClock();
        var answer = new TaskCompletionSource<object>();
        var call = ApplyAsync(Keyed, () => answer.Task, new(_losses, clock));
        _losses.Signal(isLast: false);
        await Await.For(clock.Asked, "the grace to begin");
        answer.SetResult("answer");
        Assert.Equal("answer", await Await.For(call, "the call to end"));
        Assert.Equal(1, _made);
    }

    [Fact]
    public async Task A_connection_that_closed_before_does_not_matter()
    {
        _losses.Signal(isLast: true);
        var answer = new TaskCompletionSource<object>();
        var call = ApplyAsync(Keyed, () => answer.Task);
        answer.SetResult("answer");
        Assert.Equal("answer", await Await.For(call, "the call to end"));
        Assert.Equal(TimeSpan.Zero, _clock.Waited);
    }

    [Fact]
    public async Task A_grains_own_call_is_left_to_the_call_that_it_is_part_of()
    {
        await Assert.ThrowsAsync<SiloUnavailableException>(() =>
            ApplyAsync(Keyed, () => throw new SiloUnavailableException("Gone."), source: Proxy.Of<IGrainContext>((_, _) => null)));
        Assert.Equal(1, _made);
    }

    [Fact]
    public void Every_method_is_safe_but_those_that_change_something_or_are_asked_again_anyway() => Assert.Equal(
        [
            "IAgentGrain.ApplyAsync", "IFeedGrain.WatchAsync", "IFileGrain.ApplyAsync", "IHealthGrain.CheckAsync", "ILabelGrain.ApplyAsync",
            "ITaskGrain.StepAsync", "ITemplateGrain.ApplyAsync", "ITenantGrain.AnnounceAsync", "ITenantGrain.ApplyAsync",
            "ITenantGrain.ApplyFileAsync", "ITenantGrain.ApplyTemplateAsync", "IWebhooksGrain.ApplyAsync",
            "IWebhooksGrain.PingAsync",
        ],
        ContractRulesTests.GrainInterfaces.SelectMany(type => type.GetMethods())
            .Where(method => !method.IsDefined(typeof(OneWayAttribute))
                && !RetryRule.IsSafe(method, CallOf(default, new RulelessCommand())))
            .Select(method => $"{method.DeclaringType!.Name}.{method.Name}").Order(StringComparer.Ordinal));

    [Fact]
    public void A_write_is_safe_under_a_key_as_a_dry_run_or_when_it_adds_a_file()
    {
        Assert.False(IsSafe(Unkeyed));
        Assert.True(IsSafe(Keyed));
        Assert.True(IsSafe(Unkeyed with { Options = new() { DryRun = true } }));
        Assert.False(IsSafe(Unkeyed with { Options = new() { IfMatch = [1] } }));
        Assert.True(IsSafe(new AddFile("a", "text/plain", 1, "blob", default)));
        Assert.False(IsSafe(new DeleteFile()));

        static bool IsSafe(ICommand command) =>
            RetryRule.IsSafe(typeof(ITenantGrain).GetMethod(nameof(ITenantGrain.ApplyAsync))!, CallOf(default, null, command));
    }

    /// <summary>Makes a call of the tenant's grain, whose answer may be anything.</summary>
    private async Task<object?> ApplyAsync(
        AgentCommand command, Func<Task<object>> answer, GrainCallFilter? filter = null, IGrainContext? source = null,
        CancellationToken cancellationToken = default)
    {
        object? result = null;
        // Orleans invokes a call again only when it has ended.
        var isRunning = false;
        // A call that is made anew is the grain's, and not the filter's; its result is of the method's type.
        Outcomes.Outcome<AgentChange>? ofAnew = null;
        object? anew = null;
        var grain = Proxy.Of<ITenantGrain>((_, _) => AnewAsync());
        await (filter ?? _filter).Invoke(Proxy.Of<IOutgoingGrainCallContext>((method, arguments) => method.Name switch
        {
            "get_InterfaceMethod" => typeof(ITenantGrain).GetMethod(nameof(ITenantGrain.ApplyAsync)),
            "get_Request" => CallOf(cancellationToken, "bot", command),
            "get_Grain" => grain,
            "get_SourceContext" => source,
            "set_Result" => result = arguments[0],
            _ => InvokeAsync(),
        }));
        return ofAnew is not null && ReferenceEquals(result, ofAnew) ? anew : result;

        async Task InvokeAsync()
        {
            Assert.False(isRunning);
            isRunning = true;
            result = await MadeAsync();
            isRunning = false;
        }

        async Task<Outcomes.Outcome<AgentChange>> AnewAsync()
        {
            anew = await MadeAsync();
            return ofAnew = Outcomes.Outcome.NotFound<AgentChange>();
        }

        async Task<object> MadeAsync()
        {
            _made++;
            try
            {
                return await answer();
            }
            finally
            {
                isRunning = false;
            }
        }
    }

    private static IInvokable CallOf(CancellationToken cancellationToken, params object?[] arguments) =>
        Proxy.Of<IInvokable>((method, positions) => method.Name switch
        {
            nameof(IInvokable.GetArgumentCount) => arguments.Length,
            nameof(IInvokable.GetCancellationToken) => cancellationToken,
            _ => arguments.ElementAtOrDefault((int)positions[0]!),
        });

    private static Task<object> Unanswered() => new TaskCompletionSource<object>().Task;

    // Orleans keeps the constructors of some to itself.
    private static Exception Make(Type type) => (Exception)Activator.CreateInstance(
        type, BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance, null,
        type == typeof(MaintenanceException) ? [] : ["Cut off."], null)!;

    private sealed record RulelessCommand : ICommand;
}
