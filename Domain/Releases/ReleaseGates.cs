using System.Globalization;
using AgentManagement.Outcomes;
using AgentManagement.Releases;

namespace AgentManagement.Domain.Releases;

/// <summary>What has to hold before a release starts or goes on; all that does not is told at once.</summary>
internal static class ReleaseGates
{
    public const string ApprovalRequired = "approval_required";

    /// <summary>What keeps a release from starting.</summary>
    public static ImmutableArray<Gate> OfStart(LabelDocument label, ReleaseDocument release, LabelContext context) =>
    [
        .. OfPlan(label, release, context),
        .. release.Kind == ReleaseKind.Bypass ? [] : OfPolicy(label, release, context),
    ];

    /// <summary>What keeps a rollout from its next step.</summary>
    public static IEnumerable<Gate> OfStep(LabelDocument label, ReleaseDocument release, LabelContext context)
    {
        if (release is not { Rollout: { } rollout, Step: { } index, StepAt: { } since }) yield break;
        if (release.Kind != ReleaseKind.Bypass && FreezeOf(label, context) is { } frozen) yield return frozen;
        var step = rollout.Steps[index];
        var watched = context.Watch.Steps.GetValueOrDefault(release.Id) is { } watch && watch.StepAt == since ? watch.Watched : default;
        if (watched < step.MinDuration)
        {
            yield return new("step_too_young", $"The step is watched for {Text(step.MinDuration)}; {Text(watched)} of it are over.");
        }
        if (step.Gate == StepGate.Verdict && !release.Verdicts.Any(verdict => verdict.IsOk && verdict.At >= since))
        {
            yield return new("verdict_missing", "No verdict has been reported since the step was applied.");
        }
        var share = rollout.MinAdoption ?? AdoptionRules.UsualShare;
        if (step.Gate == StepGate.Adoption && !(context.Adoption?.Share >= share))
        {
            // Without figures: a release that waits is written when what it waits for is another.
            yield return new("not_adopted", string.Create(
                CultureInfo.InvariantCulture, $"Less than {share:0.####} of the label's runtimes report that they have the step."));
        }
        if (release.Verdicts.FirstOrDefault(verdict => !verdict.IsOk) is { } bad)
        {
            yield return new("verdict_failed", $"The verdict '{bad.Name}' is that all is not well.");
        }
    }

    /// <summary>A refusal that tells of all of them, by the code of the first.</summary>
    /// <param name="agentIds">As the caller has them, who is told the place of each.</param>
    public static Outcome<T> Refuse<T>(ImmutableArray<string> agentIds, ImmutableArray<Gate> gates) => Outcome.Refuse<T>(
        OutcomeKind.Conflict, gates[0].Code, gates[0].Detail,
        gates.Select(gate => Issue.Error(
            gate.Code, gate.AgentId is { } agentId ? $"/items/{agentIds.IndexOf(agentId)}" : "", gate.Detail)));

    /// <summary>The same of a release that there is.</summary>
    public static Outcome<T> Refuse<T>(ReleaseDocument release, ImmutableArray<Gate> gates) =>
        Refuse<T>([.. release.Items.Select(item => item.AgentId)], gates);

    /// <summary>How many approvals count.</summary>
    public static int CountApprovals(LabelDocument label, ReleaseDocument release) => release.Approvals
        .Where(approval => approval.IsApproved && approval.PlanHash == release.PlanHash && approval.By != release.CreatedBy
            && !(label.Policy.ExcludeAuthors && release.Authors.Contains(approval.By)))
        .Select(approval => approval.By).Distinct(StringComparer.Ordinal).Count();

    /// <summary>How many approvals a release needs.</summary>
    public static int NeededApprovals(LabelDocument label, string kind) => kind switch
    {
        ReleaseKind.Bypass => 0,
        ReleaseKind.Rollback when !label.Policy.RollbackNeedsApproval => 0,
        _ => label.Policy.Approvals,
    };

    /// <summary>What no bypass passes.</summary>
    private static IEnumerable<Gate> OfPlan(LabelDocument label, ReleaseDocument release, LabelContext context)
    {
        if (release.StartAt > context.Now) yield return new("too_early", $"It is to start at {release.StartAt:u}.");
        foreach (var item in release.Items)
        {
            var stable = label.Assignments.GetValueOrDefault(item.AgentId)?.Stable;
            if (stable != item.Expected)
            {
                yield return new(
                    "stale_expect", $"The label has {Text(stable)} of it, and {Text(item.Expected)} was expected.", item.AgentId);
            }
            if (item.Version is null) continue;
            var facts = context.Facts.GetValueOrDefault(item.AgentId);
            if (facts is not { IsThere: true }) yield return new("agent_gone", "The agent is archived or gone.", item.AgentId);
            else if (!facts.IsKept) yield return new("version_gone", "The version's content is not kept any more.", item.AgentId);
        }
    }

    private static IEnumerable<Gate> OfPolicy(LabelDocument label, ReleaseDocument release, LabelContext context)
    {
        var policy = label.Policy;
        var (needed, given) = (NeededApprovals(label, release.Kind), CountApprovals(label, release));
        if (given < needed) yield return new(ApprovalRequired, $"{given} of {needed} approvals of this plan are there.");
        // What goes back to what was there passes neither: it is the way out of trouble.
        if (release.Kind == ReleaseKind.Rollback) yield break;
        if (FreezeOf(label, context) is { } frozen) yield return frozen;
        foreach (var item in release.Items.Where(item => item.Version is not null))
        {
            var facts = context.Facts.GetValueOrDefault(item.AgentId) ?? new();
            foreach (var name in policy.Checks)
            {
                var check = facts.Checks.FirstOrDefault(check => check.Name == name);
                if (check is null) yield return new("check_missing", $"The check '{name}' has not been reported.", item.AgentId);
                else if (!check.IsOk) yield return new("check_failed", $"The check '{name}' has failed.", item.AgentId);
            }
            if (policy.From is { } from && facts.StableBefore != item.Version)
            {
                yield return new("not_promoted", $"The label '{from}' has {Text(facts.StableBefore)} of it.", item.AgentId);
            }
        }
    }

    private static Gate? FreezeOf(LabelDocument label, LabelContext context) =>
        label.Policy.Freezes.FirstOrDefault(freeze => freeze.From <= context.Now && context.Now < freeze.To) is { } frozen
            ? new("frozen", $"Nothing is released until {frozen.To:u}: {frozen.Reason}") : null;

    private static string Text(int? version) => version is { } number ? $"version {number}" : "no version";

    private static string Text(TimeSpan time) => time.ToString("c", CultureInfo.InvariantCulture);
}
