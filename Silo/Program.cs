using AgentManagement.Silo.Commands;

var silo = CommandLine.Root(
    "A silo of the Agent Management Service, and what looks after its database. Settings are environment variables.",
    SiloCommand.Create(), MigrateCommand.Create(), VerifyCommand.Create(), MaintenanceCommand.Create(), HealthCommand.Create());
return await CommandLine.RunAsync(silo, args);
