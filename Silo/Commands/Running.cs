using AgentManagement.ServiceDefaults.Hosting;

namespace AgentManagement.Silo.Commands;

/// <summary>How commands end.</summary>
public static class Running
{
    /// <summary>Exit code of what could not be done.</summary>
    public const int Failed = 1;

    /// <summary>The settings of the process.</summary>
    public static IConfiguration Environment { get; } = new ConfigurationBuilder().AddEnvironmentVariables().Build();

    /// <summary>Runs a command; what an operator can mend is said in one line on standard error.</summary>
    public static async Task<int> RunAsync(Func<Task<int>> command)
    {
        try
        {
            return await command();
        }
        catch (Exception exception) when (StartProblem.Describe(exception) is { } problem)
        {
            await Console.Error.WriteLineAsync(problem);
            return Failed;
        }
    }
}
