using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml;
using AgentManagement.Configuration;
using AgentManagement.Domain.Json;
using AgentManagement.Outcomes;
using AgentManagement.Releases;
using AgentManagement.WebGateway.Agents;
using AgentManagement.WebGateway.Http;

namespace AgentManagement.WebGateway.Releases;

/// <summary>What has to hold before a version gets to a label.</summary>
internal sealed record LabelRequest : IBody<LabelRequest>
{
    [Description("What it is for."), MaxLength(AgentBounds.MaxNoteCharacters)]
    public string? Description { get; init; }

    [Description("The label that must have a version as its stable one before."), RegularExpression(LabelName.Pattern)]
    public string? From { get; init; }

    [Description("How many must approve of a release; 0 when absent."), Range(0, LabelPolicy.MaxApprovals)]
    public int? Approvals { get; init; }

    [Description("Whether those who wrote what is released do not count as approving; whoever made the release never counts.")]
    public bool? ExcludeAuthors { get; init; }

    [Description("Whether taking back a release that has completed needs the same approvals.")]
    public bool? RollbackNeedsApproval { get; init; }

    [Description("When nothing is released."), MaxLength(LabelPolicy.MaxFreezes)]
    public IReadOnlyList<FreezeRequest>? Freezes { get; init; }

    [Description("Names of the checks that each version must have passed.")]
    [MaxLength(LabelPolicy.MaxChecks), EachItem(MinLength = 1, MaxLength = 100, Unique = true)]
    public IReadOnlyList<string>? Checks { get; init; }

    [Description("Kept in the history."), MaxLength(AgentBounds.MaxNoteCharacters)]
    public string? Note { get; init; }

    public LabelPolicy ToPolicy() => new()
    {
        Description = Description, From = From, Approvals = Approvals ?? 0, ExcludeAuthors = ExcludeAuthors == true,
        RollbackNeedsApproval = RollbackNeedsApproval == true, Checks = [.. Checks ?? []],
        Freezes = [.. (Freezes ?? []).Select(freeze => new Freeze(freeze.From, freeze.To, freeze.Reason))],
    };
}

/// <summary>A time in which nothing is released.</summary>
internal sealed record FreezeRequest
{
    [Description("From this time on.")]
    public required DateTimeOffset From { get; init; }

    [Description("Up to this time.")]
    public required DateTimeOffset To { get; init; }

    [Description("Why."), Length(1, AgentBounds.MaxNoteCharacters)]
    public required string Reason { get; init; }
}

/// <summary>What to release, where, and by which steps.</summary>
internal sealed record ReleaseRequest : IBody<ReleaseRequest>
{
    [Description("Where to."), RegularExpression(LabelName.Pattern)]
    public required string Label { get; init; }

    [Description("What, all of it at once."), Length(1, Release.MaxItems)]
    public required IReadOnlyList<ReleaseItemRequest> Items { get; init; }

    [Description("By which steps; absent or null for all keys at once.")]
    public RolloutRequest? Rollout { get; init; }

    [Description("When it starts by itself, once it is ready; absent or null for when it is told to.")]
    public DateTimeOffset? StartAt { get; init; }

    [Description("When it ends unless it has started; a week from now, or from startAt, when absent.")]
    public DateTimeOffset? ExpiresAt { get; init; }

    [Description("Kept in the history."), MaxLength(AgentBounds.MaxNoteCharacters)]
    public string? Note { get; init; }

    [Description("With bypass=true, why: kept in the history."), Length(1, AgentBounds.MaxNoteCharacters)]
    public string? Reason { get; init; }

    public static IEnumerable<Issue> Check(JsonElement body) => RolloutRequest.Check(body);

    public ReleasePlan ToPlan() => new()
    {
        Items = [.. Items.Select(item => item.ToItem())], Rollout = Rollout?.ToRollout(), StartAt = StartAt, ExpiresAt = ExpiresAt,
        Note = Note,
    };
}

/// <summary>One agent's part of a release.</summary>
internal sealed record ReleaseItemRequest
{
    [Description("The agent."), RegularExpression(AgentBounds.IdPattern)]
    public required string Agent { get; init; }

    [Description("The version that the label is to have of it; null for none."), Range(1, int.MaxValue)]
    public required int? Version { get; init; }

    [Description("The version that the label must have until then, null for none; absent for the one that it has now.")]
    [Range(1, int.MaxValue)]
    public int? Expect
    {
        get;
        init => (field, IsExpectationGiven) = (value, true);
    }

    internal bool IsExpectationGiven { get; private init; }

    public PlannedItem ToItem() => new(Agent, Version, Expect, ExpectsAny: !IsExpectationGiven);
}

/// <summary>The steps by which a release comes to all keys.</summary>
internal sealed partial record RolloutRequest
{
    [Description("With rising weights; after the last one all keys have it."), Length(1, Release.MaxSteps)]
    public required IReadOnlyList<RolloutStepRequest> Steps { get; init; }

    [Description("What a bad verdict does; pause when absent."), AllowedValues("pause", "rollback")]
    public string? OnFailure { get; init; }

    [Description("The part of the label's runtimes that a gate for adoption waits for; 0.95 when absent."), Range(0.0001, 1.0)]
    public double? MinAdoption { get; init; }

