using System.Reflection;
using AgentManagement.Grains.Storage;

namespace AgentManagement.Tests.Tasks;

/// <summary>
/// Does something between a task's look at an agent and its write: where the tenant's grain looks up the key of the write.
/// </summary>
internal sealed class Meddling
{
    /// <summary>What to do, once.</summary>
    public Func<Task>? Next { get; set; }

    public ITenantStore Through(ITenantStore store)
    {
        var proxy = DispatchProxy.Create<ITenantStore, Store>();
        ((Store)proxy).Use(this, store);
        return proxy;
    }

#pragma warning disable CA1852 // The proxy is made to derive from it.
    internal class Store : DispatchProxy
#pragma warning restore CA1852
    {
        private Meddling _meddling = null!;
        private ITenantStore _store = null!;

        public void Use(Meddling meddling, ITenantStore store) => (_meddling, _store) = (meddling, store);

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod!.Name == nameof(ITenantStore.FindAnswerAsync)
            ? FindAnswerAsync(targetMethod, args)
            : targetMethod.Invoke(_store, args);

        private async Task<KeptAnswer?> FindAnswerAsync(MethodInfo method, object?[]? arguments)
        {
            var (next, _) = (_meddling.Next, _meddling.Next = null);
            if (next is not null) await next();
            return await (Task<KeptAnswer?>)method.Invoke(_store, arguments)!;
        }
    }
}
