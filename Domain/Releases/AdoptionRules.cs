using AgentManagement.Releases;

namespace AgentManagement.Domain.Releases;

/// <summary>What a runtime that lives reports of a label.</summary>
/// <param name="Versions">The versions that it runs of the agents that were asked for.</param>
public sealed record LabelRunner(string Instance, int? LabelRevision, ImmutableArray<AgentManagement.Runtimes.RunningVersion> Versions);

/// <summary>How far what a label has of some agents has come to its runtimes. Pure.</summary>
public static class AdoptionRules
{
    /// <summary>The part of the runtimes that a step waits for where its rollout does not say.</summary>
    public const double UsualShare = 0.95;

    /// <summary>The adoption of a release; null before it is applied.</summary>
    public static Adoption? Of(LabelDocument label, ReleaseDocument release, IEnumerable<LabelRunner> runners)
    {
        if (release.LabelRevision is not { } revision) return null;
        // What a later release brought of the same agent is as good.
        var allowed = release.Items.ToDictionary(
            item => item.AgentId,
            item => label.Assignments.GetValueOrDefault(item.AgentId) is { } assignment
                ? new[] { assignment.Stable, assignment.Candidate }.OfType<int>().ToHashSet() : [],
            StringComparer.Ordinal);
        var (live, behind) = (0, new List<RuntimeBehind>());
        foreach (var runner in runners)
        {
            live++;
            // An agent that it does not run is no fault of it.
            if (runner.LabelRevision < revision
                || runner.Versions.Any(each => allowed.TryGetValue(each.AgentId, out var versions) && !versions.Contains(each.Version)))
            {
                behind.Add(new(runner.Instance, runner.LabelRevision));
            }
        }
        return new(
            label.Name, revision, live, live - behind.Count,
            [.. behind.OrderBy(each => each.Instance, StringComparer.Ordinal).Take(Adoption.MaxBehind)]);
    }
}
