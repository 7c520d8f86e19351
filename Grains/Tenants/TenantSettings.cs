using AgentManagement.Access;
using AgentManagement.Outcomes;
using AgentManagement.Storage;
using Orleans.Runtime;

namespace AgentManagement.Tenants;

/// <summary>What was set of a tenant, and the limits that follow. One write at a time, whatever else the grain does meanwhile.</summary>
internal sealed class TenantSettings(
    IPersistentState<TenantState> storage, StorageWatch watch, TierCatalog tiers, TenantOptions options, TimeProvider time)
{
    private readonly DurableState<TenantState> _state = new(storage, watch);
    private Task _writing = Task.CompletedTask;
    private TenantDocument? _tenant;

    /// <summary>Takes what was read with the activation.</summary>
    public void Take() => _tenant = storage.State.Tenant;

    /// <summary>The tenant's limits for the current caller.</summary>
    public TierLimits Limits => tiers.LimitsOf(_tenant, Caller.Current?.Tier, time.GetUtcNow());

    /// <summary>The downgrade that is yet to take effect.</summary>
    public TierGrace? Grace => _tenant is { GraceUntil: { } until, Tier: var tier } && time.GetUtcNow() < until ? new(tier, until) : null;

    /// <inheritdoc cref="DurableState{T}.Mark"/>
    public int Mark => _state.Mark;

    /// <summary>The limits that a command leads to, once any grace is over.</summary>
    public TierLimits LimitsOf(ConfigureTenant command) => tiers.With(command.Tier, command.Overrides);

    /// <summary>Sets the tenant. The value is the state that was written, or would be; null when it was so already.</summary>
    /// <exception cref="Exception">Whether it was written is not known.</exception>
    public async Task<Outcome<TenantState?>> ConfigureAsync(string tenantId, ConfigureTenant command)
    {
        var (before, end) = (_writing, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        _writing = end.Task;
        await before;
        try
        {
            var now = time.GetUtcNow();
            var state = await _state.CurrentAsync();
            var decided = TenantRules.Configure(
                state, command, tenantId, tiers, options, Caller.Current!, now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond)));
            if (decided.Value is not { } next || command.Options.DryRun) return decided;

            var (result, limit) = await _state.WriteAsync(next);
            _tenant = (await _state.CurrentAsync()).Tenant;
            return result == WriteResult.Written ? decided : WriteRefusals.Of<TenantState?>(result, limit, Limits);
        }
        finally
        {
            end.SetResult();
        }
    }
}
