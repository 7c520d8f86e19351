using System.Text.Json.Serialization;
using AgentManagement.Agents;
using AgentManagement.Outcomes;
using AgentManagement.WebGateway.Http;

namespace AgentManagement.WebGateway.Agents;

/// <summary>What validation found.</summary>
/// <param name="Valid">Whether a write of this content would be accepted.</param>
/// <param name="Issues">Errors and warnings.</param>
internal sealed record ValidationResponse(bool Valid, ImmutableArray<IssueResponse> Issues)
{
    public static ValidationResponse Of(ImmutableArray<Issue> issues) =>
        new(issues.All(issue => issue.Severity != IssueSeverity.Error), IssueResponse.Of(issues));
}

/// <summary>One thing that validation found.</summary>
/// <param name="Severity">error, which refuses a write, or warning.</param>
/// <param name="Code">Stable, for programs.</param>
/// <param name="Pointer">JSON pointer (RFC 6901) into the body.</param>
/// <param name="Message">For people.</param>
internal sealed record IssueResponse(string Severity, string Code, string Pointer, string Message)
{
    public static ImmutableArray<IssueResponse> Of(ImmutableArray<Issue> issues) =>
    [
        .. issues.Select(issue => new IssueResponse(
            issue.Severity == IssueSeverity.Error ? "error" : "warning", issue.Code, issue.Pointer, issue.Message)),
    ];
}

/// <summary>What a write would do, asked with <c>dryRun=true</c>. Nothing was changed.</summary>
/// <param name="Valid">Whether it would be accepted.</param>
/// <param name="Issues">Errors and warnings.</param>
/// <param name="Effect">What it would do; null when nothing, or when it is not valid.</param>
/// <param name="Conflicts">What two sides changed differently, because of which it would be refused; absent when there is none.</param>
/// <param name="Merged">After a merge: the places where somebody else's change would be kept, in words. Absent otherwise.</param>
/// <param name="Referrers">What refers to what is to go; absent when nothing does.</param>
internal sealed record DryRunResponse(
    bool Valid, ImmutableArray<IssueResponse> Issues, EffectResponse? Effect,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableArray<ConflictResponse>? Conflicts = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableArray<string>? Merged = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableArray<ReferrerResponse>? Referrers = null)
{
    /// <summary>The answer to a dry run; null when the write would be refused for another reason than its content.</summary>
    public static DryRunResponse? Of(Outcome<AgentChange> outcome) => outcome switch
    {
        { IsOk: true, Value: { } change } => new(
            true, IssueResponse.Of(outcome.Issues), EffectResponse.Of(change),
            Merged: change.Merged is { IsEmpty: false } merged ? merged : null,
            Referrers: ReferrerResponse.Of(outcome.Referrers)),
        { Kind: OutcomeKind.Invalid } => new(false, IssueResponse.Of(outcome.Issues), null),
        { Referrers.IsEmpty: false } => new(
            false, IssueResponse.Of(outcome.Issues), null, Referrers: ReferrerResponse.Of(outcome.Referrers)),
        { Conflicts.IsEmpty: false } => new(false, [], null, ConflictResponse.Of(outcome.Conflicts)),
        _ => null,
    };
}

/// <summary>The effect that a write would have.</summary>
/// <param name="Kind">agent_created, agent_updated …</param>
/// <param name="Version">The version that it would make; null for a purge.</param>
/// <param name="Agent">The agent as it would be; null for a purge.</param>
/// <param name="Differences">What would differ from now in the content; absent for a new agent, or where it is too much to tell.</param>
/// <param name="Risks">What that means, in words, the gravest first; absent for a new agent.</param>
internal sealed record EffectResponse(
    string Kind, int? Version, AgentResponse? Agent,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableArray<DifferenceResponse>? Differences = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableArray<RiskResponse>? Risks = null)
{
    public static EffectResponse? Of(AgentChange change) => change.Kind is null
        ? null
        : new(change.Kind, change.Agent?.Version, change.Agent is null ? null : AgentResponse.Of(change),
            change.Differences is { } all ? [.. all.Select(DifferenceResponse.Of)] : null,
            change.Risks is { } risks ? [.. risks.Select(RiskResponse.Of)] : null);
}
