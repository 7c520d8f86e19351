using System.Net.Sockets;

namespace AgentManagement.Bench.Servers;

/// <summary>Finds server programs, and waits for what they serve.</summary>
internal static class Programs
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <summary>A program on the PATH, or in one of further folders; null when there is none.</summary>
    public static string? Find(string name, params IEnumerable<string> folders) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Concat(folders)
            .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>Returns once somebody listens.</summary>
    /// <exception cref="TimeoutException">Nobody did.</exception>
    public static async Task WaitForPortAsync(int port)
    {
        using var patience = new CancellationTokenSource(Timeout);
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync("127.0.0.1", port, patience.Token);
                return;
            }
            catch (SocketException)
            {
                if (patience.IsCancellationRequested) throw new TimeoutException($"Nobody listens on port {port}.");
                await Task.Delay(50);
            }
        }
    }
}
