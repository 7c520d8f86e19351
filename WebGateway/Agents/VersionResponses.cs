using System.Text.Json.Serialization;
using AgentManagement.Agents;
using AgentManagement.Domain.Json;
using AgentManagement.Json;
using AgentManagement.Outcomes;

namespace AgentManagement.WebGateway.Agents;

/// <summary>A page of an agent's history, newest first.</summary>
/// <param name="Items">The versions.</param>
/// <param name="NextCursor">The <c>cursor</c> of the next page; null on the last.</param>
internal sealed record VersionListResponse(ImmutableArray<VersionResponse> Items, string? NextCursor)
{
    public static VersionListResponse Of(Page<AgentVersion> page) =>
        new([.. page.Items.Select(VersionResponse.Of)], page.NextCursor);
}

/// <summary>A line of an agent's history.</summary>
/// <param name="Version">The version that the change made.</param>
/// <param name="At">When.</param>
/// <param name="Actor">Who.</param>
/// <param name="Kind">agent_created, agent_updated, agent_activated …</param>
/// <param name="Note">The reason or note that the actor gave.</param>
/// <param name="Fields">
/// JSON pointers of what the change changed, to the sections of the configuration; empty of the first version, and of templates.
/// </param>
internal sealed record VersionResponse(
    int Version, DateTimeOffset At, string Actor, string Kind, string? Note, ImmutableArray<string> Fields)
{
    public static VersionResponse Of(AgentVersion version) =>
        new(version.Version, version.At, version.Actor, version.Kind, version.Note, version.Fields);
}

/// <summary>What two versions have different.</summary>
/// <param name="Differences">Place by place.</param>
/// <param name="Risks">What that means, in words, the gravest first.</param>
internal sealed record ComparisonResponse(ImmutableArray<DifferenceResponse> Differences, ImmutableArray<RiskResponse> Risks)
{
    public static ComparisonResponse Of(AgentComparison comparison) =>
        new([.. comparison.Differences.Select(DifferenceResponse.Of)], [.. comparison.Risks.Select(RiskResponse.Of)]);
}

/// <summary>What a change means.</summary>
/// <param name="Code">guardrail_weakened, tool_added, prompt_changed …: stable, for programs.</param>
/// <param name="Level">high, medium or low.</param>
/// <param name="Text">For people.</param>
/// <param name="Places">Where, in words: config.guardrails.moderation. Of many the first ten.</param>
/// <param name="Count">At how many places.</param>
internal sealed record RiskResponse(string Code, string Level, string Text, ImmutableArray<string> Places, int Count)
{
    public static RiskResponse Of(Risk risk) => new(risk.Code, risk.Level, risk.Text, risk.Places, risk.Count);
}

/// <summary>One difference between two versions.</summary>
/// <param name="Op">add, remove, replace, or reorder: what both have is in another order.</param>
/// <param name="Path">JSON pointer into the newer content; of what was removed, into the older.</param>
/// <param name="Label">The place in words: config.tools[search].timeoutSeconds.</param>
/// <param name="From">The older value; absent for add. For reorder the keys in their older order.</param>
/// <param name="To">The newer value; absent for remove. For reorder the keys in their newer order.</param>
internal sealed record DifferenceResponse(
    string Op, string Path, string Label,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonText? From = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonText? To = null)
{
    public static DifferenceResponse Of(DiffOperation operation) =>
        new(operation.Op, operation.Path, operation.Label, operation.From, operation.To);
}
