using System.Reflection;
using AgentManagement.Domain.Agents;
using AgentManagement.Grains.Storage;

namespace AgentManagement.Tests.Orleans;

/// <summary>
/// Stops an agent between its decision and its write: rolling back reads the old version in between, and a test says
/// which of these readings waits.
/// </summary>
internal sealed class VersionReading
{
    private Checkpoint? _checkpoint;
    private int _left;

    /// <summary>The reading with this number, 1 for the next, waits at the checkpoint.</summary>
    public Checkpoint Stop(int number)
    {
        _left = number;
        return _checkpoint = Checkpoint.Create();
    }

    /// <summary>A store whose readings of versions may be stopped.</summary>
    public ITenantStore Through(ITenantStore store)
    {
        var proxy = DispatchProxy.Create<ITenantStore, Store>();
        ((Store)proxy).Use(this, store);
        return proxy;
    }

    private Task PassAsync() => _checkpoint is { } checkpoint && Interlocked.Decrement(ref _left) == 0
        ? Checkpoint.Pass(checkpoint.Name) : Task.CompletedTask;

#pragma warning disable CA1852 // The proxy is made to derive from it.
    internal class Store : DispatchProxy
#pragma warning restore CA1852
    {
        private VersionReading _reading = null!;
        private ITenantStore _store = null!;

        public void Use(VersionReading reading, ITenantStore store) => (_reading, _store) = (reading, store);

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod!.Name == nameof(ITenantStore.ReadVersionAsync)
            ? ReadVersionAsync(targetMethod, args)
            : targetMethod.Invoke(_store, args);

        private async Task<AgentDocument?> ReadVersionAsync(MethodInfo method, object?[]? arguments)
        {
            await _reading.PassAsync();
            return await (Task<AgentDocument?>)method.Invoke(_store, arguments)!;
        }
    }
}
