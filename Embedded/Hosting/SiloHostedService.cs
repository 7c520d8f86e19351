using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Orleans.Runtime;

/// <summary>
/// Starts and stops the silo with its host. To stop is to refuse calls from outside, to let the turns that run or
/// wait finish, and to deactivate every grain, as far as the host's shutdown timeout allows.
/// </summary>
internal sealed class SiloHostedService(GrainRuntime runtime) : IHostedService, IDisposable
{
    private ITimer? collector;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _ = runtime.Classes; // Mistakes in grain classes show now and not at the first call.
        var every = runtime.Collection.CollectionQuantum;
        collector = runtime.Clock.CreateTimer(_ => runtime.Catalog.DeactivateUnused(runtime.Collection.CollectionAge), null, every, every);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        runtime.Serving = GrainRuntime.Service.GrainsOnly;
        try
        {
            await runtime.Catalog.ShutDownAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            runtime.Log.LogWarning("The silo stopped with {Count} grains still active.", runtime.Catalog.Count);
        }

        runtime.Serving = GrainRuntime.Service.Nobody;
    }

    public void Dispose() => collector?.Dispose();
}
