using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;
using AgentManagement.Changes;
using AgentManagement.Json;

namespace AgentManagement.Domain.Agents;

/// <summary>What a change did to an agent, section by section, as the log keeps it.</summary>
public sealed record ChangedParts(
    ImmutableArray<string> Fields, ImmutableArray<string> ToolsAdded, ImmutableArray<string> ToolsRemoved,
    bool ApplyToNewInteractions, bool NotifySessions, bool ForceUpdateSessions)
{
    /// <summary>The fields from which <see cref="SearchKeys"/> has tags, tools, hand-offs and models.</summary>
    public static readonly FrozenSet<string> Terms = FrozenSet.Create("/tags", "/config/tools", "/config/handoffs", "/config/model");

    /// <summary>What the agent uses that does not work any more, after the change.</summary>
    [JsonPropertyName("degradedTools")]
    public ImmutableArray<string> Degraded { get; init; } = [];

    /// <param name="before">The agent before; null for a new one.</param>
    /// <param name="after">The agent after.</param>
    /// <param name="statusAfter">Its status after; null once it is purged.</param>
    /// <param name="policy">What the editor asks of running sessions.</param>
    public static ChangedParts Between(AgentDocument? before, AgentDocument after, string? statusAfter, UpdatePolicy policy)
    {
        var newConfig = StrictJson.Parse(after.Config);
        if (before is null) return Of([], ToolIds(newConfig).Distinct(), [], policy);

        var oldConfig = StrictJson.Parse(before.Config);
        var (oldTools, newTools) = (ToolIds(oldConfig).ToHashSet(), ToolIds(newConfig).ToHashSet());
        return Of(
            ChangedFields(before, after, statusAfter).Concat(ChangedSections(oldConfig, newConfig)),
            newTools.Except(oldTools), oldTools.Except(newTools), policy) with
        { Degraded = after.Degraded };
    }

    public ChangeDetails ToDetails() =>
        new(Fields, ToolsAdded, ToolsRemoved, new(ApplyToNewInteractions, NotifySessions, ForceUpdateSessions))
        {
            Degraded = Degraded,
        };

    private static ChangedParts Of(
        IEnumerable<string> fields, IEnumerable<string> toolsAdded, IEnumerable<string> toolsRemoved, UpdatePolicy policy) =>
        new([.. fields], [.. toolsAdded], [.. toolsRemoved], policy.ApplyToNewInteractions, policy.NotifySessions,
            policy.ForceUpdateSessions);

    private static IEnumerable<string> ChangedFields(AgentDocument before, AgentDocument after, string? statusAfter)
    {
        if (before.Name != after.Name) yield return "/name";
        if (before.Description != after.Description) yield return "/description";
        if (before.Type != after.Type) yield return "/type";
        if (before.Status != statusAfter) yield return "/status";
        if (!before.Tags.SequenceEqual(after.Tags)) yield return "/tags";
        if (before.Metadata != after.Metadata) yield return "/metadata";
        if (before.Appearance?.Icon != after.Appearance?.Icon) yield return "/icon";
        if (before.Appearance?.Category != after.Appearance?.Category) yield return "/category";
        if (before.Appearance?.Author != after.Appearance?.Author) yield return "/author";
        if (before.Appearance?.Licence != after.Appearance?.Licence) yield return "/licence";
        if (before.Appearance?.Homepage != after.Appearance?.Homepage) yield return "/homepage";
        if (!before.Degraded.SequenceEqual(after.Degraded)) yield return "/degraded";
    }

    private static IEnumerable<string> ChangedSections(JsonElement before, JsonElement after) =>
        from name in Names(before).Union(Names(after))
        where TextOf(before, name) != TextOf(after, name)
        select JsonPointer.Append("/config", name);

    private static IEnumerable<string> Names(JsonElement config) => config.EnumerateObject().Select(member => member.Name);

    private static JsonText? TextOf(JsonElement config, string name) =>
        config.TryGetProperty(name, out var section) ? StrictJson.Compact(section) : null;

    private static IEnumerable<string> ToolIds(JsonElement config) =>
        config.TryGetProperty("tools", out var tools) && tools.ValueKind == JsonValueKind.Array
            ? tools.EnumerateArray().Select(tool => tool.GetProperty("id").GetString()!)
            : [];
}
