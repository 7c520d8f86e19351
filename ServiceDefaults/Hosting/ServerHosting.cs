using System.Net;
using AgentManagement.ServiceDefaults.Audit;
using AgentManagement.ServiceDefaults.Health;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.ServiceDefaults.Settings;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AgentManagement.ServiceDefaults.Hosting;

/// <summary>What every process of the service has: its log, its metrics, an HTTP server, and an answer to health probes.</summary>
public static class ServerHosting
{
    /// <summary>Adds logging and the HTTP server. The host adds an <see cref="IClusterClient"/>.</summary>
    public static void AddServer(this WebApplicationBuilder builder, ServiceSettings settings)
    {
        // Settings are environment variables alone: the files that ASP.NET would read it would watch as well, with all in their folder.
        foreach (var file in builder.Configuration.Sources.OfType<FileConfigurationSource>().ToList())
        {
            builder.Configuration.Sources.Remove(file);
        }
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(settings);
        builder.Logging.AddFlatJson(settings);
        builder.AddTelemetry(settings);
        builder.Services.TryAddSingleton<DeniedAttemptLog>();
        builder.Services.AddSingleton<SiloContact>();
        builder.Services.AddSingleton<HealthMemory>();
        builder.Services.AddHostedService<DeniedAttemptSender>();
        builder.Services.AddHostedService<LifeLog>();
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            // Development hands out tokens to whoever asks: only this machine may, unless somebody keeps others out.
            var address = settings.ListensOnAny || settings.IsProduction ? IPAddress.IPv6Any : IPAddress.Loopback;
            server.Listen(address, settings.ServicePort);
            if (settings.ManagementPort is { } port) server.ListenOnManagementPort(address, port);
        });
        builder.Services.ConfigureHttpJsonOptions(json => JsonFormat.Apply(json.SerializerOptions));
    }

    /// <summary>Finds the endpoint, and keeps each port to its own.</summary>
    public static void UseServer(this WebApplication app)
    {
        app.UseMiddleware<MethodsMiddleware>();
        app.UseRouting();
        app.UseManagementPort(app.Services.GetRequiredService<ServiceSettings>());
    }

    /// <summary>Answers health probes and scrapers only: for a process that hosts no gateway.</summary>
    public static WebApplication MapProbes(this WebApplication app)
    {
        app.UseServer();
        app.MapHealth();
        app.MapMetrics();
        return app;
    }
}
