using System.Text.Json.Serialization;

namespace AgentManagement.Domain.Agents;

/// <summary>What is stored of an aggregate, as <see cref="AgentState"/> is of an agent.</summary>
public interface IAggregateState
{
    /// <summary>The change that led to this state, on its way into the log; null once it is read from the database.</summary>
    ChangeEntry? Change { get; }

    /// <summary>What each version keeps of it; null where nothing is left, or nothing but the state is kept.</summary>
    [JsonIgnore]
    object? Content { get; }
}

/// <summary>What a command leads to.</summary>
/// <param name="Next">The state to write; null when nothing changes.</param>
/// <param name="Answer">What the caller is told once it is written.</param>
public sealed record Decided<TState, TAnswer>(TState? Next, TAnswer Answer) where TState : class, IAggregateState;