    public Rollout ToRollout() => new(
        [.. Steps.Select(step => new RolloutStep(
            step.Weight, step.MinDuration is { } duration ? XmlConvert.ToTimeSpan(duration) : TimeSpan.Zero, step.Gate))],
        OnFailure == "rollback", MinAdoption);

    /// <summary>Durations that look like some and are none.</summary>
    public static IEnumerable<Issue> Check(JsonElement body)
    {
        if (body.Member("rollout")?.Member("steps") is not { ValueKind: JsonValueKind.Array } steps) yield break;
        foreach (var (index, step) in steps.EnumerateArray().Index())
        {
            if (step.ValueKind != JsonValueKind.Object || step.Text("minDuration") is not { } text || !Duration().IsMatch(text)) continue;
            if (!IsDuration(text))
            {
                yield return Issue.Error("wrong_format", $"/rollout/steps/{index}/minDuration", "Must be a duration of ISO 8601: PT1H.");
            }
        }
    }

    private static bool IsDuration(string text)
    {
        try
        {
            _ = XmlConvert.ToTimeSpan(text);
            return true;
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            return false;
        }
    }

    [GeneratedRegex(RolloutStepRequest.DurationPattern, RegexOptions.CultureInvariant)]
    private static partial Regex Duration();
}

/// <summary>A step of a rollout.</summary>
internal sealed record RolloutStepRequest
{
    public const string DurationPattern = "^P([0-9]{1,4}D)?(T([0-9]{1,6}H)?([0-9]{1,6}M)?([0-9]{1,7}S)?)?$";

    [Description("How many of 100,000 keys have the new versions."), Range(1, Release.FullWeight)]
    public required int Weight { get; init; }

    [Description("How long it is watched before the next, as ISO 8601 has it: PT1H, P1D; nothing when absent.")]
    [RegularExpression(DurationPattern)]
    public string? MinDuration { get; init; }

    [Description("What the next one waits for, too: approval, that somebody advances it; a good verdict; adoption by runtimes.")]
    [AllowedValues(StepGate.Approval, StepGate.Verdict, StepGate.Adoption)]
    public string? Gate { get; init; }
}

/// <summary>Another plan of a release that has not started: a JSON merge patch of it. Approvals are void then.</summary>
internal sealed record ChangeReleaseRequest : IBody<ChangeReleaseRequest>
{
    [Description("What to release instead."), Length(1, Release.MaxItems)]
    public IReadOnlyList<ReleaseItemRequest>? Items { get; init; }

    [Description("By which steps instead; null for none.")]
    public RolloutRequest? Rollout
    {
        get;
        init => (field, ChangesRollout) = (value, true);
    }

    [Description("When it starts instead; null for when it is told to.")]
    public DateTimeOffset? StartAt
    {
        get;
        init => (field, ChangesStart) = (value, true);
    }

    [Description("When it ends unless it has started.")]
    public DateTimeOffset? ExpiresAt { get; init; }

    [Description("Kept in the history."), MaxLength(AgentBounds.MaxNoteCharacters)]
    public string? Note { get; init; }

    internal bool ChangesRollout { get; private init; }

    internal bool ChangesStart { get; private init; }

    public static BodyMetadata Description { get; } = new(
        RequestBody.MergePatch, IsRequired: true, BodySchema<ChangeReleaseRequest>.Schema, nameof(ChangeReleaseRequest));

    public static IEnumerable<Issue> Check(JsonElement body) => RolloutRequest.Check(body);
}

/// <summary>That the caller has looked at exactly this plan.</summary>
internal sealed record VoteRequest : IBody<VoteRequest>
{
    [Description("The plan's hash, as the release has it."), RegularExpression("^[0-9a-f]{64}$")]
    public required string PlanHash { get; init; }

    [Description("Kept in the history."), Length(1, AgentBounds.MaxNoteCharacters)]
    public string? Comment { get; init; }
}

/// <summary>Why a release is taken back.</summary>
internal sealed record RollbackReleaseRequest : IBody<RollbackReleaseRequest>
{
    [Description("Kept in the history."), Length(1, AgentBounds.MaxNoteCharacters)]
    public required string Reason { get; init; }
}

/// <summary>What an evaluation or a monitor says of a release.</summary>
internal sealed record VerdictRequest : IBody<VerdictRequest>
{
    [Description("What was looked at; a later verdict of the same name takes its place."), Length(1, 100)]
    public required string Name { get; init; }

    [Description("Whether all is well. If not, a rollout is paused or taken back.")]
    public required bool Ok { get; init; }

    [Description("What was measured.")]
    public double? Value { get; init; }

    [Description("Where more is said."), MaxLength(2_000)]
    public string? Url { get; init; }
}

/// <summary>What a check says of a version of an agent.</summary>
internal sealed record CheckRequest : IBody<CheckRequest>
{
    [Description("The check; what it said before of the version is replaced."), Length(1, 100)]
    public required string Name { get; init; }

    [Description("Whether it has passed.")]
    public required bool Ok { get; init; }

    [Description("Where more is said."), MaxLength(2_000)]
    public string? Url { get; init; }
}

/// <summary>The version that a label is to have.</summary>
internal sealed record AssignRequest : IBody<AssignRequest>
{
    [Description("The version; null for none."), Range(1, int.MaxValue)]
    public required int? Version { get; init; }

    [Description("Kept in the history."), MaxLength(AgentBounds.MaxNoteCharacters)]
    public string? Note { get; init; }
}
