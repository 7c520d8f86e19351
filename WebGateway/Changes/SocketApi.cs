using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Limits;
using AgentManagement.WebGateway.Observability;
using AgentManagement.WebGateway.Problems;
using AgentManagement.WebGateway.Settings;

namespace AgentManagement.WebGateway.Changes;

/// <summary>The tenant's changes over a WebSocket.</summary>
internal static class SocketApi
{
    private const string Read = AgentManagement.Access.Permissions.AgentsRead;

    public static WebSocketOptions Options { get; } = new()
    {
        KeepAliveInterval = TimeSpan.FromSeconds(20), KeepAliveTimeout = TimeSpan.FromSeconds(20),
    };

    /// <summary>Whether a request is for a socket.</summary>
    public static bool IsMeant(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<SocketMetadata>() is not null;

    public static void MapSocket(this IEndpointRouteBuilder api) =>
        api.MapGet("/ws", Serve).WithName("openSocket").WithTags("Changes")
            // A browser cannot send a header with a socket: its token comes in the first message.
            .AllowAnonymous().ExcludeFromDescription().WithMetadata(LongLived.Instance, new SocketMetadata());

    /// <summary>Opens a socket; see docs/changes.md for its messages.</summary>
    public static async Task Serve(
        HttpContext http, CurrentCaller caller, TenantFeeds feeds, CallerGrains grains, TokenReader tokens, TokenWatch watch,
        AgentViewers viewers, GatewaySettings settings, TimeProvider time, IHostApplicationLifetime lifetime)
    {
        if (Check(http, caller, settings) is { } refused)
        {
            await refused.ExecuteAsync(http);
            return;
        }
        using var webSocket = await http.WebSockets.AcceptWebSocketAsync();
        var limits = http.RequestServices.GetService<RequestLimits>();
        using var socket = new ChangeSocket(webSocket, caller, feeds, grains, tokens, watch, limits, viewers, time, CorrelationId.Of(http));
        await socket.RunAsync(lifetime.ApplicationStopping);
        // The socket has told the client; this is for who reads of refusals.
        if (socket.IsRefused)
        {
            RequestLogScope.Of(http).Problem =
                caller.Known is null ? AccessProblems.Unauthenticated(caller) : AccessProblems.MissingPermission(Read);
        }
    }

    private static Problem? Check(HttpContext http, CurrentCaller caller, GatewaySettings settings)
    {
        if (!http.WebSockets.IsWebSocketRequest)
        {
            return new(StatusCodes.Status426UpgradeRequired, "websocket_required", "This address is for WebSockets.");
        }
        // Pages of other hosts must not use what a browser would send along.
        if (http.Request.Headers.Origin is [{ } origin] && !IsOwn(origin, http.Request.Host)
            && !CrossOrigin.Allows(http.RequestServices.GetRequiredService<ServiceSettings>(), settings)(origin))
        {
            return new(StatusCodes.Status403Forbidden, "origin_refused", "The page's origin is not among those that are allowed.");
        }
        if (http.Request.Headers.Authorization.Count > 0 && caller.Known is null) return AccessProblems.Unauthenticated(caller);
        return caller.Known is not null && !caller.May(Read)
            ? AccessProblems.MissingPermission(Read)
            : null;
    }

    private static bool IsOwn(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var address)
            && address.Authority.Equals(host.Value, StringComparison.OrdinalIgnoreCase);

    /// <summary>On the endpoint that takes sockets.</summary>
    private sealed class SocketMetadata;
}
