using AgentManagement.Access;
using AgentManagement.Bench.Servers;
using AgentManagement.ClusterClient;
using AgentManagement.Keys;
using AgentManagement.Tenants;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;

namespace AgentManagement.Bench.Alerts;

/// <summary>A .NET service beside the silos that has been taken over.</summary>
internal static class Intruder
{
    /// <summary>Asks for a tenant in the name of another one's service, as which the silos know it.</summary>
    /// <returns>Whether it was refused.</returns>
    public static async Task<bool> TryAsync(RedisServer redis, string tenantId)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddAgentManagementClusterClient(new() { RedisUri = redis.Address, ServiceName = "intruder" });
        using var host = builder.Build();
        await host.StartAsync();
        try
        {
            Caller.Current = new("elsewhere", "mallory", "service", Tier: null, Guid.NewGuid().ToString("n"));
            await host.Services.GetRequiredService<IClusterClient>().GetGrain<ITenantGrain>(GrainKeys.Tenant(tenantId)).GetAsync();
            return false;
        }
        catch (AccessDeniedException)
        {
            return true;
        }
        finally
        {
            await host.StopAsync();
        }
    }
}
