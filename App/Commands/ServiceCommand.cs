using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Silo.Hosting;
using AgentManagement.Silo.Settings;
using AgentManagement.WebGateway;
using AgentManagement.WebGateway.Development;
using AgentManagement.WebGateway.Settings;

namespace AgentManagement.App.Commands;

/// <summary>No command: gateway and silo in one process.</summary>
internal static class ServiceCommand
{
    /// <returns>0, when it was stopped.</returns>
    public static async Task<int> RunAsync(CancellationToken stopping)
    {
        var builder = WebApplication.CreateBuilder();
        var read = new EnvironmentReader(builder.Configuration);
        var (settings, gateway, silo) = (ServiceSettings.Read(read), GatewaySettings.Read(read), SiloSettings.Read(read));
        read.ThrowIfAnythingIsWrong();
        builder.AddGateway(settings, gateway);
        await builder.AddSiloAsync(settings, silo);
        var app = builder.Build();
        app.MapGateway();
        app.MapDashboard(silo);
        await app.PrepareDatabaseAsync(settings);
        await app.StartAsync(stopping);
        app.Greet();
        await app.WaitForShutdownAsync(stopping);
        return 0;
    }
}
