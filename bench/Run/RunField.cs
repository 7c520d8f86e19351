using AgentManagement.Bench.Service;

namespace AgentManagement.Bench.Run;

/// <summary>What all parts of a run share.</summary>
/// <param name="Options">How it is run.</param>
/// <param name="Servers">PostgreSQL and Redis.</param>
/// <param name="Turns">Measures.</param>
/// <param name="Output">Says what is going on.</param>
/// <param name="Problems">Gets what must not be.</param>
internal sealed record RunField(
    RunOptions Options, RunServers Servers, Interleaving Turns, TextWriter Output, ICollection<string> Problems)
{
    /// <summary>Connections of a client that keeps both processors busy.</summary>
    public const int Clients = 32;

    /// <summary>Starts the service in one process, with data of its own.</summary>
    public async Task<RunService> StartServiceAsync(IReadOnlyDictionary<string, string>? settings = null)
    {
        var data = await DataLocation.CreateAsync(Servers.Database);
        return new(data, await ServiceProcess.StartAsync(data, new Dictionary<string, string>(settings ?? new Dictionary<string, string>())
        {
            ["REDIS_URI"] = Servers.Redis.Address.OriginalString, ["CLUSTER_ID"] = NewCluster(),
        }), Problems);
    }

    // In the same Redis each life of a service is a cluster of its own, and looks for none of those before it.
    internal static string NewCluster() => $"bench-{Guid.NewGuid():n}";

    /// <summary>Has wrk send a file's requests to a service.</summary>
    public Task<Sample> SendAsync(Uri service, ProcessSet processes, RequestFile requests, int clients, TimeSpan duration) =>
        Turns.MeasureAsync(processes, Servers.Processes, () => Wrk.SendAsync(service, requests.Path, clients, duration));
}

/// <summary>The service in one process, with its data.</summary>
internal sealed class RunService(DataLocation data, ServiceProcess process, ICollection<string> problems) : IAsyncDisposable
{
    /// <summary>Where it answers.</summary>
    public Uri Address => new($"http://127.0.0.1:{process.EndPoint.Port}/");

    /// <summary>Its process.</summary>
    public ProcessSet Processes => new(process.ProcessId);

    /// <summary>Everything in its memory is gone, and it is ready again.</summary>
    public async Task RestartAsync()
    {
        await process.KillAsync();
        process.Settings["CLUSTER_ID"] = RunField.NewCluster();
        await process.StartAgainAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var error in process.LoggedErrors().Take(5)) problems.Add(error);
        await process.DisposeAsync();
        await data.DisposeAsync();
    }
}
