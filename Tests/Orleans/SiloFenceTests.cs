using System.Reflection;
using AgentManagement.Silo.Hosting;
using Orleans.Runtime;

namespace AgentManagement.Tests.Orleans;

/// <summary>What a silo answers after it stood still, and the others may have declared it dead.</summary>
public sealed class SiloFenceTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly Call _call = new();
    private readonly SiloFence _fence;
    private SiloStatus? _status = SiloStatus.Active;
    private int _looks;

    public SiloFenceTests() => _fence = new(
        Fake.Of<IMembershipTable>(_ => Look()), Fake.Of<ILocalSiloDetails>(_ => SiloAddress.Zero), _clock);

    [Fact]
    public async Task Calls_pass_without_a_look_while_the_silo_runs()
    {
        _clock.Advance(SiloFence.LongestPause);
        await _fence.Invoke(_call);
        Assert.Equal((1, 0), (_call.Invoked, _looks));
    }

    [Fact]
    public async Task After_a_pause_one_look_is_made_for_all_calls_and_no_other()
    {
        _clock.Advance(SiloFence.LongestPause + TimeSpan.FromMilliseconds(1));
        await Task.WhenAll(_fence.Invoke(_call), _fence.Invoke(_call));
        await _fence.Invoke(_call);
        Assert.Equal((3, 1), (_call.Invoked, _looks));
    }

    [Theory, InlineData(SiloStatus.Dead), InlineData(SiloStatus.ShuttingDown), InlineData(null)]
    public async Task A_silo_that_is_none_of_the_cluster_answers_nothing(SiloStatus? status)
    {
        _status = status;
        _clock.Advance(TimeSpan.FromSeconds(10));
        await Assert.ThrowsAsync<SiloUnavailableException>(() => _fence.Invoke(_call));
        await Assert.ThrowsAsync<SiloUnavailableException>(() => _fence.Invoke(_call));
        Assert.Equal(0, _call.Invoked);
    }

    [Fact]
    public async Task A_silo_that_cannot_look_answers_nothing_until_it_can()
    {
        var isGone = true;
        var broken = new SiloFence(
            Fake.Of<IMembershipTable>(_ => Volatile.Read(ref isGone) ? throw new IOException("gone") : Look()),
            Fake.Of<ILocalSiloDetails>(_ => SiloAddress.Zero), _clock);
        _clock.Advance(TimeSpan.FromSeconds(10));
        // Redis' exceptions cannot be serialized: within this one, they would be answered in its place.
        Assert.Null((await Assert.ThrowsAsync<SiloUnavailableException>(() => broken.Invoke(_call))).InnerException);
        Volatile.Write(ref isGone, false);
        await broken.Invoke(_call);
        Assert.Equal(1, _call.Invoked);
    }

    [Fact]
    public async Task A_pause_during_a_look_makes_another_one()
    {
        var answer = new TaskCompletionSource<MembershipTableData>();
        var slow = new SiloFence(
            Fake.Of<IMembershipTable>(_ => ++_looks == 1 ? answer.Task : Task.FromResult(Row(SiloStatus.Dead))),
            Fake.Of<ILocalSiloDetails>(_ => SiloAddress.Zero), _clock);
        _clock.Advance(TimeSpan.FromSeconds(2));
        var call = slow.Invoke(_call);
        await Await.Until(() => _looks == 1, "the table is looked at");
        _clock.Advance(TimeSpan.FromSeconds(2));
        answer.SetResult(Row(SiloStatus.Active));
        await Assert.ThrowsAsync<SiloUnavailableException>(() => call);
        Assert.Equal((2, 0), (_looks, _call.Invoked));
    }

    private Task<MembershipTableData> Look()
    {
        Interlocked.Increment(ref _looks);
        return Task.FromResult(Row(_status));
    }

    private static MembershipTableData Row(SiloStatus? status) => status is { } known
        ? new(Tuple.Create(new MembershipEntry { SiloAddress = SiloAddress.Zero, Status = known }, "1"), new TableVersion(1, "1"))
        : new MembershipTableData(new TableVersion(1, "1"));

    /// <summary>A call of one of the service's contracts.</summary>
    private sealed class Call : IIncomingGrainCallContext
    {
        public int Invoked { get; private set; }

        public MethodInfo InterfaceMethod { get; } = typeof(IAgentGrain).GetMethod(nameof(IAgentGrain.GetAsync))!;

        public Task Invoke()
        {
            Invoked++;
            return Task.CompletedTask;
        }

        public MethodInfo ImplementationMethod => InterfaceMethod;

        public global::Orleans.Serialization.Invocation.IInvokable Request => throw new NotSupportedException();

        public object Grain => throw new NotSupportedException();

        public GrainId? SourceId => null;

        public GrainId TargetId => default;

        public GrainInterfaceType InterfaceType => default;

        public string InterfaceName => "";

        public string MethodName => "";

        public object? Result { get; set; }

        public global::Orleans.Serialization.Invocation.Response? Response { get; set; }

        public IGrainContext TargetContext => throw new NotSupportedException();
    }
}
