using AgentManagement.Agents;
using AgentManagement.Grains.Storage;
using AgentManagement.Outcomes;

namespace AgentManagement.Grains.Tenants;

/// <summary>
/// Makes a repeated request return the first answer. The answer is written in the statement of the change itself, so
/// there is one exactly when there is a change; here the running requests of a key only wait for each other.
/// </summary>
/// <param name="findAnswer">Reads what is kept under a key.</param>
internal sealed class OnceOnly(Func<string, Task<KeptAnswer?>> findAnswer)
{
    private readonly Dictionary<string, Task> _running = new(StringComparer.Ordinal);

    /// <param name="key">The request's.</param>
    /// <param name="run">Does what is asked.</param>
    /// <param name="replay">What is answered from what is kept; null when its content is gone.</param>
    public async Task<Outcome<T>> RunAsync<T>(IdempotencyKey key, Func<Task<Outcome<T>>> run, Func<KeptAnswer, T?> replay) where T : class
    {
        while (_running.TryGetValue(key.Key, out var running)) await running;

        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _running[key.Key] = end.Task;
        try
        {
            if (await findAnswer(key.Key) is { } kept) return Replay(key, kept, replay);
            var outcome = await run();
            // What refuses may be the request's own first attempt, which a silo that was lost has written meanwhile.
            return !outcome.IsOk && await findAnswer(key.Key) is { } first ? Replay(key, first, replay) : outcome;
        }
        finally
        {
            _running.Remove(key.Key);
            end.SetResult();
        }
    }

    private static Outcome<T> Replay<T>(IdempotencyKey key, KeptAnswer kept, Func<KeptAnswer, T?> replay) where T : class
    {
        if (kept.Fingerprint != key.Fingerprint)
        {
            return Outcome.Refuse<T>(
                OutcomeKind.Invalid, "idempotency_key_reused", "Another request was made with this Idempotency-Key.");
        }
        return replay(kept) is { } answer
            ? Outcome.Ok(answer)
            : Outcome.Refuse<T>(
                OutcomeKind.Conflict, "idempotency_answer_gone", "The request was made, and what it wrote has been removed since.");
    }
}
