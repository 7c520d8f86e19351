using System.Collections.Concurrent;
using AgentManagement.Operations;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace AgentManagement.Silo.Health;

/// <summary>
/// Runs each health check once for all who ask meanwhile, and answers in time whatever becomes of it: behind a server that is stuck
/// there is one check waiting, however many probes come.
/// </summary>
internal sealed class HealthMonitor(HealthCheckService checks, IOptions<HealthCheckServiceOptions> options, TimeProvider time)
{
    /// <summary>Below what a gateway waits for the answer, so that it hears which server is missing.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1.5);

    private const string NoAnswer = "does not answer";

    private readonly ConcurrentDictionary<string, Lazy<Task<(bool, string?)>>> _running = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, HealthPart> _found = new(StringComparer.Ordinal);

    public async Task<ImmutableArray<HealthPart>> AskAsync() =>
        [.. await Task.WhenAll(options.Value.Registrations.Select(check => AskAsync(check.Name)))];

    private async Task<HealthPart> AskAsync(string name)
    {
        var check = _running.GetOrAdd(name, key => new(() => Task.Run(() => RunAsync(key)))).Value;
        (bool Healthy, string? Detail) found;
        try
        {
            found = await check.WaitAsync(Timeout, time);
        }
        catch (TimeoutException)
        {
            found = (false, NoAnswer);
        }
        return _found.AddOrUpdate(
            name, _ => new(name, found.Healthy, found.Detail) { Since = time.GetUtcNow() },
            (_, before) => before.Healthy == found.Healthy ? before with { Detail = found.Detail } : new(name, found.Healthy, found.Detail)
            {
                Since = time.GetUtcNow(),
            });
    }

    private async Task<(bool, string?)> RunAsync(string name)
    {
        try
        {
            var result = (await checks.CheckHealthAsync(check => check.Name == name)).Entries[name];
            // Why a server does not answer is for the log: its text may hold addresses.
            return (result.Status == HealthStatus.Healthy, result.Status == HealthStatus.Healthy ? null : result.Exception is null
                ? result.Description : NoAnswer);
        }
        finally
        {
            _running.TryRemove(name, out _);
        }
    }
}
