namespace AgentManagement.ServiceDefaults.Outgoing;

/// <summary>Another service gave no answer that can be used.</summary>
/// <param name="message">Why; never a part of the answer.</param>
public sealed class NoAnswerException(string message) : Exception(message);
