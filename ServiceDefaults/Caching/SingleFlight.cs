using System.Collections.Concurrent;

namespace AgentManagement.ServiceDefaults.Caching;

/// <summary>Runs one call for all who want the same at the same moment.</summary>
public sealed class SingleFlight<TKey, TResult>
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Lazy<Task<TResult>>> _running = new();

    /// <summary>
    /// Joins the call of this key, or starts it. It runs beside the caller: a grain that joins does not wait for another's turn.
    /// </summary>
    public Task<TResult> RunAsync(TKey key, Func<Task<TResult>> call) =>
        _running.GetOrAdd(key, _ => new(() => Task.Run(() => RunAndRemoveAsync(key, call)))).Value;

    private async Task<TResult> RunAndRemoveAsync(TKey key, Func<Task<TResult>> call)
    {
        try
        {
            return await call();
        }
        finally
        {
            // Before the task has ended, so that nobody joins what is over.
            _running.TryRemove(key, out _);
        }
    }
}
