using Orleans.Core;
using Orleans.Runtime;
using Orleans.Storage;

namespace AgentManagement.Silo.Storage;

/// <summary>
/// Reads a grain's state wherever the grain becomes active. Orleans' own would take along to another silo what it had read last, which
/// commits have followed since, and for which the states would need a second serializer.
/// </summary>
internal sealed class MovingStateFactory : IPersistentStateFactory
{
    public IPersistentState<TState> Create<TState>(IGrainContext context, IPersistentStateConfiguration config)
    {
        var storage = context.ActivationServices.GetRequiredKeyedService<IGrainStorage>(config.StorageName);
        var state = new MovingState<TState>(config.StateName, context, storage);
        context.ObservableLifecycle.Subscribe(nameof(MovingStateFactory), GrainLifecycleStage.SetupState, state);
        return state;
    }

    private sealed class MovingState<TState>(string name, IGrainContext context, IGrainStorage storage)
        : StateStorageBridge<TState>(name, context, storage), IPersistentState<TState>, ILifecycleObserver
    {
        public Task OnStart(CancellationToken cancellationToken = default) =>
            cancellationToken.IsCancellationRequested ? Task.CompletedTask : ReadStateAsync();

        public Task OnStop(CancellationToken cancellationToken = default) => Task.CompletedTask;
    }
}
