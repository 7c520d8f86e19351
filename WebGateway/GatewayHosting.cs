using System.Net;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Agents;
using AgentManagement.WebGateway.Audit;
using AgentManagement.WebGateway.Development;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Observability;
using AgentManagement.WebGateway.OpenApi;
using AgentManagement.WebGateway.Operations;
using AgentManagement.WebGateway.Problems;
using AgentManagement.WebGateway.Schemas;
using AgentManagement.WebGateway.Settings;
using AgentManagement.WebGateway.Tenants;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AgentManagement.WebGateway;

/// <summary>The gateway, for whichever process hosts it.</summary>
public static class GatewayHosting
{
    /// <summary>Adds logging, the HTTP server and the gateway's services. The host adds an <see cref="IClusterClient"/>.</summary>
    /// <exception cref="SettingsException">The settings cannot be used.</exception>
    public static WebApplicationBuilder AddGateway(this WebApplicationBuilder builder, ServiceSettings settings)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Logging.AddFlatJson(settings);
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            // Development hands out tokens to whoever asks: only this machine may.
            server.Listen(settings.IsProduction ? IPAddress.IPv6Any : IPAddress.Loopback, settings.ServicePort);
            RequestSizeMiddleware.Apply(server.Limits);
        });
        builder.Services.AddSingleton(settings);
        builder.Services.ConfigureHttpJsonOptions(json => JsonFormat.Apply(json.SerializerOptions));
        // Refusals of the framework reach ProblemMiddleware in one way, whatever the environment.
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.Services.AddAccess(settings);
        builder.Services.AddApiDescription();
        return builder;
    }

    /// <summary>Adds the gateway's middleware, in their order, and its endpoints.</summary>
    public static WebApplication MapGateway(this WebApplication app)
    {
        app.UseMiddleware<RequestLogMiddleware>();
        app.UseMiddleware<ResponseHeadersMiddleware>();
        app.UseMiddleware<ProblemMiddleware>();
        app.UseMiddleware<RequestSizeMiddleware>();
        app.UseRouting();
        app.UseAuthentication();
        app.UseMiddleware<CallerMiddleware>();
        app.UseAuthorization();
        app.UseMiddleware<RequestRulesMiddleware>();

        var api = app.MapGroup("/api/v1").WithMetadata(StrictRequest.Required);
        api.MapAgents();
        api.MapTenant();
        api.MapAudit();
        api.MapSchemas();
        app.MapHealth();
        app.MapApiDescription();
        if (!app.Services.GetRequiredService<ServiceSettings>().IsProduction) app.MapDevelopmentTokens();
        return app;
    }
}
