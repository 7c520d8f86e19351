using System.Text.Json;
using System.Text.Json.Serialization;
using System.Xml;

namespace AgentManagement.Client;

/// <summary>A change of what a label has of some agents, with its plan, its approvals and how far it is.</summary>
/// <param name="Kind">release, rollback or bypass.</param>
/// <param name="Status">open, ready, running, paused, completed, rejected, cancelled, expired or rolled_back.</param>
/// <param name="PlanHash">Of all that an approval is of; what <see cref="ReleasesApi.ApproveAsync"/> names.</param>
/// <param name="Version">Rises, with gaps; what <see cref="WriteOptions.IfMatch"/> names.</param>
public sealed record Release(
    string Id, string Label, string Kind, string Status, IReadOnlyList<ReleaseItem> Items, string PlanHash, int Version,
    DateTimeOffset ExpiresAt, DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset UpdatedAt)
{
    /// <summary>By which steps; null for at once.</summary>
    public Rollout? Rollout { get; init; }

    /// <summary>The step that holds, from 0; null outside of a rollout.</summary>
    public int? Step { get; init; }

    /// <summary>When that was applied, or gone on with.</summary>
    public DateTimeOffset? StepAt { get; init; }

    /// <summary>Those who wrote what is released.</summary>
    public IReadOnlyList<string> Authors { get; init; } = [];

    /// <summary>Those of another plan than this do not count.</summary>
    public IReadOnlyList<Approval> Approvals { get; init; } = [];
    public IReadOnlyList<Verdict> Verdicts { get; init; } = [];

    /// <summary>Why it did not go on when that was last tried.</summary>
    public IReadOnlyList<Gate> Blocked { get; init; } = [];
    public string? Note { get; init; }

    /// <summary>Why it was bypassed or taken back.</summary>
    public string? Reason { get; init; }

    /// <summary>When it starts by itself; null for when it is told to.</summary>
    public DateTimeOffset? StartAt { get; init; }

    /// <summary>The label's revision that its last step made; null before the first.</summary>
    public int? LabelRevision { get; init; }

    /// <summary>The release that it takes back.</summary>
    public string? RollbackOf { get; init; }

    /// <summary>Whether nothing comes after it but a rollback.</summary>
    [JsonIgnore] public bool HasEnded => Status is not ("open" or "ready" or "running" or "paused");
}

/// <summary>One agent's part of a release.</summary>
/// <param name="Version">The version that the label is to have of it; null for none.</param>
/// <param name="Expect">The version that the label must have until then; null for none.</param>
/// <param name="DocumentHash">Of the version, as the audit trail has it.</param>
public sealed record ReleaseItem(string Agent, int? Version, int? Expect, string? DocumentHash);

/// <summary>The steps by which a release comes to all keys.</summary>
/// <param name="Steps">With rising weights; after the last one all keys have it.</param>
/// <param name="OnFailure">pause, which is usual, or rollback: what a bad verdict does.</param>
public sealed record Rollout(IReadOnlyList<RolloutStep> Steps, string? OnFailure = null);

/// <summary>A step of a rollout.</summary>
/// <param name="Weight">How many of 100,000 keys have the new versions.</param>
/// <param name="MinDuration">How long it is watched before the next; whole seconds.</param>
/// <param name="Gate">What the next one waits for, too: approval or verdict; null for nothing.</param>
public sealed record RolloutStep(
    int Weight, [property: JsonConverter(typeof(DurationConverter))] TimeSpan MinDuration = default, string? Gate = null);

/// <summary>That somebody approved of a plan, or rejected it.</summary>
/// <param name="Verdict">approve or reject.</param>
/// <param name="PlanHash">Of the plan that was looked at.</param>
public sealed record Approval(string By, DateTimeOffset At, string Verdict, string PlanHash, string? Comment);

/// <summary>What an evaluation or a monitor says of a release.</summary>
/// <param name="Value">What was measured.</param>
/// <param name="Url">Where more is said.</param>
public sealed record Verdict(string Name, bool Ok, double? Value, string? Url, DateTimeOffset At, string By);

