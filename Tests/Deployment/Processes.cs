using AgentManagement.ServiceDefaults.Hosting;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.WebGateway;
using AgentManagement.WebGateway.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace AgentManagement.Tests.Deployment;

/// <summary>The HTTP side of a container's process, put together as the process does it and never started.</summary>
internal static class Processes
{
    /// <summary>How long it takes to shut down, at most.</summary>
    public static async Task<TimeSpan> ShutdownTimeoutAsync(DeployedContainer container)
    {
        await using var process = Build(container);
        return process.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout;
    }

    /// <summary>The paths that it answers.</summary>
    public static async Task<IReadOnlySet<string>> PathsAsync(DeployedContainer container)
    {
        await using var process = Build(container);
        return ((IEndpointRouteBuilder)process).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Select(endpoint => endpoint.RoutePattern.RawText!).ToHashSet();
    }

    private static WebApplication Build(DeployedContainer container)
    {
        var settings = container.ReadSettings();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddSingleton<IClusterClient>(_ => throw new InvalidOperationException("Nothing is called here."));
        if (container.Role is ContainerRole.Gateway)
        {
            builder.AddGateway(settings.Service, settings.Gateway);
            return builder.Build().MapGateway();
        }
        builder.AddServer(settings.Service);
        return builder.Build().MapProbes();
    }
}
