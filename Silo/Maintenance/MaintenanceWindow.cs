namespace AgentManagement.Silo.Maintenance;

/// <summary>A time in which nothing of a tenant changes.</summary>
/// <param name="Until">When it is over by itself.</param>
/// <param name="Reason">Why, for whoever is on duty.</param>
internal sealed record MaintenanceWindow(DateTimeOffset Until, string Reason);
