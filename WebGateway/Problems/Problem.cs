using System.Globalization;
using AgentManagement.Outcomes;
using AgentManagement.ServiceDefaults.Hosting;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Observability;
using Microsoft.Net.Http.Headers;

namespace AgentManagement.WebGateway.Problems;

/// <summary>An answer of 400 and above: what every refusal, wherever it is decided, is written as.</summary>
internal sealed record Problem(int Status, string Code, string Detail) : IResult, IStatusCodeHttpResult
{
    /// <summary>The fields that were refused.</summary>
    public ImmutableArray<Issue> Issues { get; init; } = [];

    /// <summary>What two sides changed differently.</summary>
    public ImmutableArray<MergeConflict> Conflicts { get; init; } = [];

    /// <summary>What refers to what was to go.</summary>
    public ImmutableArray<Referrer> Referrers { get; init; } = [];

    /// <summary>What OpenFeature's clients are told; null for others.</summary>
    public FlagError? Flag { get; init; }

    /// <summary>The version that there is, when a condition on it did not hold.</summary>
    public int? CurrentVersion { get; init; }

    /// <summary>The media type that the body must have, when it had another.</summary>
    public string? AcceptedType { get; init; }

    /// <summary>After which time it may be tried again; null for no word of it.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether a quota refused.</summary>
    public bool IsOfQuota { get; init; }

    /// <summary>Whether a silo denied it, and so has noted it.</summary>
    public bool IsOfSilo { get; init; }

    /// <summary>Whether it was refused to this caller, and not for what was asked.</summary>
    public bool IsAudited => !IsOfSilo && (IsOfQuota
        || Status is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden or StatusCodes.Status429TooManyRequests);

    /// <summary>The one answer for what is absent and for what is another tenant's.</summary>
    public static Problem NotFound { get; } = For(Outcome.NotFound<object>());

    /// <summary>A request that cannot be understood.</summary>
    public static Problem Malformed(string code, string detail) => new(StatusCodes.Status400BadRequest, code, detail);

    /// <summary>The refusal that a grain decided.</summary>
    public static Problem For<T>(Outcome<T> outcome) =>
        new(OutcomeStatus.Of(outcome.Kind), outcome.Code, outcome.Detail)
        {
            Issues = outcome.Issues, Conflicts = outcome.Conflicts, CurrentVersion = outcome.CurrentVersion,
            Referrers = outcome.Referrers,
            IsOfQuota = outcome.Kind == OutcomeKind.QuotaExceeded,
        };

    private TimeSpan? DefaultRetryAfter => Status == StatusCodes.Status503ServiceUnavailable ? TimeSpan.FromSeconds(1) : null;

    int? IStatusCodeHttpResult.StatusCode => Status;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        RequestLogScope.Of(httpContext).Problem = this;
        httpContext.Response.StatusCode = Status;
        if ((RetryAfter ?? DefaultRetryAfter) is { } wait)
        {
            httpContext.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }
        if (CurrentVersion is { } version) httpContext.Response.Headers.ETag = EntityTag.Of(version);
        if (AcceptedType is not null)
        {
            // RFC 5789 has a field of its own for PATCH; RFC 9110 has this one for all others.
            var field = HttpMethods.IsPatch(httpContext.Request.Method) ? "Accept-Patch" : HeaderNames.Accept;
            httpContext.Response.Headers[field] = AcceptedType;
        }
        var body = ProblemBody.Of(this, CorrelationId.Of(httpContext));
        return httpContext.Response.WriteAsJsonAsync(body, JsonFormat.Options, ProblemBody.ContentType);
    }
}

/// <summary>Ends the request with a refusal from where no result can be returned, such as the binding of a parameter.</summary>
internal sealed class ProblemException(Problem refused) : Exception(refused.Code)
{
    public Problem Problem { get; } = refused;
}
