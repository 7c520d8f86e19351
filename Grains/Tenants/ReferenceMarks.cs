using AgentManagement.Access;
using AgentManagement.Agents;
using AgentManagement.Changes;
using AgentManagement.Domain.Outcomes;
using AgentManagement.Grains.Storage;
using AgentManagement.Keys;
using AgentManagement.Outcomes;
using AgentManagement.ServiceDefaults.Observability;
using Microsoft.Extensions.Logging;

namespace AgentManagement.Grains.Tenants;

/// <summary>Marks the agents that refer to what goes, and takes the marks away when it comes back.</summary>
internal sealed class ReferenceMarks(IGrainFactory grains, IReferenceStore references, string tenantId, ILogger logger)
{
    private const int MaxAtOnce = 20;
    private const int MaxAttempts = 3;

    /// <summary>
    /// Has something go that others may refer to. They are marked first: whatever ends in between leaves no agent that lost something
    /// unmarked. Whoever repeats the request then finishes it.
    /// </summary>
    /// <param name="reference">What is to go.</param>
    /// <param name="apply">Tells what would be, or with false does it.</param>
    public async Task<Outcome<T>> RemoveAsync<T>(string reference, Func<bool, Task<Outcome<T>>> apply)
    {
        var trial = await apply(true);
        if (!trial.IsOk || trial.Referrers.IsEmpty) return await apply(false);
        await MarkAsync(reference, trial.Referrers, isGone: true);
        var outcome = await apply(false);
        if (!outcome.IsOk) await MarkAsync(reference, trial.Referrers, isGone: false);
        // Who came to refer to it meanwhile.
        else await MarkAsync(reference, [.. outcome.Referrers.Except(trial.Referrers)], isGone: true);
        return outcome;
    }

    /// <summary>What others may have lost is there again. A mark that stays goes with the next edit of its agent.</summary>
    public async Task RestoreAsync(string reference)
    {
        try
        {
            await MarkAsync(reference, await references.ReadReferrersAsync(tenantId, reference), isGone: false);
        }
        catch (Exception exception)
        {
            logger.LogWarning(LogEvents.MarksStay, exception, "Agents stay marked for something that is there again");
        }
    }

    private async Task MarkAsync(string reference, ImmutableArray<Referrer> referrers, bool isGone)
    {
        // A template has no mark: what is made from it is checked when it is made.
        var agents = referrers.Where(referrer => referrer.Kind == ChangeSubject.Agent).Select(referrer => referrer.Id);
        foreach (var some in agents.Chunk(MaxAtOnce)) await Task.WhenAll(some.Select(id => MarkAsync(id, new(reference, isGone))));
    }

    /// <summary>Marks as the service itself, whoever asked: nobody else may.</summary>
    private async Task MarkAsync(string agentId, MarkReference command)
    {
        Caller.Current = Caller.Current! with { Subject = Caller.SystemSubject, Role = Caller.SiloRole, Tier = null, Granted = null };
        for (var attempt = 1; ; attempt++)
        {
            var outcome = await grains.GetGrain<IAgentGrain>(GrainKeys.Agent(tenantId, agentId)).ApplyAsync(command);
            if (outcome.IsOk || outcome.Kind == OutcomeKind.NotFound) return;
            if (outcome.Code != WriteRefusals.WriteConflict || attempt == MaxAttempts)
            {
                throw new InvalidOperationException($"An agent could not be marked: {outcome.Code}.");
            }
        }
    }
}
