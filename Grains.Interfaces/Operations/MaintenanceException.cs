namespace AgentManagement.Operations;

/// <summary>Writes are stopped for maintenance: nothing was written, and reading goes on. It is over by itself.</summary>
[GenerateSerializer, Alias("MaintenanceException")]
public sealed class MaintenanceException() : Exception("Writes are stopped for maintenance; try again later.");
