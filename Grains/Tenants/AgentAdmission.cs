using AgentManagement.Agents;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Tenants;
using AgentManagement.Keys;
using AgentManagement.Outcomes;
using AgentManagement.Tenants;

namespace AgentManagement.Grains.Tenants;

/// <summary>Lets commands through to the agents as far as the quotas reach.</summary>
internal sealed class AgentAdmission(IGrainFactory grains, string tenantId, QuotaLedger quotas)
{
    private static Reservation ReservationOfNewAgent => new(Agent: true, Create: true, Active: false);

    public async Task<Outcome<AgentChange>> AdmitAsync(string agentId, AgentCommand command, TierLimits limits)
    {
        await quotas.EnterAsync();
        Reservation held = default;
        UsageDelta? delta = null;
        try
        {
            var wanted = ReservationFor(command);
            held = await quotas.ReserveAsync(wanted, limits);
            var outcome = await HandOverAsync(agentId, command, limits, held);
            if (outcome.Kind == OutcomeKind.QuotaExceeded && command is ReplaceAgent)
            {
                // Only now is it known that this replacement makes an agent.
                wanted = ReservationOfNewAgent;
                held = await quotas.ReserveAsync(wanted, limits);
                outcome = await HandOverAsync(agentId, command, limits, held);
            }
            // With all of it reserved only the statement can have refused: then the counters here are wrong.
            var wereCountersWrong = outcome.Kind == OutcomeKind.QuotaExceeded && held == wanted;
            delta = wereCountersWrong ? null : DeltaOf(outcome, command);
            return outcome;
        }
        finally
        {
            quotas.Settle(held, delta);
        }
    }

    private Task<Outcome<AgentChange>> HandOverAsync(string agentId, AgentCommand command, TierLimits limits, Reservation held) =>
        grains.GetGrain<IAgentGrain>(GrainKeys.Agent(tenantId, agentId))
            .ApplyAsync(command, new Admission(limits, held.Agent, held.Create, held.Active));

    private static Reservation ReservationFor(AgentCommand command) => command switch
    {
        CreateAgent => ReservationOfNewAgent,
        RestoreAgent => new(Agent: true, Create: false, Active: false),
        ActivateAgent => new(Agent: false, Create: false, Active: true),
        _ => default,
    };

    /// <summary>What the command added to the counters.</summary>
    private static UsageDelta DeltaOf(Outcome<AgentChange> outcome, AgentCommand command) =>
        outcome is { IsOk: true, Value: { Kind: not null } change } && !command.Options.DryRun
            ? UsageDelta.Between(change.PreviousStatus, change.Agent?.Status, isNew: change.Created)
            : default;
}
