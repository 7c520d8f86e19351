using System.Collections.Concurrent;
using System.Globalization;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Problems;

namespace AgentManagement.WebGateway.Limits;

/// <summary>
/// Refuses with 429 what a tenant asks beyond its rate, or beyond what a gateway works on for it at once, before anything is done for
/// it. Every answer says in its RateLimit headers how much is left.
/// </summary>
internal sealed class RequestLimitMiddleware(RequestDelegate next, RequestLimits limits, RequestLimitOptions options)
{
    private readonly ConcurrentDictionary<string, int> _atWork = new(StringComparer.Ordinal);

    public async Task InvokeAsync(HttpContext context)
    {
        var metadata = context.GetEndpoint()?.Metadata;
        if (CurrentCaller.Of(context).Known is not { } caller || metadata?.GetMetadata<RequestLimited>() is not { } limited)
        {
            await next(context);
            return;
        }
        var decision = await limits.DecideAsync(caller, limited.IsInternal);
        if (decision.Window is { } window) Describe(context.Response.Headers, window);
        if (decision.Exceeded is { } limit)
        {
            await RefuseAsync(context, caller.TenantId, limit, "rate_limited",
                $"No more than {decision.Window!.Value.Limit} requests a minute.",
                decision.Window.Value.UntilRoom);
            return;
        }
        // A stream stays open, and is bounded by the tier's watchers.
        if (metadata.GetMetadata<LongLived>() is not null)
        {
            await next(context);
            return;
        }
        var who = limited.IsInternal ? RequestLimits.InternalKey(caller) : caller.TenantId;
        if (_atWork.AddOrUpdate(who, 1, (_, count) => count + 1) > options.MaxAtOnce)
        {
            Leave(who);
            await RefuseAsync(context, caller.TenantId, "concurrency", "too_many_at_once",
                $"No more than {options.MaxAtOnce} requests at the same time.", TimeSpan.FromSeconds(1));
            return;
        }
        try
        {
            await next(context);
        }
        finally
        {
            Leave(who);
        }
    }

    private static Task RefuseAsync(HttpContext context, string tenantId, string limit, string code, string detail, TimeSpan wait)
    {
        LimitMetrics.Count(limit);
        TenantRefusals.Count(tenantId, limit);
        return new Problem(StatusCodes.Status429TooManyRequests, code, detail) { RetryAfter = wait }.ExecuteAsync(context);
    }

    private static void Describe(IHeaderDictionary headers, SlidingWindow window)
    {
        headers["RateLimit-Limit"] = window.Limit.ToString(CultureInfo.InvariantCulture);
        headers["RateLimit-Remaining"] = window.Remaining.ToString(CultureInfo.InvariantCulture);
        headers["RateLimit-Reset"] = Math.Ceiling((SlidingWindow.Length - window.Elapsed).TotalSeconds)
            .ToString(CultureInfo.InvariantCulture);
        headers["RateLimit-Policy"] = string.Create(CultureInfo.InvariantCulture, $"{window.Limit};w={SlidingWindow.Length.TotalSeconds}");
    }

    private void Leave(string tenantId)
    {
        if (_atWork.AddOrUpdate(tenantId, 0, (_, count) => count - 1) == 0) _atWork.TryRemove(new(tenantId, 0));
    }
}

/// <summary>The endpoint's requests are counted.</summary>
internal sealed class RequestLimited
{
    /// <summary>Against the tenant's rate.</summary>
    public static RequestLimited Instance { get; } = new();

    /// <summary>As those of services, which take nothing from the tenant's users.</summary>
    public static RequestLimited Internal { get; } = new() { IsInternal = true };

    public bool IsInternal { get; private init; }
}

/// <summary>The endpoint's answers stay open.</summary>
internal sealed class LongLived
{
    public static LongLived Instance { get; } = new();
}
