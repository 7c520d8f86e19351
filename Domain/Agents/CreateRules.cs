using AgentManagement.Agents;
using AgentManagement.Changes;
using AgentManagement.Domain.Tenants;
using AgentManagement.Domain.Validation;
using AgentManagement.Outcomes;
using AgentManagement.Tenants;

namespace AgentManagement.Domain.Agents;

/// <summary>Making a new agent.</summary>
public static class CreateRules
{
    public static Outcome<Decision> Create(AgentState state, CreateAgent command, RuleContext context)
    {
        if (state.Agent is { } existing)
        {
            return Outcome.Refuse<Decision>(OutcomeKind.Conflict, "duplicate_id", existing.Status == AgentStatus.Archived
                ? "An archived agent has this id; restore or purge it, or choose another."
                : "An agent has this id; choose another.");
        }

        var content = ContentValidation.Check(
            command.Content, context.AgentId, context.Admission.Limits, mustBeComplete: false, current: null, context.DefaultModel);
        if (!content.IsOk) return content.Refusal<Decision>();

        var limits = context.Admission.Limits;
        if (!context.Admission.MayAddAgent) return QuotaRefusals.Agents<Decision>(limits);
        if (!context.Admission.MayCreateAgent) return QuotaRefusals.CreatesPerDay<Decision>(limits);

        var parts = content.Value;
        var agent = new AgentDocument
        {
            Id = context.AgentId, Version = 0, Status = AgentStatus.Draft,
            Name = parts.Name, Description = parts.Description, Type = parts.Type,
            Config = parts.Config, Tags = parts.Tags, Metadata = parts.Metadata, Appearance = parts.Appearance,
            CreatedAt = context.Now, CreatedBy = context.Caller.Subject,
            UpdatedAt = context.Now, UpdatedBy = context.Caller.Subject,
            ClonedFrom = command.ClonedFrom, Derivation = StoredDerivation.Of(command.Derivation),
            Manager = command.Manager,
        };
        var kind = command.ClonedFrom is not null ? ChangeKind.Cloned
            : command.Derivation is not null ? ChangeKind.Instantiated
            : ChangeKind.Created;
        return Drafting.Write(state, agent, kind, context, command.Options, parts.Note, content.Issues);
    }
}
