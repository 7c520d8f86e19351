using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace Orleans.Runtime;

/// <summary>Binds a grain's state to its storage. Only usable in the grain's turns; operations run one by one.</summary>
internal sealed class StoredState<TState>(string stateName, string? storageName, IGrainContext context) : IPersistentState<TState>
{
    private readonly IGrainStorage storage = (string.IsNullOrWhiteSpace(storageName)
            ? context.ActivationServices.GetService<IGrainStorage>()
            : context.ActivationServices.GetKeyedService<IGrainStorage>(storageName))
        ?? throw new BadProviderConfigException($"No storage provider named \"{storageName}\" found loading grain type {context.GrainId.Type}.");

    private readonly GrainState<TState> stored = new(StateFactory.Create<TState>());
    private Task last = Task.CompletedTask;

    public TState State
    {
        get => InTurn().State!;
        set => InTurn().State = value;
    }

    public string? Etag => stored.ETag;

    public bool RecordExists => stored.RecordExists;

    public Task ReadStateAsync() => ReadStateAsync(default);

    public Task WriteStateAsync() => WriteStateAsync(default);

    public Task ClearStateAsync() => ClearStateAsync(default);

    public Task ReadStateAsync(CancellationToken cancellationToken) => Run(
        token => storage.ReadStateAsync(stateName, context.GrainId, InTurn(), token), cancellationToken);

    public Task WriteStateAsync(CancellationToken cancellationToken) => Run(
        token => storage.WriteStateAsync(stateName, context.GrainId, InTurn(), token), cancellationToken);

    public Task ClearStateAsync(CancellationToken cancellationToken) => Run(
        token => storage.ClearStateAsync(stateName, context.GrainId, InTurn(), token), cancellationToken);

    private Task Run(Func<CancellationToken, Task> operation, CancellationToken cancellationToken)
    {
        InTurn();
        return last = RunAfterAsync(last, operation, cancellationToken);
    }

    private async Task RunAfterAsync(Task predecessor, Func<CancellationToken, Task> operation, CancellationToken cancellationToken)
    {
        await predecessor.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            await operation(cancellationToken);
        }
        catch (Exception exception) when (exception is not OrleansException
            && !(exception is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            throw new OrleansException(
                $"Error from storage provider {storage.GetType().Name}.{stateName} for grain {context.GrainId}: {exception.Message}", exception);
        }
    }

    private GrainState<TState> InTurn() => ReferenceEquals(RuntimeContext.Current, context)
        ? stored
        : throw new InvalidOperationException($"The state \"{stateName}\" of {context.GrainId} was used outside of its grain's turns.");
}

/// <summary>States of grains that have none stored.</summary>
internal static class StateFactory
{
    public static T Create<T>() =>
        typeof(T).IsValueType || typeof(T).GetConstructor(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic, []) is not null
            ? (T)Activator.CreateInstance(typeof(T), nonPublic: true)!
            : (T)System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(typeof(T));
}
