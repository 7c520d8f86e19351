namespace AgentManagement.Domain.Agents;

/// <summary>State that carries the changes of its last write, as <see cref="AgentState"/> does.</summary>
public interface IAggregateState
{
    ImmutableArray<ChangeEntry> Changes { get; }
}

/// <summary>What a command leads to.</summary>
/// <param name="Next">The state to write; null when nothing changes.</param>
/// <param name="Answer">What the caller is told once it is written.</param>
public sealed record Decided<TState, TAnswer>(TState? Next, TAnswer Answer) where TState : class, IAggregateState;
