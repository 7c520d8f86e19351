using System.CommandLine;
using AgentManagement.App.Commands;
using AgentManagement.Silo.Commands;

// Without a command the whole service in one process.
var service =
    new RootCommand("Agent Management Service. Without a command: gateway and silo in one process. Settings are environment variables.")
{
    SiloCommand.Create(), MigrateCommand.Create(), VerifyCommand.Create(), MaintenanceCommand.Create(), TokenCommand.Create(),
    ExportCommand.Create(),
    ImportCommand.Create(),
};
service.SetAction((_, stopping) => Running.RunAsync(() => ServiceCommand.RunAsync(stopping)));
// Signals are the host's, which ends what is under way first.
return await service.Parse(args).InvokeAsync(new() { ProcessTerminationTimeout = null });
