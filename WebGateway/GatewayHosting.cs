using AgentManagement.Client.Hosting;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Agents;
using AgentManagement.WebGateway.ApiKeys;
using AgentManagement.WebGateway.Audit;
using AgentManagement.WebGateway.Changes;
using AgentManagement.WebGateway.Development;
using AgentManagement.WebGateway.Files;
using AgentManagement.WebGateway.Hosting;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Internal;
using AgentManagement.WebGateway.Limits;
using AgentManagement.WebGateway.Observability;
using AgentManagement.WebGateway.OpenApi;
using AgentManagement.WebGateway.Operations;
using AgentManagement.WebGateway.Schemas;
using AgentManagement.WebGateway.Settings;
using AgentManagement.WebGateway.Tasks;
using AgentManagement.WebGateway.Templates;
using AgentManagement.WebGateway.Tenants;
using Microsoft.AspNetCore.Cors;

namespace AgentManagement.WebGateway;

/// <summary>The gateway, for whichever process hosts it.</summary>
public static class GatewayHosting
{
    /// <summary>Adds the HTTP server and the gateway's services. The host adds an <see cref="IClusterClient"/>.</summary>
    /// <exception cref="SettingsException">The settings cannot be used.</exception>
    public static WebApplicationBuilder AddGateway(this WebApplicationBuilder builder, ServiceSettings settings)
    {
        builder.AddServer(settings);
        builder.Services.AddAccess(settings);
        builder.Services.AddRequestLimits(settings);
        builder.Services.AddCrossOrigin(settings);
        builder.Services.AddBlobStore(settings);
        builder.Services.AddSingleton<FileLinks>();
        builder.Services.AddApiDescription();
        return builder;
    }

    /// <summary>Adds the gateway's middleware, in their order, and its endpoints.</summary>
    public static WebApplication MapGateway(this WebApplication app)
    {
        var settings = app.Services.GetRequiredService<ServiceSettings>();
        app.UseServer();
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(20), KeepAliveTimeout = TimeSpan.FromSeconds(20) });
        app.UseCors();
        app.UseAuthentication();
        app.UseMiddleware<CallerMiddleware>();
        app.UseRequestLimits(settings);
        app.UseAuthorization();
        app.UseMiddleware<RequestRulesMiddleware>();

        var api = app.MapGroup("/api/v1").WithMetadata(StrictRequest.Required).WithMetadata(RequestLimited.Instance).WithMetadata(new EnableCorsAttribute(CrossOrigin.Policy));
        api.MapAgents();
        api.MapTemplates();
        api.MapFiles();
        api.MapTenant();
        api.MapApiKeys();
        api.MapAudit();
        api.MapRefusals();
        api.MapTasks();
        api.MapTransfer();
        api.MapSchemas();
        api.MapEventStream();
        if (settings.EnableWebSockets) api.MapSocket();
        app.MapInternal();
        if (settings.S3 is null) app.MapLinkedFiles();
        app.MapHealth();
        app.MapMetrics();
        app.MapApiDescription();
        if (settings is { IsProduction: false, IdentityServiceUrl: null }) app.MapDevelopmentTokens();
        return app;
    }
}
