using AgentManagement.ServiceDefaults.Blobs;
using AgentManagement.ServiceDefaults.Health;
using AgentManagement.ServiceDefaults.Hosting;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.ServiceDefaults.Webhooks;
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
using AgentManagement.WebGateway.Mcp;
using AgentManagement.WebGateway.Observability;
using AgentManagement.WebGateway.OpenApi;
using AgentManagement.WebGateway.Problems;
using AgentManagement.WebGateway.Releases;
using AgentManagement.WebGateway.Schemas;
using AgentManagement.WebGateway.Runtimes;
using AgentManagement.WebGateway.Settings;
using AgentManagement.WebGateway.Tasks;
using AgentManagement.WebGateway.Templates;
using AgentManagement.WebGateway.Tenants;
using AgentManagement.WebGateway.WebConsole;
using AgentManagement.WebGateway.Webhooks;
using Microsoft.AspNetCore.Cors;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AgentManagement.WebGateway;

/// <summary>The gateway, for whichever process hosts it.</summary>
public static class GatewayHosting
{
    /// <summary>Adds the HTTP server and the gateway's services. The host adds an <see cref="IClusterClient"/>.</summary>
    /// <exception cref="SettingsException">The settings cannot be used.</exception>
    public static WebApplicationBuilder AddGateway(this WebApplicationBuilder builder, ServiceSettings settings, GatewaySettings gateway)
    {
        builder.AddServer(settings);
        builder.WebHost.ConfigureKestrel(server => RequestHeadMiddleware.Apply(server.Limits, gateway));
        // Refusals of the framework reach ProblemMiddleware in one way, whatever the environment.
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.Services.AddSingleton(gateway);
        builder.Services.AddSingleton(new ProcessPart("gateway"));
        builder.Services.AddAccess(settings, gateway);
        builder.Services.AddRequestLimits(settings, gateway);
        builder.Services.AddCrossOrigin(settings, gateway);
        builder.Services.AddBlobStore(settings);
        builder.Services.AddSingleton<FileLinks>();
        builder.Services.AddSingleton<TenantLabels>();
        builder.Services.TryAddSingleton(WebhookSecrets.Of(settings));
        builder.Services.AddSingleton(provider => new AgentReader(new(provider.GetRequiredService<IClusterClient>)));
        builder.Services.AddSingleton<ProblemTranslation>();
        builder.Services.AddApiDescription();
        if (gateway.EnableMcp) builder.Services.AddMcp();
        if (ConsoleFiles.Find() is { } console) builder.Services.TryAddSingleton(console);
        return builder;
    }

    /// <summary>Adds the gateway's middleware, in their order, and its endpoints.</summary>
    public static WebApplication MapGateway(this WebApplication app)
    {
        var settings = app.Services.GetRequiredService<ServiceSettings>();
        var gateway = app.Services.GetRequiredService<GatewaySettings>();
        app.UseTrustedProxies(gateway, settings.IsProduction);
        app.UseMiddleware<RequestLogMiddleware>();
        app.UseMiddleware<ResponseHeadersMiddleware>();
        app.UseMiddleware<ProblemMiddleware>();
        app.UseMiddleware<RequestHeadMiddleware>();
        if (!settings.IsProduction) app.UseMiddleware<LoopbackHostMiddleware>();
        app.UseMiddleware<DryRunPathMiddleware>();
        app.UseConsole();
        app.UseServer();
        // Each costs a request that has no use for it.
        app.UseWhen(SocketApi.IsMeant, sockets => sockets.UseWebSockets(SocketApi.Options));
        app.UseWhen(CrossOrigin.Concerns, pages => pages.UseCors());
        app.UseMiddleware<CallerMiddleware>();
        app.UseRequestLimits(gateway);
        app.UseMiddleware<PermissionMiddleware>();
        app.UseMiddleware<RequestRulesMiddleware>();
        app.UseBodies(gateway);

        var api = app.MapGroup("/api/v1").WithMetadata(StrictRequest.Required).WithMetadata(RequestLimited.Instance)
            .WithMetadata(new EnableCorsAttribute(CrossOrigin.Policy));
        api.MapAgents();
        api.MapTemplates();
        api.MapLabels();
        api.MapReleases();
        api.MapRuntimes();
        api.MapFiles();
        api.MapTenant();
        api.MapMe();
        api.MapApiKeys();
        api.MapWebhooks();
        api.MapAudit();
        api.MapDeniedAttempts();
        api.MapAuditReads();
        api.MapTasks();
        api.MapTransfer();
        api.MapBulk();
        api.MapSchemas();
        api.MapEventStream();
        if (gateway.EnableWebSockets) api.MapSocket();
        if (gateway.EnableMcp) app.MapMcpEndpoint();
        app.MapInternal();
        if (settings.S3 is null) app.MapLinkedFiles();
        app.MapHealth();
        app.MapMetrics();
        app.MapApiDescription();
        app.MapConsole();
        if (!settings.IsProduction && gateway.IdentityServiceUrl is null) app.MapDevelopmentTokens();
        return app;
    }
}
