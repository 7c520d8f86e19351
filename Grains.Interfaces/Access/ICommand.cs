namespace AgentManagement.Access;

/// <summary>Something that a caller asks for, as a value. Each kind names its permission with <see cref="RequiresAttribute"/>.</summary>
public interface ICommand;
