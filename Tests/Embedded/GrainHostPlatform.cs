using Orleans.Hosting;

namespace AgentManagement.Tests.Support;

/// <summary>What a test silo needs on this runtime: nothing on the embedded one.</summary>
internal static class GrainHostPlatform
{
    public static void Configure(ISiloBuilder silo) => ArgumentNullException.ThrowIfNull(silo);
}
