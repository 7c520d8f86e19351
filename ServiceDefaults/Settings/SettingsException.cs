namespace AgentManagement.ServiceDefaults.Settings;

/// <summary>The settings cannot be used; the message names every variable and never a value.</summary>
public sealed class SettingsException(string message) : Exception(message);
