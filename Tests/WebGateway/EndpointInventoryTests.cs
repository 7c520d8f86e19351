using AgentManagement.WebGateway.Access;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;

namespace AgentManagement.Tests.WebGateway;

[Collection(typeof(GatewayTests))]
public sealed class EndpointInventoryTests(Gateway gateway)
{
    private static readonly string[] Anonymous =
    [
        "/health/", "/health/ready", "/health/live", "/metrics", "/openapi/v1.json", "/dev/token",
        // Its token may come in the first message; SocketTests.
        "/api/v1/ws",
        // Its link is signed; FileLinkTests.
        "/files/{tenant}/{file}",
        // The console: files, which ask the API with the token of whoever signs in there.
        "/", "/console/settings.json", "/console/{**page}",
        "docs/", "docs/index.html", "docs/index.css", "docs/index.js", "docs/{**path}",
    ];

    [Fact]
    public void Every_endpoint_asks_a_permission_or_is_listed_as_anonymous() => Assert.All(Endpoints(), endpoint =>
    {
        var isAnonymous = endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null;
        var permissions = Permissions(endpoint);
        Assert.True(
            isAnonymous ? Anonymous.Contains(endpoint.RoutePattern.RawText) : permissions.Count > 0,
            $"{endpoint.DisplayName} {(isAnonymous ? "is anonymous and not listed as such" : "asks no permission")}.");
    });

    [Fact]
    public void Every_permission_that_is_asked_is_one() => Assert.All(
        Endpoints().SelectMany(Permissions).OfType<string>(), permission =>
            Assert.Contains(permission, AgentManagement.Access.Permissions.ByRole.Values.SelectMany(permissions => permissions)));

    [Fact]
    public void Every_write_of_agents_asks_more_than_reading() => Assert.All(
        Endpoints().Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith(Api.Agents, StringComparison.Ordinal)
            && !endpoint.RoutePattern.RawText.EndsWith("/validate", StringComparison.Ordinal)
            && endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods is not ["GET"]),
        endpoint => Assert.Contains(Permissions(endpoint), permission => permission != AgentManagement.Access.Permissions.AgentsRead));

    private List<RouteEndpoint> Endpoints()
    {
        var endpoints = gateway.Service.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList();
        Assert.True(endpoints.Count > 20);
        return endpoints;
    }

    private static List<string?> Permissions(RouteEndpoint endpoint) =>
        [.. endpoint.Metadata.GetOrderedMetadata<RequirePermissionAttribute>().Select(required => required.Permission)];
}
