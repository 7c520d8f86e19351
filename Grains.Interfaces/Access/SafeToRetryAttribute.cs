namespace AgentManagement.Access;

/// <summary>
/// Making the call again does no more than making it once, so that a call that was cut off is repeated. Reads are; of a
/// method without the mark a call is when its command says so (<see cref="ICommand.IsSafeToRetry"/>).
/// </summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class SafeToRetryAttribute : Attribute;
