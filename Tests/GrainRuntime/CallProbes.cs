using AgentManagement.Tests.Support;
using Orleans;
using Orleans.Runtime;

namespace AgentManagement.Tests.GrainRuntime;

[GenerateSerializer]
[Alias("tests.Shape")]
public abstract record Shape([property: Id(0)] string Name);

[GenerateSerializer]
[Alias("tests.Circle")]
public sealed record Circle(string Name, int Radius) : Shape(Name)
{
    [Id(0)]
    public List<string> Labels { get; init; } = [];

    /// <summary>No member of the contract.</summary>
    public string Note { get; set; } = "none";
}

[GenerateSerializer]
[Alias("tests.Node")]
public sealed class Node
{
    [Id(0)]
    public string Name { get; set; } = "";

    [Id(1)]
    public Node? Next { get; set; }
}

/// <summary>Lacks [GenerateSerializer].</summary>
public sealed class Foreign
{
    public int Value { get; set; }
}

public interface IEchoGrain : IGrainWithStringKey
{
    Task<T> Echo<T>(T value);

    /// <summary>Keeps the list, and says whether the one from the call before is unchanged.</summary>
    Task<List<int>> Keep(List<int> values);

    Task<List<int>> Kept();

    Task<bool> IsTheKept([Immutable] List<int> values);

    Task KeepShared([Immutable] List<int> values);

    ValueTask<int> Twice(int value);

    ValueTask Nothing();

    Task Throw(string message);

    Task AwaitCancellation(string checkpoint, CancellationToken cancellationToken);

    Task<string> Forward(IEchoGrain other, string key);

    Task<string?> Context(string key);

    Task SetContext(string key, string value);

    /// <summary>Adds to a list in the context.</summary>
    Task<int> GrowContext(string key);

    Task<string?> ContextOf(IEchoGrain other, string key);

    Task<bool> HasAmbientValue();

    Task<IEchoGrain> Self();

    Task<bool> IsSame(IEchoGrain other);
}

public sealed class EchoGrain : Grain, IEchoGrain
{
    private List<int> _kept = [];

    public static AsyncLocal<string?> Ambient { get; } = new();

    public Task<T> Echo<T>(T value) => Task.FromResult(value);

    public Task<List<int>> Keep(List<int> values)
    {
        _kept = values;
        return Task.FromResult(_kept);
    }

    public Task<List<int>> Kept() => Task.FromResult(_kept);

    public Task<bool> IsTheKept(List<int> values) => Task.FromResult(ReferenceEquals(values, _kept));

    public Task KeepShared(List<int> values)
    {
        _kept = values;
        return Task.CompletedTask;
    }

    public ValueTask<int> Twice(int value) => new(value * 2);

    public ValueTask Nothing() => default;

    public async Task Throw(string message)
    {
        await Task.Yield();
        throw new FormatException(message);
    }

    public async Task AwaitCancellation(string checkpoint, CancellationToken cancellationToken)
    {
        var cancelled = new TaskCompletionSource();
        await using var registration = cancellationToken.Register(() =>
        {
            Diary.Write(checkpoint, $"cancelled in turn: {TaskScheduler.Current != TaskScheduler.Default}");
            cancelled.SetResult();
        });
        await Task.WhenAny(Checkpoint.Pass(checkpoint), cancelled.Task);
        Diary.Write(checkpoint, "done");
    }

    public Task<string> Forward(IEchoGrain other, string key) => other.Echo(key);

    public Task<string?> Context(string key) => Task.FromResult(RequestContext.Get(key) as string);

    public Task SetContext(string key, string value)
    {
        RequestContext.Set(key, value);
        return Task.CompletedTask;
    }

    public Task<int> GrowContext(string key)
    {
        var values = (List<int>)RequestContext.Get(key)!;
        values.Add(0);
        return Task.FromResult(values.Count);
    }

    public Task<string?> ContextOf(IEchoGrain other, string key) => other.Context(key);

    public Task<bool> HasAmbientValue() => Task.FromResult(Ambient.Value is not null);

    public Task<IEchoGrain> Self() => Task.FromResult(this.AsReference<IEchoGrain>());

    public Task<bool> IsSame(IEchoGrain other) => Task.FromResult(this.GetGrainId() == other.GetGrainId());
}
