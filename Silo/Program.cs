using System.CommandLine;
using AgentManagement.Silo.Commands;

var silo = new RootCommand("A silo of the Agent Management Service, and what looks after its database. Settings are environment variables.")
{
    SiloCommand.Create(), MigrateCommand.Create(), VerifyCommand.Create(), MaintenanceCommand.Create(),
};
// Signals are the host's, which ends what is under way first.
return await silo.Parse(args).InvokeAsync(new() { ProcessTerminationTimeout = null });
