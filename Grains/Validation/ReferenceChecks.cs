using System.Text.Json;
using AgentManagement.Agents;
using AgentManagement.Changes;
using AgentManagement.Configuration;
using AgentManagement.Json;
using AgentManagement.Outcomes;
using AgentManagement.Tenants;

namespace AgentManagement.Validation;

/// <summary>All checks of references, as one.</summary>
internal sealed class ReferenceChecks(IEnumerable<IReferenceCheck> checks)
{
    // A status that leads away from being live needs nobody's consent.
    private static readonly ImmutableArray<string> Checked =
    [
        ChangeKind.Created, ChangeKind.Cloned, ChangeKind.Instantiated, ChangeKind.Updated, ChangeKind.Upgraded, ChangeKind.RolledBack,
        ChangeKind.Activated,
    ];

    /// <summary>Whether a change of this kind brings content that is to be checked.</summary>
    public static bool Concern(string? kind) => kind is not null && Checked.Contains(kind);

    /// <summary>The warnings about an agent that is about to be written, or the refusal.</summary>
    public Task<Outcome<ImmutableArray<Issue>>> CheckAsync(string tenantId, AgentDocument? before, AgentDocument agent, TierLimits limits) =>
        CheckAsync(new ReferenceSubject(
            tenantId, agent.Id, agent.Type, Read(agent.Config), limits, agent.Status == AgentStatus.Active,
            before is { Status: AgentStatus.Active } live ? Read(live.Config) : null));

    /// <summary>The warnings, or the refusal: Invalid with errors and warnings, or Unavailable.</summary>
    public async Task<Outcome<ImmutableArray<Issue>>> CheckAsync(ReferenceSubject subject)
    {
        var issues = ImmutableArray.CreateBuilder<Issue>();
        foreach (var check in checks)
        {
            var findings = await check.CheckAsync(subject);
            if (findings.Unavailable is { } code)
            {
                return Outcome.Refuse<ImmutableArray<Issue>>(
                    OutcomeKind.Unavailable, code, "A live agent's references must be checked, and that is not possible now; try again.");
            }
            issues.AddRange(findings.Issues);
        }
        return issues.Any(issue => issue.Severity == IssueSeverity.Error)
            ? Outcome.Invalid<ImmutableArray<Issue>>(issues)
            : Outcome.Ok(issues.ToImmutable());
    }

    private static AgentConfig Read(JsonText config) => StrictJson.Parse(config).Deserialize<AgentConfig>(ContractSchema.JsonOptions)!;
}
