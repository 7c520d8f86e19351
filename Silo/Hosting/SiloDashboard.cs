using AgentManagement.ServiceDefaults.Hosting;
using AgentManagement.Silo.Settings;
using Orleans.Dashboard;

namespace AgentManagement.Silo.Hosting;

/// <summary>Orleans' dashboard: which grains and methods each silo is busy with. For operators; DASHBOARD_ENABLED.</summary>
public static class SiloDashboard
{
    public const string Path = "/dashboard";

    /// <summary>Shows the state of any grain, and with it the configurations of tenants.</summary>
    private const string StateRoute = Path + "/GrainState";

    public static void MapDashboard(this WebApplication app, SiloSettings settings)
    {
        if (!settings.IsDashboardEnabled) return;
        var dashboard = app.MapOrleansDashboard(Path).AllowAnonymous().OnManagementPortOnly().ExcludeFromDescription();
        ((IEndpointConventionBuilder)dashboard).Add(endpoint =>
        {
            if (endpoint is RouteEndpointBuilder { RoutePattern.RawText: StateRoute }) endpoint.RequestDelegate = NotFoundAsync;
        });
    }

    private static Task NotFoundAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
