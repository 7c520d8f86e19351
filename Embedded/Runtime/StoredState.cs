using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace Orleans.Runtime;

/// <summary>A state that a grain's constructor asks for.</summary>
internal abstract class StoredState
{
    /// <summary>The state that the parameter's attribute names.</summary>
    public static StoredState Create(ParameterInfo parameter, Activation activation)
    {
        var names = parameter.GetCustomAttribute<PersistentStateAttribute>()!;
        var storage = activation.ActivationServices.GetRequiredKeyedService<IGrainStorage>(names.StorageName);
        var type = typeof(StoredState<>).MakeGenericType(parameter.ParameterType.GetGenericArguments());
        return (StoredState)Activator.CreateInstance(type, names.StateName, storage, activation)!;
    }

    public abstract Task ReadStateAsync();
}

/// <summary>Binds a grain's state to its storage. Only usable in the grain's turns.</summary>
internal sealed class StoredState<TState>(string stateName, IGrainStorage storage, Activation activation) : StoredState, IPersistentState<TState>
{
    private readonly GrainState<TState> _stored = new(Activator.CreateInstance<TState>());

    public TState State
    {
        get => InTurn().State!;
        set => InTurn().State = value;
    }

    public string? Etag => _stored.ETag;

    public bool RecordExists => _stored.RecordExists;

    public override Task ReadStateAsync() => RunAsync(storage.ReadStateAsync);

    public Task WriteStateAsync() => RunAsync(storage.WriteStateAsync);

    public Task ClearStateAsync() => RunAsync(storage.ClearStateAsync);

    private async Task RunAsync(Func<string, GrainId, IGrainState<TState>, Task> operation)
    {
        try
        {
            await operation(stateName, activation.GrainId, InTurn());
        }
        catch (Exception exception) when (exception is not OrleansException)
        {
            throw new OrleansException(
                $"Error from storage provider {storage.GetType().Name}.{stateName} for grain {activation.GrainId}: {exception.Message}", exception);
        }
    }

    private GrainState<TState> InTurn() => ReferenceEquals(TurnScheduler.Current, activation)
        ? _stored
        : throw new InvalidOperationException($"The state \"{stateName}\" of {activation.GrainId} was used outside of its grain's turns.");
}
