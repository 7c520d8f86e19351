using System.Xml;
using AgentManagement.Agents;
using AgentManagement.Outcomes;
using AgentManagement.Releases;
using AgentManagement.WebGateway.Agents;

namespace AgentManagement.WebGateway.Releases;

/// <summary>A tenant's name for where versions run.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Of the policy; the ETag.</param>
/// <param name="Revision">Of what it has: it rises with each change of an assignment.</param>
/// <param name="Description">What it is for.</param>
/// <param name="From">The label that must have a version before; null for none.</param>
/// <param name="Approvals">How many must approve of a release.</param>
/// <param name="ExcludeAuthors">Whether those who wrote what is released do not count.</param>
/// <param name="RollbackNeedsApproval">Whether taking back a release that has completed needs the same approvals.</param>
/// <param name="Freezes">When nothing is released.</param>
/// <param name="Checks">The checks that each version must have passed.</param>
/// <param name="Agents">How many agents it has a version of.</param>
/// <param name="UnfinishedReleases">The releases that have not ended.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="CreatedBy">Who made it.</param>
/// <param name="UpdatedAt">When its policy was set.</param>
/// <param name="UpdatedBy">Who set it.</param>
internal sealed record LabelResponse(
    string Name, int Version, int Revision, string? Description, string? From, int Approvals, bool ExcludeAuthors,
    bool RollbackNeedsApproval, ImmutableArray<FreezeResponse> Freezes, ImmutableArray<string> Checks, int Agents,
    ImmutableArray<string> UnfinishedReleases, DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset UpdatedAt, string UpdatedBy)
{
    public static LabelResponse Of(Label label) => new(
        label.Name, label.Version, label.Revision, label.Policy.Description, label.Policy.From, label.Policy.Approvals,
        label.Policy.ExcludeAuthors, label.Policy.RollbackNeedsApproval,
        [.. label.Policy.Freezes.Select(freeze => new FreezeResponse(freeze.From, freeze.To, freeze.Reason))], label.Policy.Checks,
        label.Agents, label.Unfinished, label.CreatedAt, label.CreatedBy, label.UpdatedAt, label.UpdatedBy);
}

/// <summary>A time in which nothing is released.</summary>
/// <param name="From">From this time on.</param>
/// <param name="To">Up to this time.</param>
/// <param name="Reason">Why.</param>
internal sealed record FreezeResponse(DateTimeOffset From, DateTimeOffset To, string Reason);

/// <summary>The tenant's labels.</summary>
/// <param name="Items">In the order of their names.</param>
internal sealed record LabelListResponse(ImmutableArray<LabelResponse> Items);

/// <summary>What a write of a label would do, asked with <c>dryRun=true</c>. Nothing was changed.</summary>
/// <param name="Valid">Whether it would be accepted.</param>
/// <param name="Issues">Errors and warnings.</param>
/// <param name="Label">The label as it would be; null for none.</param>
internal sealed record LabelDryRunResponse(bool Valid, ImmutableArray<IssueResponse> Issues, LabelResponse? Label);

/// <summary>All that a label has.</summary>
/// <param name="Label">The label.</param>
/// <param name="Revision">The label's revision; the ETag.</param>
/// <param name="Items">In the order of the agents' ids.</param>
internal sealed record AssignmentListResponse(string Label, int Revision, ImmutableArray<AssignmentResponse> Items);

/// <summary>What a label has of one agent.</summary>
/// <param name="Agent">The agent.</param>
/// <param name="Stable">The version for all whom no rollout concerns; null for none yet.</param>
/// <param name="Candidate">The version that a rollout brings; null outside of one.</param>
/// <param name="Weight">How many of 100,000 keys have the candidate.</param>
/// <param name="Release">The release that made the assignment.</param>
/// <param name="Previous">The version before the stable one.</param>
/// <param name="Revision">The label's revision that made the assignment.</param>
internal sealed record AssignmentResponse(
    string Agent, int? Stable, int? Candidate, int Weight, string Release, int? Previous, int Revision)
{
    public static AssignmentResponse Of(Assignment assignment) => new(
        assignment.AgentId, assignment.Stable, assignment.Candidate, assignment.Weight, assignment.Release, assignment.Previous,
        assignment.Revision);
}

