using System.Text.Json.Serialization;
using AgentManagement.Outcomes;
using AgentManagement.WebGateway.Agents;
using AgentManagement.WebGateway.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace AgentManagement.WebGateway.Problems;

/// <summary>The body of every answer of 400 and above (RFC 9457, <c>application/problem+json</c>).</summary>
/// <param name="Type"><c>urn:agent-management:problem:{code}</c>.</param>
/// <param name="Title">The status in words.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">Stable, for programs: <c>not_found</c>, <c>quota_exceeded</c> …</param>
/// <param name="Detail">What happened, for people; never repeats a value of the request's body.</param>
/// <param name="CorrelationId">Finds the request in the logs.</param>
/// <param name="Errors">The fields that were refused; empty when it is not about fields.</param>
/// <param name="Conflicts">What two sides changed differently; absent when it is not about a merge.</param>
/// <param name="CurrentVersion">
/// The version that there is, when the one that was named is not; as ETag, too. Absent when it is not about a version.
/// </param>
/// <param name="Referrers">What refers to what was to go; absent when that is not why it stays.</param>
/// <param name="Key">Of OpenFeature's protocol, the flag; absent elsewhere.</param>
/// <param name="ErrorCode">
/// Of OpenFeature's protocol: PARSE_ERROR, INVALID_CONTEXT, TARGETING_KEY_MISSING, FLAG_NOT_FOUND or GENERAL; absent elsewhere.
/// </param>
/// <param name="ErrorDetails">Of OpenFeature's protocol, the same as detail; absent elsewhere.</param>
internal sealed record ProblemBody(
    string Type, string Title, int Status, string Code, string Detail, string CorrelationId, ImmutableArray<ProblemError> Errors,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableArray<ConflictResponse>? Conflicts = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? CurrentVersion = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableArray<ReferrerResponse>? Referrers = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Key = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ErrorCode = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ErrorDetails = null)
{
    public const string ContentType = "application/problem+json";

    public static ProblemBody Of(Problem refused, string correlationId) => new(
        $"urn:agent-management:problem:{refused.Code}", ReasonPhrases.GetReasonPhrase(refused.Status), refused.Status, refused.Code,
        refused.Detail, correlationId,
        [.. refused.Issues.Where(issue => issue.Severity == IssueSeverity.Error)
            .Select(issue => new ProblemError(issue.Pointer, issue.Code, issue.Message))],
        refused.Conflicts.IsEmpty ? null : ConflictResponse.Of(refused.Conflicts), refused.CurrentVersion,
        ReferrerResponse.Of(refused.Referrers), refused.Flag?.Key, refused.Flag?.Code, refused.Flag is null ? null : refused.Detail);
}

/// <summary>A field that was refused.</summary>
/// <param name="Pointer">JSON pointer (RFC 6901) into the body; empty for the body itself.</param>
/// <param name="Code">Stable, for programs: <c>unknown_field</c>, <c>out_of_range</c> …</param>
/// <param name="Message">For people.</param>
internal sealed record ProblemError(string Pointer, string Code, string Message);
