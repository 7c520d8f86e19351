namespace AgentManagement.Access;

/// <summary>Something that a caller asks for, as a value. Each kind names its permission with <see cref="RequiresAttribute"/>.</summary>
public interface ICommand
{
    /// <summary>Whether doing the command again does no more than doing it once: under an idempotency key, or as a dry run.</summary>
    bool IsSafeToRetry => false;
}
