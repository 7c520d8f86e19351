using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AgentManagement.Keys;
using AgentManagement.Outcomes;
using AgentManagement.Releases;

namespace AgentManagement.Domain.Releases;

/// <summary>What a release is to do, checked and complete.</summary>
internal static class ReleasePlans
{
    private const string Format = "plan/1";

    private static readonly TimeSpan MaxAhead = TimeSpan.FromDays(90);
    private static readonly TimeSpan MaxStep = TimeSpan.FromDays(30);
    private static readonly TimeSpan UsualLife = TimeSpan.FromDays(7);

    /// <summary>The items, with what is not said of them.</summary>
    public static ImmutableArray<ReleaseItem> Complete(
        LabelDocument label, ImmutableArray<PlannedItem> items, ImmutableDictionary<string, VersionFacts> facts) =>
    [
        .. items.OrderBy(item => item.AgentId, StringComparer.Ordinal).Select(item => new ReleaseItem(
            item.AgentId, item.Version, item.ExpectsAny ? label.Assignments.GetValueOrDefault(item.AgentId)?.Stable : item.Expected,
            facts.GetValueOrDefault(item.AgentId)?.DocumentHash)),
    ];

    /// <summary>What is wrong with a plan.</summary>
    public static IEnumerable<Issue> Check(
        ImmutableArray<PlannedItem> items, Rollout? rollout, ImmutableDictionary<string, VersionFacts> facts) =>
        [.. CheckItems(items, rollout, facts), .. rollout is null ? [] : CheckRollout(rollout)];

    /// <summary>What is wrong with its times.</summary>
    public static IEnumerable<Issue> CheckTimes(DateTimeOffset? startAt, DateTimeOffset? expiresAt, DateTimeOffset now)
    {
        if (startAt > now + MaxAhead) yield return OutOfRange("/startAt", $"Must be within {MaxAhead.Days} days.");
        if (expiresAt is not { } end) yield break;
        if (end <= now || end > now + MaxAhead) yield return OutOfRange("/expiresAt", $"Must be within the next {MaxAhead.Days} days.");
        else if (end <= startAt) yield return OutOfRange("/expiresAt", "Must be after startAt.");
    }

    /// <summary>When a release ends of which nothing is said.</summary>
    public static DateTimeOffset ExpiryOf(DateTimeOffset? startAt, DateTimeOffset now) =>
        (startAt is { } start && start > now ? start : now) + UsualLife;

    /// <summary>Covers all that an approval is of.</summary>
    public static string HashOf(
        string label, string kind, ImmutableArray<ReleaseItem> items, Rollout? rollout, DateTimeOffset? startAt)
    {
        var text = new StringBuilder();
        Add(Format);
        Add(label);
        Add(kind);
        Add(startAt?.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture));
        Add(rollout?.RollsBack.ToString());
        Add(rollout?.MinAdoption?.ToString("R", CultureInfo.InvariantCulture));
        foreach (var step in rollout?.Steps ?? [])
        {
            Add(step.Weight.ToString(CultureInfo.InvariantCulture));
            Add(step.MinDuration.Ticks.ToString(CultureInfo.InvariantCulture));
            Add(step.Gate);
        }
        foreach (var item in items)
        {
            Add(item.AgentId);
            Add(item.Version?.ToString(CultureInfo.InvariantCulture));
            Add(item.Expected?.ToString(CultureInfo.InvariantCulture));
            Add(item.DocumentHash);
        }
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));

        // What is not there is told from an empty text.
        void Add(string? field) => _ = field is null
            ? text.Append("-;")
            : text.Append(CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetByteCount(field)}:{field};");
    }

    private static IEnumerable<Issue> CheckItems(
        ImmutableArray<PlannedItem> items, Rollout? rollout, ImmutableDictionary<string, VersionFacts> facts)
    {
        if (items.IsDefaultOrEmpty || items.Length > Release.MaxItems)
        {
            yield return OutOfRange("/items", $"Must have 1 to {Release.MaxItems} items.");
            yield break;
        }
        var agents = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, item) in items.Index())
        {
            var place = $"/items/{index}";
            if (!GrainKeys.IsAgentId(item.AgentId)) yield return Issue.Error("wrong_format", $"{place}/agent", "Must be an agent's id.");
            else if (!agents.Add(item.AgentId)) yield return Issue.Error("duplicate", $"{place}/agent", "An agent can be in it once.");
            else if (item.Version is null)
            {
                if (rollout is not null)
                {
                    yield return Issue.Error("not_allowed", $"{place}/version", "An agent leaves a label at once, without steps.");
                }
            }
            else if (facts.GetValueOrDefault(item.AgentId) is not { IsThere: true } known)
            {
                yield return Issue.Error("unknown_agent", $"{place}/agent", "There is no such agent, or it is archived.");
            }
            else if (!known.IsKept)
            {
                yield return Issue.Error("unknown_version", $"{place}/version", "There is no such version, or its content is not kept.");
            }
        }
    }

    private static IEnumerable<Issue> CheckRollout(Rollout rollout)
    {
        if (rollout.Steps.IsDefaultOrEmpty || rollout.Steps.Length > Release.MaxSteps)
        {
            yield return OutOfRange("/rollout/steps", $"Must have 1 to {Release.MaxSteps} steps.");
            yield break;
        }
        if (rollout.MinAdoption is <= 0 or > 1 or double.NaN)
        {
            yield return OutOfRange("/rollout/minAdoption", "Must be above 0, at most 1.");
        }
        var before = 0;
        foreach (var (index, step) in rollout.Steps.Index())
        {
            var place = $"/rollout/steps/{index}";
            if (step.Weight is < 1 or > Release.FullWeight) yield return OutOfRange($"{place}/weight", "Must be 1 to 100,000.");
            else if (step.Weight <= before)
            {
                yield return Issue.Error("out_of_order", $"{place}/weight", "Must be above that of the step before.");
            }
            if (step.MinDuration < TimeSpan.Zero || step.MinDuration > MaxStep)
            {
                yield return OutOfRange($"{place}/minDuration", $"Must be at most {MaxStep.Days} days.");
            }
            if (step.Gate is not null && !StepGate.All.Contains(step.Gate))
            {
                yield return Issue.Error("unknown_value", $"{place}/gate", $"Must be one of {string.Join(", ", StepGate.All)}.");
            }
            before = step.Weight;
        }
    }

    private static Issue OutOfRange(string place, string message) => Issue.Error("out_of_range", place, message);
}
