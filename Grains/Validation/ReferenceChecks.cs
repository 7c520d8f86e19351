using System.Text.Json;
using AgentManagement.Agents;
using AgentManagement.Changes;
using AgentManagement.Configuration;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Configuration;
using AgentManagement.Domain.Validation;
using AgentManagement.Json;
using AgentManagement.Outcomes;
using AgentManagement.Tenants;

namespace AgentManagement.Grains.Validation;

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

    /// <summary>What was found of an agent that is about to be written, or the refusal.</summary>
    public Task<Outcome<ReferenceFindings>> CheckAsync(string tenantId, AgentDocument? before, AgentDocument agent, TierLimits limits) =>
        CheckAsync(new ReferenceSubject(
            tenantId, agent.Id, agent.Type, Read(agent.Config), limits, agent.Status == AgentStatus.Active,
            before is { Status: AgentStatus.Active } live ? Read(live.Config) : null)
        {
            Marked = agent.Degraded,
        });

    /// <summary>What was found, without an error, or the refusal: Invalid with errors and warnings, or Unavailable.</summary>
    public async Task<Outcome<ReferenceFindings>> CheckAsync(ReferenceSubject subject)
    {
        var issues = ImmutableArray.CreateBuilder<Issue>();
        var files = ImmutableArray.CreateBuilder<string>();
        var found = ImmutableArray.CreateBuilder<string>();
        ImmutableArray<string>? degraded = null;
        foreach (var check in checks)
        {
            var findings = await check.CheckAsync(subject);
            if (findings.Unavailable is { } code)
            {
                return Outcome.Refuse<ReferenceFindings>(
                    OutcomeKind.Unavailable, code, "A live agent's references must be checked, and that is not possible now; try again.");
            }
            issues.AddRange(findings.Issues);
            files.AddRange(findings.Files);
            found.AddRange(findings.Found);
            degraded ??= findings.Degraded;
        }
        return issues.Any(issue => issue.Severity == IssueSeverity.Error)
            ? Outcome.Invalid<ReferenceFindings>(issues)
            : Outcome.Ok(new ReferenceFindings(issues.ToImmutable())
            {
                Files = files.ToImmutable(), Found = found.ToImmutable(), Degraded = degraded,
            });
    }

    private static AgentConfig Read(JsonText config) => StrictJson.Parse(config).Deserialize<AgentConfig>(ContractSchema.JsonOptions)!;
}
