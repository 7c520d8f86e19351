namespace AgentManagement.ClusterClient;

/// <summary>A grain call had no outcome: whether it did anything is not known. The inner exception says what went wrong.</summary>
public sealed class GrainCallException(Exception cause) : Exception("A grain call failed.", cause);
