using System.Net;
using AgentManagement.Audit;
using AgentManagement.WebGateway.Audit;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Observability;
using AgentManagement.WebGateway.Operations;
using AgentManagement.WebGateway.Problems;
using AgentManagement.WebGateway.Settings;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AgentManagement.WebGateway.Hosting;

/// <summary>What every process of the service has: its log, its metrics, an HTTP server, and an answer to health probes.</summary>
public static class ServerHosting
{
    /// <summary>Adds logging and the HTTP server. The host adds an <see cref="IClusterClient"/>.</summary>
    public static void AddServer(this WebApplicationBuilder builder, ServiceSettings settings)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(settings);
        builder.Logging.AddFlatJson(settings);
        builder.AddTelemetry(settings);
        builder.Services.TryAddSingleton<RefusalLog>();
        builder.Services.AddSingleton<SiloContact>();
        builder.Services.AddHostedService<RefusalSender>();
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            // Development hands out tokens to whoever asks: only this machine may.
            var address = settings.IsProduction ? IPAddress.IPv6Any : IPAddress.Loopback;
            server.Listen(address, settings.ServicePort);
            if (settings.ManagementPort is { } port) server.ListenOnManagementPort(address, port);
            RequestHeadMiddleware.Apply(server.Limits);
        });
        builder.Services.ConfigureHttpJsonOptions(json => JsonFormat.Apply(json.SerializerOptions));
        // Refusals of the framework reach ProblemMiddleware in one way, whatever the environment.
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
    }

    /// <summary>Adds the middleware that comes first.</summary>
    public static void UseServer(this WebApplication app)
    {
        var settings = app.Services.GetRequiredService<ServiceSettings>();
        app.UseTrustedProxies(settings);
        app.UseMiddleware<RequestLogMiddleware>();
        app.UseMiddleware<RefusalMiddleware>();
        app.UseMiddleware<ResponseHeadersMiddleware>();
        app.UseMiddleware<ProblemMiddleware>();
        app.UseMiddleware<RequestHeadMiddleware>();
        app.UseRouting();
        app.UseManagementPort(settings);
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
