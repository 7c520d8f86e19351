using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.WebGateway.Settings;

namespace AgentManagement.WebGateway.Http;

/// <summary>
/// Pages of which origins may call the API from a browser: those of ALLOWED_ORIGINS, and none besides the service's own without it; in
/// development those of this machine, too, as a frontend has that is being written.
/// They show a token; there are no cookies, so a page has no right that its token does not give it.
/// </summary>
internal static class CrossOrigin
{
    /// <summary>What a route must name to be for pages of other origins at all.</summary>
    public const string Policy = "api";

    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

    private static readonly string[] Sent =
    [
        "Authorization", "Content-Type", "Accept", WriteConditions.IfMatch, "If-None-Match", WriteConditions.KeyHeader,
        WriteConditions.Prefer,
        CorrelationId.HeaderName, "Last-Event-ID", "Range", "If-Range", "Content-Digest",
    ];

    private static readonly string[] Seen =
        ["ETag", "Location", "Retry-After", WriteConditions.ReplayedHeader, WriteConditions.PreferenceApplied, CorrelationId.HeaderName,
            "Content-Disposition", "Content-Range", "Accept-Ranges", "Allow", "Accept-Patch"];

    private static readonly TimeSpan PreflightIsKept = TimeSpan.FromMinutes(10);

    /// <summary>Decides on the origin that a browser names.</summary>
    public static Func<string, bool> Allows(ServiceSettings service, GatewaySettings settings) => origin =>
        settings.AllowedOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase)
        || (!service.IsProduction && Uri.TryCreate(origin, UriKind.Absolute, out var address) && address.IsLoopback
            && address.Scheme is "http" or "https");

    /// <summary>Whether a page made the request: browsers name its origin.</summary>
    public static bool Concerns(HttpContext context) => context.Request.Headers.Origin.Count > 0;

    public static void AddCrossOrigin(this IServiceCollection services, ServiceSettings service, GatewaySettings settings) =>
        services.AddCors(options => options.AddPolicy(Policy, policy => policy.SetIsOriginAllowed(Allows(service, settings))
            .WithMethods(Methods).WithHeaders(Sent).WithExposedHeaders(Seen).SetPreflightMaxAge(PreflightIsKept)));
}
