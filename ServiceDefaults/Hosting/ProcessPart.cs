namespace AgentManagement.ServiceDefaults.Hosting;

/// <summary>What a process is, or one of what it is: a gateway or a silo.</summary>
/// <param name="Role">gateway or silo.</param>
/// <param name="Schema">The database schema that it works with; null where it has no database.</param>
public sealed record ProcessPart(string Role, int? Schema = null);
