using Microsoft.Extensions.Hosting;

namespace AgentManagement.Tests.Deployment;

internal static class Shutdown
{
    /// <summary>How long a process takes to shut down, at most.</summary>
    public static TimeSpan Timeout => new HostOptions().ShutdownTimeout;
}
