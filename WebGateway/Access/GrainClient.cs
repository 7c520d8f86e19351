using AgentManagement.Access;
using AgentManagement.Client.Hosting;
using AgentManagement.Operations;

namespace AgentManagement.WebGateway.Access;

/// <summary>Asks grains, and tells failed calls from refused ones.</summary>
internal sealed class GrainClient(IClusterClient cluster, GrainCalls calls)
{
    /// <exception cref="AccessDeniedException">No rule allows the call.</exception>
    /// <exception cref="MaintenanceException">Writes are stopped; nothing was written.</exception>
    /// <exception cref="GrainCallException">The call had no outcome.</exception>
    public async Task<T> AskAsync<TGrain, T>(string key, Func<TGrain, Task<T>> ask, bool mayRepeat = true) where TGrain : IGrainWithStringKey
    {
        try
        {
            var grain = cluster.GetGrain<TGrain>(key);
            return mayRepeat ? await calls.RepeatedAsync(() => ask(grain)) : await calls.OnceAsync(() => ask(grain));
        }
        catch (Exception exception) when (exception is not (AccessDeniedException or MaintenanceException))
        {
            throw new GrainCallException(exception);
        }
    }
}

/// <summary>A grain call had no outcome: whether it did anything is not known.</summary>
internal sealed class GrainCallException(Exception cause) : Exception("A grain call failed.", cause);
