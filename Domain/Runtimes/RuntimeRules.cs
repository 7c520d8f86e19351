using AgentManagement.Access;
using AgentManagement.Changes;
using AgentManagement.Domain.Agents;
using AgentManagement.Keys;
using AgentManagement.Outcomes;
using AgentManagement.Releases;
using AgentManagement.Runtimes;

namespace AgentManagement.Domain.Runtimes;

/// <summary>What runtimes may say, and what follows from it. Pure.</summary>
public static class RuntimeRules
{
    /// <summary>What is wrong with a report.</summary>
    public static IEnumerable<Issue> Check(RuntimeReport report)
    {
        if (!RuntimeName.Is(report.Instance)) yield return Issue.Error("wrong_format", "/instance", "Must be a runtime's name.");
        if (report.Label is { } label && !LabelName.IsOfTenant(label))
        {
            yield return Issue.Error("wrong_format", "/label", "Must be a label; absent for the current versions.");
        }
        if (report.Label is not null && report.LabelRevision is null) yield return Issue.Error("required", "/labelRevision", "Required.");
        if (report.Label is null && report.LabelRevision is not null)
        {
            yield return Issue.Error("not_allowed", "/labelRevision", "Must be there with a label only.");
        }
        if (report.Sdk?.Length > Runtime.MaxSdkCharacters)
        {
            yield return Issue.Error("out_of_range", "/sdk", $"Must have at most {Runtime.MaxSdkCharacters} characters.");
        }
        if (report.Applied.IsDefault || report.Applied.Length > Runtime.MaxApplied)
        {
            yield return Issue.Error("out_of_range", "/applied", $"Must have at most {Runtime.MaxApplied} versions.");
            yield break;
        }
        var seen = new HashSet<RunningVersion>();
        foreach (var (index, running) in report.Applied.Index())
        {
            if (!GrainKeys.IsAgentId(running.AgentId))
            {
                yield return Issue.Error("wrong_format", $"/applied/{index}/agent", "Must be an agent's id.");
            }
            else if (running.Version < 1) yield return Issue.Error("out_of_range", $"/applied/{index}/version", "Must be 1 or more.");
            else if (!seen.Add(running)) yield return Issue.Error("duplicate", $"/applied/{index}", "A version can be in it once.");
        }
    }

    /// <summary>A runtime did not report in time.</summary>
    public static Outcome<Decided<RuntimesState, bool>> FallSilent(
        RuntimesState state, string tenantId, string instance, string? label, Caller caller, DateTimeOffset now)
    {
        var next = state with { Silences = state.Silences + 1 };
        return Outcome.Ok(new Decided<RuntimesState, bool>(
            next with
            {
                Change = new()
                {
                    Resource = ChangeSubject.Runtime,
                    EventId = Guid.CreateVersion7(now).ToString("n"),
                    Kind = ChangeKind.RuntimeSilent,
                    TenantId = tenantId,
                    AgentId = ChangeSubject.OfRuntime(instance),
                    AgentName = instance,
                    Version = next.Silences,
                    Status = RuntimeStatus.Silent,
                    At = now,
                    Actor = caller.Subject,
                    Role = caller.Role,
                    CorrelationId = caller.CorrelationId,
                    Note = label is null ? null : $"label {label}",
                    Delta = default,
                    Limits = null,
                },
            },
            true));
    }
}
