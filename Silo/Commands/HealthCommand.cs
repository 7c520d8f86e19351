using System.CommandLine;
using AgentManagement.ServiceDefaults.Health;

namespace AgentManagement.Silo.Commands;

/// <summary><c>health</c>: asks the process of this machine, as containers do that have no other program.</summary>
public static class HealthCommand
{
    public static Command Create()
    {
        var command = new Command("health", "Asks the service on SERVICE_PORT whether it is ready; exits with 0 when it is");
        command.SetAction((_, stopping) => Running.RunAsync(() => HealthProbe.RunAsync(Running.Environment, Console.Out, stopping)));
        return command;
    }
}