/// <summary>Why a release does not go on.</summary>
/// <param name="Code">For programs.</param>
/// <param name="Detail">For people.</param>
/// <param name="Agent">The agent that it is about; null where it is about all.</param>
public sealed record Gate(string Code, string Detail, string? Agent);

/// <summary>What a check says of a version of an agent.</summary>
public sealed record Check(string Name, bool Ok, string? Url, DateTimeOffset At, string By);

/// <summary>What to release, where, and by which steps.</summary>
/// <param name="Items">1 to 100 agents, all of them at once.</param>
public sealed record ReleasePlan(string Label, IReadOnlyList<PlannedItem> Items)
{
    /// <summary>Null for all keys at once.</summary>
    public Rollout? Rollout { get; init; }

    /// <summary>When it starts by itself, once it is ready; null for when it is told to.</summary>
    public DateTimeOffset? StartAt { get; init; }

    /// <summary>When it ends unless it has started; by default in a week, or a week after <see cref="StartAt"/>.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Kept in the history.</summary>
    public string? Note { get; init; }
}

/// <summary>One agent's part of a plan.</summary>
/// <param name="Version">The version to have; null for none.</param>
public sealed record PlannedItem(string Agent, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? Version)
{
    /// <summary>The version that the label must have until then; 0 for none, null for the one that it has now.</summary>
    [JsonConverter(typeof(NoneAsNullConverter))]
    public int? Expect { get; init; }
}

/// <summary>What an evaluation or a monitor has to say.</summary>
/// <param name="Ok">If not, a rollout is paused or taken back.</param>
public sealed record ReportedVerdict(string Name, bool Ok, double? Value = null, string? Url = null);

/// <summary>What a check has to say.</summary>
public sealed record ReportedCheck(string Name, bool Ok, string? Url = null);

/// <summary>What a write of a release would do.</summary>
/// <param name="Kind">The kind of the change that it would make; null for none.</param>
/// <param name="Release">The release as it would be; null when it is not valid.</param>
/// <param name="Gates">All that keeps it from starting, or would.</param>
public sealed record ReleaseDryRun(
    bool Valid, IReadOnlyList<Issue> Issues, string? Kind, Release? Release, IReadOnlyList<Gate> Gates);

/// <summary>What a release changes of an agent.</summary>
/// <param name="From">The version before; null for none.</param>
/// <param name="To">The version after; null for none.</param>
/// <param name="Differences">Null where one of the versions is not there or not kept, or they differ too much.</param>
/// <param name="Risks">What they mean, the gravest first; null where they are not told.</param>
public sealed record ReleaseDifference(
    string Agent, int? From, int? To, IReadOnlyList<Difference>? Differences, IReadOnlyList<Risk>? Risks);

/// <summary>Which releases a list has.</summary>
public sealed record ReleaseFilter
{
    public string? Label { get; init; }
    public string? Status { get; init; }

    /// <summary>Releases on a page, 1 to 200.</summary>
    public int PageSize { get; init; } = 50;
}

internal sealed record ReleaseDifferences(IReadOnlyList<ReleaseDifference> Items);

internal sealed record CheckList(IReadOnlyList<Check> Items);

internal sealed record VoteBody(string PlanHash, string? Comment);

internal sealed record ReasonBody(string Reason);

internal sealed record BypassBody(
    string Label, IReadOnlyList<PlannedItem> Items, Rollout? Rollout, DateTimeOffset? StartAt, DateTimeOffset? ExpiresAt, string? Note,
    string Reason);

/// <summary>A duration as ISO 8601 has it: PT1H.</summary>
internal sealed class DurationConverter : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return XmlConvert.ToTimeSpan(reader.GetString()!);
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            throw new JsonException("Not a duration.", exception);
        }
    }

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
        writer.WriteStringValue(XmlConvert.ToString(value));
}

/// <summary>0 is written as null, where null is not written at all.</summary>
internal sealed class NoneAsNullConverter : JsonConverter<int>
{
    public override int Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetInt32();

    public override void Write(Utf8JsonWriter writer, int value, JsonSerializerOptions options)
    {
        if (value == 0) writer.WriteNullValue();
        else writer.WriteNumberValue(value);
    }
}
