using System.Net;
using System.Text.Json;

namespace AgentManagement.Client;

/// <summary>The service refused a request (RFC 9457).</summary>
public sealed class ApiException(HttpStatusCode status, Problem problem, TimeSpan? retryAfter = null)
    : Exception(TextOf(status, problem))
{
    private const int MaxErrorsNamed = 5;

    public HttpStatusCode Status { get; } = status;

    public Problem Problem { get; } = problem;

    /// <summary>Stable, for programs: <c>not_found</c>, <c>quota_exceeded</c> …</summary>
    public string Code => Problem.Code;

    /// <summary>The version that there is, when the one that was named is not the current one.</summary>
    public int? CurrentVersion => Problem.CurrentVersion;

    /// <summary>Finds the request in the service's logs.</summary>
    public string? CorrelationId => Problem.CorrelationId;

    /// <summary>After which time it may be tried again, where the service said so.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;

    private static string TextOf(HttpStatusCode status, Problem problem) =>
        $"{(int)status} {problem.Code}: {problem.Detail}"
        + string.Concat((problem.Errors ?? []).Take(MaxErrorsNamed).Select(error => $" {error.Pointer}: {error.Message}"));
}

/// <summary>The feed cannot go on from the revision that was named: everything has to be read anew.</summary>
/// <param name="revision">The tenant's revision, from which to follow afterwards; null when it was not told.</param>
public sealed class ResyncRequiredException(long? revision = null)
    : Exception("The revision is none of this tenant's: read everything anew.")
{
    public long? Revision { get; } = revision;
}

/// <summary>The token is another tenant's than it should be.</summary>
public sealed class TenantMismatchException(string message) : Exception(message);

/// <summary>Why a request was refused.</summary>
/// <param name="Detail">What happened, for people.</param>
/// <param name="CorrelationId">Finds the request in the service's logs.</param>
/// <param name="Errors">The fields that were refused.</param>
/// <param name="Conflicts">What two sides changed differently, of a merge.</param>
/// <param name="CurrentVersion">The version that there is, when another one was named.</param>
/// <param name="Referrers">Who refers to what was to go (<c>in_use</c>).</param>
public sealed record Problem(
    string Code, string Detail, string? CorrelationId = null, IReadOnlyList<FieldError>? Errors = null,
    IReadOnlyList<Conflict>? Conflicts = null, int? CurrentVersion = null, IReadOnlyList<Referrer>? Referrers = null);

/// <summary>Who refers to what was to go.</summary>
/// <param name="Kind">agent, template or label.</param>
public sealed record Referrer(string Kind, string Id);

/// <summary>A field that was refused.</summary>
/// <param name="Pointer">JSON pointer into the body.</param>
public sealed record FieldError(string Pointer, string Code, string Message);

/// <summary>A place that two sides changed from a common base, each in its own way.</summary>
/// <param name="Label">The place in words.</param>
/// <param name="Text">What each side changed, for people.</param>
public sealed record Conflict(string Path, string Label, JsonElement? Base, JsonElement? Theirs, JsonElement? Mine, string Text);
