using System.Net;

namespace AgentManagement.Client;

/// <summary>Who runs what a cache gives out.</summary>
/// <param name="Instance">The runtime's name, the same as long as it lives, such as that of a pod.</param>
/// <param name="Label">The label whose versions it runs; null for the current ones.</param>
public sealed record RuntimeOptions(string Instance, string? Label = null);

/// <summary>Says again and again what a runtime runs, and at last that it ends. What does not arrive is said with the next.</summary>
internal sealed class RuntimeReporter
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LastWord = TimeSpan.FromSeconds(5);

    private readonly Connection _connection;
    private readonly string _path;
    private readonly Func<Task<RuntimeReport>> _report;
    private readonly Action<Exception>? _failed;

    /// <param name="report">What it runs now.</param>
    public RuntimeReporter(
        Connection connection, string tenant, string instance, Func<Task<RuntimeReport>> report, Action<Exception>? failed)
    {
        (_connection, _report, _failed) = (connection, report, failed);
        _path = $"internal/v1/tenants/{Uri.EscapeDataString(tenant)}/runtimes/{Uri.EscapeDataString(instance)}";
    }

    /// <summary>Works until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            await TryAsync(SayAsync, stopping).ConfigureAwait(false);
            await Task.Delay(Interval, _connection.Time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        using var limit = new CancellationTokenSource(LastWord, _connection.Time);
        await TryAsync(EndAsync, limit.Token).ConfigureAwait(false);
    }

    private async Task SayAsync(CancellationToken cancellationToken) => await _connection.SendAsync(
        Request.Repeatable(HttpMethod.Put, _path).With(await _report().ConfigureAwait(false), Json.Default.RuntimeReport),
        cancellationToken).ConfigureAwait(false);

    private async Task EndAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _connection.SendAsync(Request.Repeatable(HttpMethod.Delete, _path), cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException refusal) when (refusal.Status == HttpStatusCode.NotFound)
        {
            // It has never been heard.
        }
    }

    private async Task TryAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await work(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            if (exception is not OperationCanceledException) _failed?.Invoke(exception);
        }
    }
}
