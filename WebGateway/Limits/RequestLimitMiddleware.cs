using System.Globalization;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Problems;

namespace AgentManagement.WebGateway.Limits;

/// <summary>
/// Refuses with 429 what a tenant asks beyond its rate, before anything is done for it or read of it. Every answer says in its RateLimit
/// headers how much is left.
/// </summary>
internal sealed class RequestLimitMiddleware(RequestDelegate next, RequestLimits limits)
{
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
            await RefuseAsync(context, caller.TenantId, limit, decision.Window!.Value);
            return;
        }
        await next(context);
    }

    private static Task RefuseAsync(HttpContext context, string tenantId, string limit, SlidingWindow window)
    {
        LimitMetrics.Count(limit);
        TenantRefusals.Count(tenantId, limit);
        return new Problem(StatusCodes.Status429TooManyRequests, "rate_limited", $"No more than {window.Limit} requests a minute.")
        { RetryAfter = window.UntilRoom }.ExecuteAsync(context);
    }

    private static void Describe(IHeaderDictionary headers, SlidingWindow window)
    {
        headers["RateLimit-Limit"] = window.Limit.ToString(CultureInfo.InvariantCulture);
        headers["RateLimit-Remaining"] = window.Remaining.ToString(CultureInfo.InvariantCulture);
        headers["RateLimit-Reset"] = Math.Ceiling((SlidingWindow.Length - window.Elapsed).TotalSeconds)
            .ToString(CultureInfo.InvariantCulture);
        headers["RateLimit-Policy"] = string.Create(CultureInfo.InvariantCulture, $"{window.Limit};w={SlidingWindow.Length.TotalSeconds}");
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