/// <summary>A change of what a label has of some agents.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Label">The label.</param>
/// <param name="Kind">release, rollback or bypass.</param>
/// <param name="Status">open, ready, running, paused, completed, rejected, cancelled, expired or rolled_back.</param>
/// <param name="Step">The step that holds, from 0; null outside of a rollout.</param>
/// <param name="Items">What is released, all of it at once.</param>
/// <param name="Rollout">By which steps; null for at once.</param>
/// <param name="PlanHash">Of all that an approval is of.</param>
/// <param name="Authors">Those who wrote what is released.</param>
/// <param name="Approvals">Who approved of it or rejected it; of another plan than this they do not count.</param>
/// <param name="Verdicts">What evaluations and monitors say.</param>
/// <param name="Blocked">Why it did not go on when that was last tried.</param>
/// <param name="Note">Of whoever made it.</param>
/// <param name="Reason">Why it was bypassed or taken back.</param>
/// <param name="StartAt">When it starts by itself; null for when it is told to.</param>
/// <param name="ExpiresAt">When it ends unless it has started.</param>
/// <param name="StepAt">When the step that holds was applied, or gone on with.</param>
/// <param name="LabelRevision">The label's revision that its last step made; null before the first.</param>
/// <param name="RollbackOf">The release that it takes back.</param>
/// <param name="Version">Of the release; the ETag. It rises, with gaps.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="CreatedBy">Who made it.</param>
/// <param name="UpdatedAt">When it was changed last.</param>
internal sealed record ReleaseResponse(
    string Id, string Label, string Kind, string Status, int? Step, ImmutableArray<ReleaseItemResponse> Items, RolloutResponse? Rollout,
    string PlanHash, ImmutableArray<string> Authors, ImmutableArray<ApprovalResponse> Approvals, ImmutableArray<VerdictResponse> Verdicts,
    ImmutableArray<GateResponse> Blocked, string? Note, string? Reason, DateTimeOffset? StartAt, DateTimeOffset ExpiresAt,
    DateTimeOffset? StepAt, int? LabelRevision, string? RollbackOf, int Version, DateTimeOffset CreatedAt, string CreatedBy,
    DateTimeOffset UpdatedAt)
{
    public static ReleaseResponse Of(Release release) => new(
        release.Id, release.Label, release.Kind, release.Status, release.Step,
        [.. release.Items.Select(item => new ReleaseItemResponse(item.AgentId, item.Version, item.Expected, item.DocumentHash))],
        release.Rollout is { } rollout ? RolloutResponse.Of(rollout) : null, release.PlanHash, release.Authors,
        [.. release.Approvals.Select(each => new ApprovalResponse(
            each.By, each.At, each.IsApproved ? "approve" : "reject", each.PlanHash, each.Comment))],
        [.. release.Verdicts.Select(each => new VerdictResponse(each.Name, each.IsOk, each.Value, each.Url, each.At, each.By))],
        GateResponse.Of(release.Blocked), release.Note, release.Reason, release.StartAt, release.ExpiresAt, release.StepAt,
        release.LabelRevision, release.RollbackOf, release.Version, release.CreatedAt, release.CreatedBy, release.UpdatedAt);
}

/// <summary>One agent's part of a release.</summary>
/// <param name="Agent">The agent.</param>
/// <param name="Version">The version that the label is to have of it; null for none.</param>
/// <param name="Expect">The version that the label must have until then; null for none.</param>
/// <param name="DocumentHash">Of the version, as the audit trail has it.</param>
internal sealed record ReleaseItemResponse(string Agent, int? Version, int? Expect, string? DocumentHash);

/// <summary>The steps by which a release comes to all keys.</summary>
/// <param name="Steps">With rising weights.</param>
/// <param name="OnFailure">pause or rollback: what a bad verdict does.</param>
/// <param name="MinAdoption">The part of the label's runtimes that a gate for adoption waits for; null for 0.95.</param>
internal sealed record RolloutResponse(ImmutableArray<RolloutStepResponse> Steps, string OnFailure, double? MinAdoption)
{
    public static RolloutResponse Of(Rollout rollout) => new(
        [.. rollout.Steps.Select(step => new RolloutStepResponse(step.Weight, XmlConvert.ToString(step.MinDuration), step.Gate))],
        rollout.RollsBack ? "rollback" : "pause", rollout.MinAdoption);
}

/// <summary>A step of a rollout.</summary>
/// <param name="Weight">How many of 100,000 keys have the new versions.</param>
/// <param name="MinDuration">How long it is watched before the next, as ISO 8601 has it.</param>
/// <param name="Gate">What the next one waits for, too: approval, verdict or adoption; null for nothing.</param>
internal sealed record RolloutStepResponse(int Weight, string MinDuration, string? Gate);

