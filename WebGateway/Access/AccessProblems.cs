using AgentManagement.WebGateway.ApiKeys;
using AgentManagement.WebGateway.Problems;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace AgentManagement.WebGateway.Access;

/// <summary>
/// Answers what authorization refuses: 401 without a valid token, 503 while nothing can be found out about it, 429 after too many guesses,
/// 403 with the name of the missing permission.
/// </summary>
internal sealed class AccessProblems : IAuthorizationMiddlewareResultHandler
{
    public async Task HandleAsync(
        RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded)
        {
            await next(context);
        }
        else if (authorizeResult.Challenged)
        {
            var caller = context.RequestServices.GetRequiredService<CurrentCaller>();
            if (!caller.IsUndecided) await context.ChallengeAsync();
            await Unauthenticated(caller).ExecuteAsync(context);
        }
        else
        {
            var missing = authorizeResult.AuthorizationFailure?.FailedRequirements.OfType<RequirePermissionAttribute>().FirstOrDefault();
            await MissingPermission(missing?.Permission ?? "(none)").ExecuteAsync(context);
        }
    }

    /// <summary>
    /// The 401 of a request without a valid token, the 503 of one whose token cannot be decided about, or the 429 of one whose address has
    /// guessed.
    /// </summary>
    public static Problem Unauthenticated(CurrentCaller caller) => caller.MustWait is { } wait
        ? new(StatusCodes.Status429TooManyRequests, "rate_limited",
            $"No more than {ApiKeyGuesses.MaxOfAddress} API keys a minute that are none.")
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
