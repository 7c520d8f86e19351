using System.Net;
using AgentManagement.Tests.WebGateway;
using Microsoft.AspNetCore.Routing;

namespace AgentManagement.Tests.Orleans;

/// <summary>Orleans' dashboard: for operators, and never with what tenants keep.</summary>
public sealed class DashboardTests
{
    // Looked at: each shows figures, names of classes and methods, and addresses of silos. A further one is to be looked at, too.
    private static readonly string[] Routes =
    [
        "/", "/index.html", "/favicon.ico", "/index.min.js", "/index.css", "/fonts/{**path}", "/img/{**path}", "/version",
        "/DashboardCounters",
        "/ClusterStats", "/Reminders", "/Reminders/{page:int}", "/HistoricalStats/{*path}", "/SiloProperties/{*address}",
        "/SiloMetadata/{*address}",
        "/SiloStats/{*address}", "/SiloCounters/{*address}", "/GrainStats/{*grainName}", "/TopGrainMethods", "/GrainState", "/GrainTypes",
        "/LifecycleStages", "/Trace",
    ];

    [Fact]
    public async Task It_is_off_unless_it_is_asked_for()
    {
        await using var service = await ServiceHost.StartAsync(change: settings => settings with { ManagementPort = 0 });
        using var client = new HttpClient { BaseAddress = service.ManagementAddress };
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(client, "/dashboard/"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(client, "/dashboard/ClusterStats"));
    }

    [Fact]
    public async Task It_is_on_the_management_port_only_and_shows_no_state()
    {
        await using var service = await ServiceHost.StartAsync(
            change: settings => settings with { ManagementPort = 0, IsDashboardEnabled = true });
        using var tenant = service.CreateClient();
        await tenant.CreateAsync(Api.Content(id: "secretive"));

        using var management = new HttpClient { BaseAddress = service.ManagementAddress };
        foreach (var path in (string[])["/dashboard/", "/dashboard/ClusterStats", "/dashboard/DashboardCounters", "/dashboard/GrainTypes"])
        {
            Assert.Equal((path, HttpStatusCode.OK), (path, await StatusAsync(management, path)));
            Assert.Equal((path, HttpStatusCode.NotFound), (path, await StatusAsync(tenant, path)));
        }
        const string Query = "?grainId=acme/secretive&grainType=AgentManagement.Agents.AgentGrain";
        foreach (var path in (string[])
        [
            "GrainState", "GrainState/", "grainstate", "GRAINSTATE", "GrainState/x", "%47rainState", "Grain%53tate/", "/GrainState",
            "GrainState;x",
        ])
        {
            Assert.Equal((path, HttpStatusCode.NotFound), (path, await StatusAsync(management, $"/dashboard/{path}{Query}")));
        }
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(management, "/dashboard/Trace"));
    }

    [Fact]
    public async Task Its_routes_are_those_that_were_looked_at()
    {
        await using var service = await ServiceHost.StartAsync(
            change: settings => settings with { ManagementPort = 0, IsDashboardEnabled = true });
        Assert.Equal(Routes.Order(), service.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(endpoint => endpoint.RoutePattern.RawText!)
            .Where(route => route.StartsWith("/dashboard/", StringComparison.Ordinal)).Select(route => route["/dashboard".Length..])
                .Order());
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path);
        return answer.StatusCode;
    }
}