/// <summary>Who approved of a plan, or rejected it.</summary>
/// <param name="By">Who.</param>
/// <param name="At">When.</param>
/// <param name="Verdict">approve or reject.</param>
/// <param name="PlanHash">Of the plan that was looked at.</param>
/// <param name="Comment">What was said.</param>
internal sealed record ApprovalResponse(string By, DateTimeOffset At, string Verdict, string PlanHash, string? Comment);

/// <summary>What an evaluation or a monitor says.</summary>
/// <param name="Name">What was looked at.</param>
/// <param name="Ok">Whether all is well.</param>
/// <param name="Value">What was measured.</param>
/// <param name="Url">Where more is said.</param>
/// <param name="At">When.</param>
/// <param name="By">Who.</param>
internal sealed record VerdictResponse(string Name, bool Ok, double? Value, string? Url, DateTimeOffset At, string By);

/// <summary>Why a release does not go on.</summary>
/// <param name="Code">For programs.</param>
/// <param name="Detail">For people.</param>
/// <param name="Agent">The agent that it is about; null where it is about all.</param>
internal sealed record GateResponse(string Code, string Detail, string? Agent)
{
    public static ImmutableArray<GateResponse> Of(ImmutableArray<Gate> gates) =>
        [.. gates.Select(gate => new GateResponse(gate.Code, gate.Detail, gate.AgentId))];
}

/// <summary>A page of releases.</summary>
/// <param name="Items">Newest first.</param>
/// <param name="NextCursor">For the next page; null on the last.</param>
internal sealed record ReleaseListResponse(ImmutableArray<ReleaseResponse> Items, string? NextCursor);

/// <summary>What a write of a release would do, asked with <c>dryRun=true</c>. Nothing was changed.</summary>
/// <param name="Valid">Whether it would be accepted.</param>
/// <param name="Issues">Errors and warnings.</param>
/// <param name="Kind">The kind of the change that it would make; null for none.</param>
/// <param name="Release">The release as it would be.</param>
/// <param name="Gates">What keeps it from starting, or would: all of it.</param>
internal sealed record ReleaseDryRunResponse(
    bool Valid, ImmutableArray<IssueResponse> Issues, string? Kind, ReleaseResponse? Release, ImmutableArray<GateResponse> Gates)
{
    /// <summary>The answer to a dry run; null when the write would be refused for another reason than its content or a gate.</summary>
    public static ReleaseDryRunResponse? Of(Outcome<LabelChange> outcome) => outcome switch
    {
        { IsOk: true, Value: { } change } => new(
            true, IssueResponse.Of(outcome.Issues), change.Kind, change.Release is null ? null : ReleaseResponse.Of(change.Release),
            GateResponse.Of(change.Gates)),
        { Kind: OutcomeKind.Invalid } => new(false, IssueResponse.Of(outcome.Issues), null, null, []),
        { Kind: OutcomeKind.Conflict, Issues.IsEmpty: false } => new(
            false, IssueResponse.Of(outcome.Issues), null, null,
            [.. outcome.Issues.Select(issue => new GateResponse(issue.Code, issue.Message, null))]),
        _ => null,
    };
}

/// <summary>What a release changes of each agent.</summary>
/// <param name="Items">In the order of the release.</param>
internal sealed record ReleaseDiffResponse(ImmutableArray<ReleaseDiffItemResponse> Items);

/// <summary>What a release changes of an agent.</summary>
/// <param name="Agent">The agent.</param>
/// <param name="From">The version before; null for none.</param>
/// <param name="To">The version after; null for none.</param>
/// <param name="Differences">From one to the other; null where one of them is not there or not kept, or they differ too much.</param>
/// <param name="Risks">What they mean, in words, the gravest first; null where they are not told.</param>
internal sealed record ReleaseDiffItemResponse(
    string Agent, int? From, int? To, ImmutableArray<DifferenceResponse>? Differences, ImmutableArray<RiskResponse>? Risks);

/// <summary>What checks say of a version.</summary>
/// <param name="Items">In the order of their names.</param>
internal sealed record CheckListResponse(ImmutableArray<CheckResponse> Items);

/// <summary>What a check says of a version.</summary>
/// <param name="Name">The check.</param>
/// <param name="Ok">Whether it has passed.</param>
/// <param name="Url">Where more is said.</param>
/// <param name="At">When it was reported.</param>
/// <param name="By">Who reported it.</param>
internal sealed record CheckResponse(string Name, bool Ok, string? Url, DateTimeOffset At, string By)
{
    public static CheckResponse Of(VersionCheck check) => new(check.Name, check.IsOk, check.Url, check.At, check.By);
}
