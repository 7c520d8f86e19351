using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Orleans
{
    /// <summary>What every grain class is: something with a context.</summary>
    public interface IGrainBase
    {
        IGrainContext GrainContext { get; }
    }

    /// <summary>The base class of grains. It takes its context from the activation that constructs it.</summary>
    public abstract class Grain : IGrainBase, IAddressable
    {
        public IGrainContext GrainContext { get; } =
            TurnScheduler.Current ?? throw new InvalidOperationException("Grains are constructed by the runtime.");

        protected IGrainFactory GrainFactory => ServiceProvider.GetRequiredService<IGrainFactory>();

        /// <summary>The services of this activation: scoped ones live as long as it does.</summary>
        protected internal IServiceProvider ServiceProvider => GrainContext.ActivationServices;

        /// <summary>Runs before the first request, after states are loaded. If it throws, the callers waiting get the exception.</summary>
        public virtual Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        /// <summary>Runs as the last turn. Not guaranteed: a process may die.</summary>
        public virtual Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Task.CompletedTask;

        /// <summary>Ends this activation after the requests that run now; those that wait go to a fresh one.</summary>
        protected void DeactivateOnIdle() => GrainExtensions.DeactivateOnIdle(this);

        /// <summary>Keeps this activation from being collected as idle for that time; zero takes it back.</summary>
        protected void DelayDeactivation(TimeSpan timeSpan) => ((Activation)GrainContext).DelayDeactivation(timeSpan);
    }

    /// <summary>Why an activation ends.</summary>
    public enum DeactivationReasonCode
    {
        None,
        ShuttingDown,
        ActivationIdle,
        ApplicationError,
        ApplicationRequested,
    }

    /// <summary>Why an activation ends, also in words.</summary>
    public readonly record struct DeactivationReason(DeactivationReasonCode ReasonCode, string Description);
}

namespace Orleans.Runtime
{
    /// <summary>An activation as its grain sees it.</summary>
    public interface IGrainContext
    {
        GrainId GrainId { get; }

        /// <summary>Services whose scope is this activation.</summary>
        IServiceProvider ActivationServices { get; }

        /// <summary>Ends the activation once its running requests have completed; returns at once.</summary>
        void Deactivate(DeactivationReason deactivationReason);
    }
}
