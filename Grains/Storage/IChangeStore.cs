using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Changes;

namespace AgentManagement.Grains.Storage;

/// <summary>
/// Writes what a change makes: the next state, its row of the log, the content of the version, what lists show, the tenant's counters
/// and the record of the idempotency key; all of it or nothing.
/// </summary>
public interface IChangeStore
{
    /// <summary>Commits a state's change, unless something that it was decided on is no longer so.</summary>
    /// <param name="key">The state.</param>
    /// <param name="version">The version of its row that it was decided on; 0 for none. Committed, it is one more.</param>
    /// <param name="next">The next state, with its change.</param>
    /// <exception cref="Exception">The database could not be asked: the outcome is unknown.</exception>
    Task<ChangeResult> CommitAsync<TState>(StateKey key, int version, TState next) where TState : class, IAggregateState;
}
