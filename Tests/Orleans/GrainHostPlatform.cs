using System.Net;
using System.Net.Sockets;

namespace AgentManagement.Tests.Support;

/// <summary>What a test silo needs on this runtime: a cluster of its own on Orleans.</summary>
internal static class GrainHostPlatform
{
    public static void Configure(ISiloBuilder silo) => silo.UseLocalhostClustering(
        FreePort(), FreePort(), serviceId: "tests", clusterId: Guid.NewGuid().ToString("n"));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
