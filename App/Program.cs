using AgentManagement.App.Commands;
using AgentManagement.Silo.Commands;

// Without a command the whole service in one process.
var service = CommandLine.Root(
    "Agent Management Service. Without a command: gateway and silo in one process. Settings are environment variables.",
    SiloCommand.Create(), MigrateCommand.Create(), VerifyCommand.Create(), MaintenanceCommand.Create(), TokenCommand.Create(),
    ExportCommand.Create(), ImportCommand.Create(), DemoCommand.Create(), HealthCommand.Create());
service.SetAction((_, stopping) => Running.RunAsync(() => ServiceCommand.RunAsync(stopping)));
return await CommandLine.RunAsync(service, args);
