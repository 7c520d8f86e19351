using System.Net;
using AgentManagement.ServiceDefaults.Settings;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AgentManagement.ServiceDefaults.Hosting;

/// <summary>
/// MANAGEMENT_PORT: a port for operators. It serves health and what is for operators only, which the service's own port then does
/// not serve. The connection says which port a request came by, and the endpoint that was found where it belongs: no header and no
/// way to write a path counts.
/// </summary>
public static class ManagementPort
{
    public static void ListenOnManagementPort(this KestrelServerOptions server, IPAddress address, int port) => server.Listen(
        address, port, listen => listen.Use(next => connection =>
        {
            connection.Features.Set(Mark.Instance);
            return next(connection);
        }));

    /// <summary>Keeps each port to its endpoints; comes right after routing.</summary>
    public static void UseManagementPort(this IApplicationBuilder app, ServiceSettings settings)
    {
        if (settings.ManagementPort is null) return;
        app.Use((context, next) =>
        {
            var belongs = context.GetEndpoint()?.Metadata.GetMetadata<Belongs>();
            if (belongs is not { OnBoth: true } && IsUsedBy(context) != belongs is not null) context.SetEndpoint(null);
            return next(context);
        });
    }

    /// <summary>Whether the request came by the management port.</summary>
    public static bool IsUsedBy(HttpContext context) => context.Features.Get<Mark>() is not null;

    public static T OnManagementPortOnly<T>(this T endpoint) where T : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new Belongs(OnBoth: false));

    public static T OnBothPorts<T>(this T endpoint) where T : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new Belongs(OnBoth: true));

    /// <summary>On endpoints of the port; all others are the service's own.</summary>
    private sealed record Belongs(bool OnBoth);

    /// <summary>On the connections of the port.</summary>
    private sealed class Mark
    {
        public static readonly Mark Instance = new();
    }
}
