using AgentManagement.Access;
using AgentManagement.Agents;
using AgentManagement.Outcomes;
using AgentManagement.Domain.Tenants;
using AgentManagement.Tenants;

namespace AgentManagement.Domain.Agents;

/// <summary>What a rule may know besides the state and the command.</summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="AgentId">The agent.</param>
/// <param name="Caller">Who asks.</param>
/// <param name="Admission">What the tenant lets it do.</param>
/// <param name="Now">The time of the change, to the millisecond.</param>
/// <param name="OldVersion">
/// For a rollback the version to go back to, for an edit to be merged the version that was edited; null when its content is
/// not kept.
/// </param>
public sealed record RuleContext(
    string TenantId, string AgentId, Caller Caller, Admission Admission, DateTimeOffset Now, AgentDocument? OldVersion = null)
{
    /// <summary>Whether the tenant requires that clients name the version that they change.</summary>
    public bool RequiresMatch { get; init; }

    /// <summary>The tenant's model of agents that name none; null for none.</summary>
    public DefaultModel? DefaultModel { get; init; }

    /// <summary>What is to be marked as not working; null where the mark is left.</summary>
    public ImmutableArray<string>? Degraded { get; init; }

    /// <summary>Who refers to the agent, where it is to go.</summary>
    public ImmutableArray<Referrer> Referrers { get; init; } = [];

    /// <summary>The version of the tenant's settings that the limits follow from; null where no others can come of it.</summary>
    public int? SettingsVersion { get; init; }
}

/// <summary>What is to be written; <see cref="Next"/> is null when the command changes nothing.</summary>
public sealed record Decision(AgentState Current, AgentState? Next)
{
    /// <summary>The labels of the places where somebody else's change was taken over; null when nothing was merged.</summary>
    public ImmutableArray<string>? Merged { get; init; }

    /// <summary>The kind of the change, or null when there is none.</summary>
    public string? Kind => Next?.Change?.Kind;
}

/// <summary>
/// (state, command, context) → decision or refusal. Pure: no Orleans, no I/O, no clock. One file for each use case;
/// this one picks it, after the conditions that all writes share.
/// </summary>
public static class AgentRules
{
    public static Outcome<Decision> Decide(AgentState state, AgentCommand command, RuleContext context) =>
        MergeRules.IsAsked(state, command, out _) && context.OldVersion is { } edited ? MergeRules.Edit(state, command, edited, context)
        : WriteRules.Check<Decision>(state.Agent?.Version, command.Options, IsMatchRequired(command, context)) ?? command switch
        {
            CreateAgent create => CreateRules.Create(state, create, context),
            ReplaceAgent replace => EditRules.Replace(state, replace, context),
            ApplyAgent apply => ApplyRules.Apply(state, apply, context),
            PatchAgent patch => EditRules.Patch(state, patch, context),
            RollbackAgent rollback => EditRules.Rollback(state, rollback, context),
            UpgradeAgent upgrade => MergeRules.Upgrade(state, upgrade, context),
            ActivateAgent activate => StatusRules.Activate(state, activate, context),
            DeactivateAgent deactivate => StatusRules.Deactivate(state, deactivate, context),
            ArchiveAgent archive => StatusRules.Archive(state, archive, context),
            RestoreAgent restore => StatusRules.Restore(state, restore, context),
            PurgeAgent purge => StatusRules.Purge(state, purge, context),
            MarkDegraded mark => MarkRules.Mark(state, mark, context),
            MarkReference mark => MarkRules.Mark(state, mark, context),
            _ => throw new ArgumentOutOfRangeException(nameof(command), command.GetType().Name, "No rule for this command."),
        };

    private static bool IsMatchRequired(AgentCommand command, RuleContext context) => command is not (CreateAgent or ApplyAgent)
        && (command.Options.RequiresMatch || (command.Options.IsOfClient && context.RequiresMatch));
}
