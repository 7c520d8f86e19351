using System.CommandLine;
using AgentManagement.Client.Hosting;
using AgentManagement.Silo.Hosting;
using AgentManagement.WebGateway.Hosting;
using AgentManagement.WebGateway.Settings;

namespace AgentManagement.Silo.Commands;

/// <summary><c>silo</c>: one silo of a cluster.</summary>
internal static class SiloCommand
{
    public static Command Create()
    {
        var command = new Command("silo", "Runs one silo of a cluster");
        command.SetAction((_, stopping) => Running.RunAsync(() => RunAsync(stopping)));
        return command;
    }

    private static async Task<int> RunAsync(CancellationToken stopping)
    {
        var builder = WebApplication.CreateBuilder();
        var settings = ServiceSettings.Read(builder.Configuration, ProcessRole.Silo);
        if (settings.RedisUri is null) throw new SettingsException("The service cannot start: silos meet through REDIS_URI, which is not set.");
        builder.AddServer(settings);
        await builder.AddSiloAsync(settings);
        var app = builder.Build();
        app.MapProbes();
        await app.PrepareDatabaseAsync(settings);
        await app.StartAsync(stopping);
        await app.WaitForShutdownAsync(stopping);
        return 0;
    }
}
