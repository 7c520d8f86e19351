using AgentManagement.Agents;
using AgentManagement.Changes;
using AgentManagement.Outcomes;
using AgentManagement.Storage;

namespace AgentManagement.Tenants;

/// <summary>
/// Makes a repeated request return the first answer. The answer is written in the statement of the change itself, so
/// there is one exactly when there is a change; here the running requests of a key only wait for each other.
/// </summary>
internal sealed class OnceOnly(Func<string, Task<KeptAnswer?>> findAnswer)
{
    private readonly Dictionary<string, Task> _running = new(StringComparer.Ordinal);

    public async Task<Outcome<AgentChange>> RunAsync(IdempotencyKey key, Func<Task<Outcome<AgentChange>>> run)
    {
        while (_running.TryGetValue(key.Key, out var running)) await running;

        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _running[key.Key] = end.Task;
        try
        {
            if (await findAnswer(key.Key) is { } kept) return Replay(key, kept);
            var outcome = await run();
            // What refuses may be the request's own first attempt, which a silo that was lost has written meanwhile.
            return !outcome.IsOk && await findAnswer(key.Key) is { } first ? Replay(key, first) : outcome;
        }
        finally
        {
            _running.Remove(key.Key);
            end.SetResult();
        }
    }

    private static Outcome<AgentChange> Replay(IdempotencyKey key, KeptAnswer kept)
    {
        if (kept.Fingerprint != key.Fingerprint)
        {
            return Outcome.Refuse<AgentChange>(
                OutcomeKind.Invalid, "idempotency_key_reused", "Another request was made with this Idempotency-Key.");
        }
        return kept.Agent is not null || kept.Kind == ChangeKind.Purged
            ? Outcome.Ok(new AgentChange(kept.Agent?.ToAgent(), kept.Kind, null, Replayed: true))
            : Outcome.Refuse<AgentChange>(
                OutcomeKind.Conflict, "idempotency_answer_gone", "The request was made, and its agent has been purged since.");
    }
}
