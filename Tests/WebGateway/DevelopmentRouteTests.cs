using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.WebGateway;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Orleans;

namespace AgentManagement.Tests.WebGateway;

/// <summary>Where anybody may make tokens.</summary>
public sealed class DevelopmentRouteTests
{
    [Theory, InlineData(false, false, true), InlineData(true, false, false), InlineData(false, true, false), InlineData(true, true, false)]
    public async Task Tokens_are_handed_out_in_development_without_an_identity_service_only(
        bool isProduction, bool hasIdentity, bool isThere)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.AddGateway(
            new() { IsProduction = isProduction, SecretKey = ServiceHost.SecretKey },
            new() { IdentityServiceUrl = hasIdentity ? new Uri("https://identity.example") : null });
        // Only mapped, never called.
        builder.Services.AddSingleton<IClusterClient>(_ => throw new NotSupportedException());
        await using var app = builder.Build().MapGateway();
        var routes = ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Select(endpoint => endpoint.RoutePattern.RawText).ToList();
        Assert.Contains("/health/live", routes);
        Assert.Equal(isThere, routes.Contains("/dev/token"));
    }
}
