using System.CommandLine;
using AgentManagement.ServiceDefaults.Hosting;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Silo.Hosting;
using AgentManagement.Silo.Settings;

namespace AgentManagement.Silo.Commands;

/// <summary><c>silo</c>: one silo of a cluster.</summary>
public static class SiloCommand
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
        var read = new EnvironmentReader(builder.Configuration);
        var (settings, silo) = (ServiceSettings.Read(read), SiloSettings.Read(read));
        read.ThrowIfAnythingIsWrong();
        if (settings.RedisUri is null)
        {
            throw new SettingsException("The service cannot start: silos meet through REDIS_URI, which is not set.");
        }
        builder.AddServer(settings);
        await builder.AddSiloAsync(settings, silo);
        var app = builder.Build();
        app.MapProbes();
        app.MapDashboard(silo);
        await app.PrepareDatabaseAsync(settings);
        await app.StartAsync(stopping);
        await app.WaitForShutdownAsync(stopping);
        return 0;
    }
}
