using System.Net.Sockets;
using AgentManagement.ServiceDefaults.Settings;

namespace AgentManagement.ServiceDefaults.Health;

/// <summary>Asks the process that listens on SERVICE_PORT of this machine whether it is ready.</summary>
public static class HealthProbe
{
    private const int Ready = 0;
    private const int NotReady = 1;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <returns>0 when it is ready, else 1.</returns>
    public static async Task<int> RunAsync(IConfiguration environment, TextWriter output, CancellationToken stopping)
    {
        var port = new EnvironmentReader(environment).Number("SERVICE_PORT", 8080, 1, 65_535);
        using var client = new HttpClient { Timeout = Timeout };
        try
        {
            using var answer = await client.GetAsync($"http://127.0.0.1:{port}/health/ready", stopping);
            await output.WriteLineAsync(await answer.Content.ReadAsStringAsync(stopping));
            return answer.IsSuccessStatusCode ? Ready : NotReady;
        }
        catch (Exception exception) when (exception is HttpRequestException or SocketException
            or TaskCanceledException && !stopping.IsCancellationRequested)
        {
            await output.WriteLineAsync($"Nothing answers on port {port}.");
            return NotReady;
        }
    }
}
