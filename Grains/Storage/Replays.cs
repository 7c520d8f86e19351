using AgentManagement.Agents;
using AgentManagement.Outcomes;

namespace AgentManagement.Grains.Storage;

/// <summary>
/// Makes a repeated request return its first answer. A commit refuses a key that was used; whatever else a repetition comes to, a refusal
/// or nothing to do, the key is looked for then. So a request that changes something costs no look of its own.
/// </summary>
internal static class Replays
{
    /// <param name="find">Reads what is kept under a key.</param>
    /// <param name="run">Does what is asked.</param>
    /// <param name="isChange">Whether an answer tells of a change.</param>
    /// <param name="replay">What is answered from what is kept; null when its content is gone.</param>
    public static async Task<Outcome<T>> RunAsync<T>(
        WriteOptions options, Func<string, Task<KeptAnswer?>> find, Func<Task<Outcome<T>>> run, Func<T, bool> isChange,
        Func<KeptAnswer, T?> replay) where T : class
    {
        var outcome = await run();
        if (options is not { Idempotency: { } key, DryRun: false } || outcome.IsOk && isChange(outcome.Value)) return outcome;
        return await find(key.Key) is { } kept ? Replay(key, kept, replay) : outcome;
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
