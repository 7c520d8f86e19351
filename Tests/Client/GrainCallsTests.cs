using System.Reflection;
using AgentManagement.Access;
using AgentManagement.Client.Hosting;
using AgentManagement.Tests.Support;
using Orleans.Runtime;

namespace AgentManagement.Tests.Client;

/// <summary>Which calls are made again when the cluster cuts them off, and for how long.</summary>
public sealed class GrainCallsTests
{
    private readonly ConnectionLoss _losses = new();
    private readonly HastyClock _clock = new();
    private readonly GrainCalls _calls;
    private int _made;

    public GrainCallsTests() => _calls = new(_losses, _clock);

    public static TheoryData<Type> OfTheCluster =>
        [typeof(OrleansMessageRejectionException), typeof(SiloUnavailableException), typeof(ClientNotAvailableException), typeof(TimeoutException)];

    public static TheoryData<Type> Others => [typeof(InvalidOperationException), typeof(OperationCanceledException), typeof(IOException)];

    [Theory, MemberData(nameof(OfTheCluster))]
    public async Task A_call_that_the_cluster_cut_off_is_made_again_until_it_is_answered(Type failure)
    {
        Assert.Equal("answer", await _calls.RepeatedAsync(() => ++_made < 4 ? throw Make(failure) : Task.FromResult("answer")));
        Assert.Equal(4, _made);
    }

    [Theory, MemberData(nameof(OfTheCluster))]
    public async Task When_patience_ends_the_last_failure_is_the_callers(Type failure)
    {
        Exception? last = null;
        var thrown = await Record.ExceptionAsync(() => _calls.RepeatedAsync<string>(() =>
        {
            _made++;
            throw last = Make(failure);
        }));
        Assert.Same(last, thrown);
        Assert.InRange(_clock.Waited, GrainCalls.Patience, 2 * GrainCalls.Patience);
        Assert.True(_made > 10, $"It was made {_made} times.");
    }

    [Theory, MemberData(nameof(Others))]
    public async Task Any_other_failure_is_the_callers_at_once(Type failure)
    {
        var thrown = await Record.ExceptionAsync(() => _calls.RepeatedAsync<string>(() =>
        {
            _made++;
            throw Make(failure);
        }));
        Assert.IsType(failure, thrown);
        Assert.Equal(1, _made);
    }

    [Fact]
    public async Task A_refusal_of_the_silo_is_not_repeated()
    {
        await Assert.ThrowsAsync<AccessDeniedException>(() => _calls.RepeatedAsync<string>(() =>
        {
            _made++;
            throw new AccessDeniedException("permission_denied", "No.");
        }));
        Assert.Equal(1, _made);
    }

    [Theory, MemberData(nameof(OfTheCluster))]
    public async Task A_call_that_must_be_made_once_is_made_once_however_it_fails(Type failure)
    {
        var thrown = await Record.ExceptionAsync(() => _calls.OnceAsync<string>(() =>
        {
            _made++;
            throw Make(failure);
        }));
        Assert.IsType(failure, thrown);
        Assert.Equal(1, _made);
    }

    [Fact]
    public async Task A_call_whose_connection_closed_ends_without_its_answer()
    {
        var call = _calls.OnceAsync(Unanswered);
        Assert.False(call.IsCompleted);
        _losses.Signal();
        await Assert.ThrowsAsync<SiloUnavailableException>(() => Await.For(call, "the call to end"));
        Assert.Equal((1, GrainCalls.Grace), (_made, _clock.Waited));
    }

    [Fact]
    public async Task An_answer_that_arrives_within_the_grace_is_taken()
    {
        var clock = new StandingClock();
        var answer = new TaskCompletionSource<string>();
        var call = new GrainCalls(_losses, clock).OnceAsync(() => answer.Task);
        _losses.Signal();
        await Await.For(clock.Asked, "the grace to begin");
        answer.SetResult("answer");
        Assert.Equal("answer", await Await.For(call, "the call to end"));
    }

    [Fact]
    public async Task A_connection_that_closed_before_does_not_matter()
    {
        _losses.Signal();
        var answer = new TaskCompletionSource<string>();
        var call = _calls.OnceAsync(() => answer.Task);
        answer.SetResult("answer");
        Assert.Equal("answer", await Await.For(call, "the call to end"));
        Assert.Equal(TimeSpan.Zero, _clock.Waited);
    }

    [Fact]
    public async Task A_call_that_may_be_repeated_is_when_its_connection_closed()
    {
        var call = _calls.RepeatedAsync(() => _made == 0 ? Unanswered() : Task.FromResult("answer"));
        _losses.Signal();
        Assert.Equal("answer", await Await.For(call, "the call to end"));
    }

    private Task<string> Unanswered()
    {
        _made++;
        return new TaskCompletionSource<string>().Task;
    }

    // Orleans keeps the constructors of some to itself.
    private static Exception Make(Type type) => (Exception)Activator.CreateInstance(
        type, BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance, null, ["Cut off."], null)!;
}
