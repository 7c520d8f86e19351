using System.Collections.Concurrent;
using AgentManagement.Tests.Support;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;

namespace AgentManagement.Tests.GrainRuntime;

public interface IFilteredGrain : IGrainWithStringKey
{
    Task<string> Say(string word);

    Task Fail();

    Task<string> Relay(string word);
}

public sealed class FilteredGrain : Grain, IFilteredGrain
{
    public Task<string> Say(string word)
    {
        CallFilterTests.Seen.Enqueue("said");
        return Task.FromResult($"said {word}");
    }

    public Task Fail() => throw new FormatException("failed");

    public Task<string> Relay(string word) => GrainFactory.GetGrain<IFilteredGrain>("t/second").Say(word);
}

public sealed class CallFilterTests : IAsyncLifetime
{
    private readonly List<Func<IIncomingGrainCallContext, Task>> _filters = [];
    private GrainHost _host = null!;

    public static ConcurrentQueue<string> Seen { get; } = new();

    private IFilteredGrain First => _host.Grains.GetGrain<IFilteredGrain>("t/first");

    public async ValueTask InitializeAsync()
    {
        Seen.Clear();
        _host = await GrainHost.StartAsync(silo =>
        {
            silo.AddIncomingGrainCallFilter(context => Run(0, context));
            silo.AddIncomingGrainCallFilter(context => Run(1, context));
        });
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Filters_run_in_the_order_of_their_registration_around_the_grain()
    {
        _filters.Add(context => Around("outer", context));
        _filters.Add(context => Around("inner", context));
        Assert.Equal("said hello", await First.Say("hello"));
        Assert.Equal(["before outer", "before inner", "said", "after inner", "after outer"], Seen);
    }

    [Fact]
    public async Task A_filter_can_answer_for_the_grain()
    {
        _filters.Add(context =>
        {
            context.Result = "no";
            return Task.CompletedTask;
        });
        Assert.Equal("no", await First.Say("hello"));
        Assert.Empty(Seen);
    }

    [Fact]
    public async Task A_filter_can_refuse_a_call()
    {
        _filters.Add(_ => throw new UnauthorizedAccessException("not yours"));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => First.Say("hello"));
        Assert.Empty(Seen);
    }

    [Fact]
    public async Task A_filter_that_neither_goes_on_nor_answers_is_an_error()
    {
        _filters.Add(_ => Task.CompletedTask);
        await Assert.ThrowsAsync<InvalidOperationException>(() => First.Say("hello"));
    }

    [Fact]
    public async Task A_filter_sees_the_method_its_arguments_and_what_it_throws()
    {
        string? seen = null;
        _filters.Add(async context =>
        {
            seen = $"{context.InterfaceName} {context.MethodName} {context.Request.GetArgumentCount()} {context.TargetId.Key}"
                + $" {context.InterfaceMethod.DeclaringType!.Name}";
            await Assert.ThrowsAsync<FormatException>(context.Invoke);
            throw new NotSupportedException("translated");
        });
        await Assert.ThrowsAsync<NotSupportedException>(First.Fail);
        Assert.Equal(
            $"{typeof(IFilteredGrain).FullName} Fail 0 t/first IFilteredGrain", seen);
    }

    [Fact]
    public async Task The_source_is_the_calling_grain_or_a_client()
    {
        var sources = new ConcurrentQueue<GrainId>();
        _filters.Add(context =>
        {
            sources.Enqueue(context.SourceId!.Value);
            return context.Invoke();
        });
        await First.Relay("hello");
        var (outer, inner) = (sources.First(), sources.Last());
        Assert.True(outer.IsClient(), $"{outer} is no client.");
        Assert.Equal(First.GetGrainId(), inner);
        Assert.False(inner.IsClient());
    }

    [Fact]
    public async Task A_filter_can_change_an_argument()
    {
        _filters.Add(context =>
        {
            context.Request.SetArgument(0, "goodbye");
            return context.Invoke();
        });
        Assert.Equal("said goodbye", await First.Say("hello"));
    }

    [Fact]
    public async Task A_filter_can_change_the_result()
    {
        _filters.Add(async context =>
        {
            await context.Invoke();
            context.Result += "!";
        });
        Assert.Equal("said hello!", await First.Say("hello"));
    }

    [Fact]
    public async Task An_exception_that_a_filter_catches_without_an_answer_still_reaches_the_caller()
    {
        _filters.Add(context => Assert.ThrowsAsync<FormatException>(context.Invoke));
        await Assert.ThrowsAsync<FormatException>(First.Fail);
    }

    private static async Task Around(string name, IIncomingGrainCallContext context)
    {
        Seen.Enqueue($"before {name}");
        await context.Invoke();
        Seen.Enqueue($"after {name}");
    }

    // Only on the calls of this test: filters see the runtime's own calls too.
    private Task Run(int index, IIncomingGrainCallContext context) =>
        index < _filters.Count && context.InterfaceMethod?.DeclaringType == typeof(IFilteredGrain) ? _filters[index](context) : context.Invoke();
}
