using AgentManagement.Silo.Hosting;
using AgentManagement.WebGateway;
using AgentManagement.WebGateway.Development;
using AgentManagement.WebGateway.Hosting;
using AgentManagement.WebGateway.Settings;

namespace AgentManagement.Silo.Commands;

/// <summary>No command: gateway and silo in one process.</summary>
internal static class ServiceCommand
{
    /// <returns>0, when it was stopped.</returns>
    public static async Task<int> RunAsync(CancellationToken stopping)
    {
        var builder = WebApplication.CreateBuilder();
        var settings = ServiceSettings.Read(builder.Configuration, ProcessRole.Both);
        builder.AddGateway(settings);
        await builder.AddSiloAsync(settings);
        var app = builder.Build();
        app.MapGateway();
        await app.PrepareDatabaseAsync(settings);
        await app.StartAsync(stopping);
        app.Greet();
        await app.WaitForShutdownAsync(stopping);
        return 0;
    }
}
