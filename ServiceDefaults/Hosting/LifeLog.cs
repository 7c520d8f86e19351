using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.ServiceDefaults.Settings;
using Orleans.Runtime;

namespace AgentManagement.ServiceDefaults.Hosting;

/// <summary>Says in one line what has started, and in one that it stops.</summary>
internal sealed class LifeLog(
    IEnumerable<ProcessPart> parts, ServiceSettings settings, IClusterClient cluster, IHostApplicationLifetime lifetime,
    ILogger<LifeLog> logger) : BackgroundService
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private string Role => string.Join(" and ", parts.Select(part => part.Role).Distinct());

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        lifetime.ApplicationStopping.Register(() => logger.LogInformation(
            LogEvents.ProcessStops, "{Role} {Version} stops, of the cluster {Cluster}", Role, ServiceVersion.Current, settings.ClusterId));
        var started = new TaskCompletionSource();
        using var _ = lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        await started.Task.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (stoppingToken.IsCancellationRequested) return;
        logger.LogInformation(
            LogEvents.ProcessStarted,
            "{Role} {Version} has started: port {ServicePort}, management port {ManagementPort}, schema {Schema}, cluster {Cluster} "
                + "with {Silos} silos",
            Role, ServiceVersion.Current, settings.ServicePort, settings.ManagementPort ?? settings.ServicePort,
            parts.FirstOrDefault(part => part.Schema is not null)?.Schema, settings.ClusterId, await CountSilosAsync(stoppingToken));
    }

    /// <summary>How many silos the process sees; 0 while there is none that answers.</summary>
    private async Task<int> CountSilosAsync(CancellationToken stopping)
    {
        try
        {
            return (await cluster.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true, stopping)
                .WaitAsync(Timeout, stopping)).Count;
        }
        catch (Exception)
        {
            return 0;
        }
    }
}
