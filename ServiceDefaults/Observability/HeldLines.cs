namespace AgentManagement.ServiceDefaults.Observability;

/// <summary>Has the lines written that were held back, once the start has gone well.</summary>
internal sealed class HeldLines(IEnumerable<ILoggerProvider> providers) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        foreach (var provider in providers.OfType<FlatJsonLoggerProvider>()) provider.Release();
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
