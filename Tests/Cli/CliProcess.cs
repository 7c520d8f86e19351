using System.Diagnostics;

namespace AgentManagement.Tests.Cli;

/// <summary>The command line as a process of its own.</summary>
internal static class CliProcess
{
    /// <summary>Starts it.</summary>
    /// <param name="variables">Of its environment; null for one that is taken away.</param>
    /// <param name="folder">Where it runs; null for that of the tests.</param>
    /// <param name="arguments">As they are typed after <c>agents</c>.</param>
    public static Process Start(IReadOnlyDictionary<string, string?> variables, string? folder, params string[] arguments)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var program = Path.Combine(output.Parent!.Parent!.FullName, "Cli", output.Name, "agents.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder,
        };
        foreach (var (name, value) in variables) start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
