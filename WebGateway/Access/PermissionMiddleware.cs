using AgentManagement.WebGateway.Problems;
using Microsoft.AspNetCore.Authorization;

namespace AgentManagement.WebGateway.Access;

/// <summary>
/// Lets a request through that has all permissions of its endpoint. Answers others: 401 without a valid token, 503 while nothing can be
/// found out about it, 429 after too many guesses, 403 with the name of the missing permission.
/// </summary>
internal sealed class PermissionMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var metadata = context.GetEndpoint()?.Metadata;
        if (metadata?.GetOrderedMetadata<RequirePermissionAttribute>() is not { Count: > 0 } required
            || metadata.GetMetadata<IAllowAnonymous>() is not null) return next(context);
        var caller = CurrentCaller.Of(context);
        if (caller.Known is not { } known)
        {
            if (!caller.IsUndecided) context.Response.Headers.WWWAuthenticate = "Bearer";
            return AccessProblems.Unauthenticated(caller).ExecuteAsync(context);
        }
        foreach (var each in required)
        {
            if (each.Permission is { } permission && !known.May(permission))
            {
                return AccessProblems.MissingPermission(permission).ExecuteAsync(context);
            }
        }
        return next(context);
    }
}

/// <summary>The answers of requests that must not do what they ask.</summary>
internal static class AccessProblems
{
    /// <summary>
    /// The 401 of a request without a valid token, the 503 of one whose token cannot be decided about, or the 429 of one whose address has
    /// guessed.
    /// </summary>
    public static Problem Unauthenticated(CurrentCaller caller) => caller.MustWait is { } wait
        ? new(StatusCodes.Status429TooManyRequests, "rate_limited",
            $"No more than {CredentialGuesses.MaxOfAddress} API keys and tokens a minute that are none.")
        { RetryAfter = wait }
        : caller is { IsUndecided: true, IsOfApiKey: true }
        ? new(StatusCodes.Status503ServiceUnavailable, TokenWatch.ApiKeysUnavailable, "The API key cannot be looked up now; try again.")
        : caller.IsUndecided
        ? new(StatusCodes.Status503ServiceUnavailable, "identity_unavailable",
            "The Identity Service cannot be asked about the token now; try again.")
        : StatusProblems.Of(StatusCodes.Status401Unauthorized);

    /// <summary>The 403 of a caller whose role lacks a permission.</summary>
    public static Problem MissingPermission(string permission) =>
        new(StatusCodes.Status403Forbidden, "permission_denied", $"The permission '{permission}' is required.");
}
