using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Problems;

namespace AgentManagement.WebGateway.Limits;

/// <summary>
/// Refuses with 429 what is beyond the number of requests that a gateway works on for a tenant, or for one identity, at the same time.
/// Bodies have been read by then, so that none that does not end keeps a place; but for those that are read on the way, which have
/// places of their own.
/// </summary>
internal sealed class ConcurrencyMiddleware(RequestDelegate next, RequestLimitOptions options)
{
    private readonly Capacity _requests = options.Places(options.MaxAtOnce);
    private readonly Capacity _imports = options.Places(RequestLimitOptions.MaxImports);
    private readonly Capacity _uploads = options.Places(RequestLimitOptions.MaxUploads);

    public async Task InvokeAsync(HttpContext context)
    {
        var metadata = context.GetEndpoint()?.Metadata;
        // A stream stays open, and is bounded by the tier's watchers.
        if (CurrentCaller.Of(context).Known is null || metadata?.GetMetadata<RequestLimited>() is null
            || metadata.GetMetadata<LongLived>() is not null)
        {
            await next(context);
            return;
        }
        var (places, what) = metadata.GetMetadata<PlacesApart>() switch
        {
            { IsImport: true } => (_imports, "imports"),
            { IsImport: false } => (_uploads, "uploads"),
            null => (_requests, "requests"),
        };
        var owner = CapacityOwner.Of(context);
        if (places.TryReserve(owner, 1) is { } share)
        {
            await RefuseAsync(context, share is CapacityShare.Identity
                ? $"No more than {places.MaxOfIdentity} {what} of one user, service or key at the same time."
                : $"No more than {places.MaxOfTenant} {what} at the same time.");
            return;
        }
        try
        {
            await next(context);
        }
        finally
        {
            places.Release(owner, 1);
        }
    }

    private static Task RefuseAsync(HttpContext context, string detail)
    {
        LimitMetrics.Count("concurrency");
        TenantRefusals.Count(CurrentCaller.Of(context).TenantId, "concurrency");
        return new Problem(StatusCodes.Status429TooManyRequests, "too_many_at_once", detail)
        { RetryAfter = TimeSpan.FromSeconds(1) }.ExecuteAsync(context);
    }
}

/// <summary>The endpoint reads its body on the way, however long that takes, and so has places of its own.</summary>
internal sealed class PlacesApart
{
    public static PlacesApart Imports { get; } = new() { IsImport = true };

    public static PlacesApart Uploads { get; } = new();

    public bool IsImport { get; private init; }
}
