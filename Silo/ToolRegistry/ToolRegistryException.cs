namespace AgentManagement.Silo.ToolRegistry;

/// <summary>The Tool Registry gave no answer that can be used.</summary>
/// <param name="message">Why; never a part of the answer.</param>
internal sealed class ToolRegistryException(string message) : Exception(message);
