namespace AgentManagement.ServiceDefaults.Settings;

/// <summary>What an operator can mend; its message is for them.</summary>
public abstract class OperatorException(string message) : Exception(message);

/// <summary>A setting is missing or wrong, or a command cannot do what it was told.</summary>
public sealed class SettingsException(string message) : OperatorException(message);
