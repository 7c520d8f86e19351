using System.Diagnostics;
using AgentManagement.Bench.Servers;
using AgentManagement.Tests.Deployment;

namespace AgentManagement.Tests.Sdk;

/// <summary>Runs the tools and tests of an SDK in its folder.</summary>
internal static class SdkProgram
{
    /// <summary>Said of types that are no longer those of the OpenAPI document.</summary>
    public const string Stale = "The HTTP interface has changed: start the service with ./run, run sdk/generate, and look at what is new.";

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(4);

    /// <summary>A program of this machine. Skips the rest of the test without it.</summary>
    public static string Find(string name)
    {
        if (Programs.Find(name) is not { } program) throw Xunit.Sdk.SkipException.ForSkip($"Needs {name}.");
        return program;
    }

    /// <summary>Runs it to its end, which must be a good one.</summary>
    /// <returns>What it printed.</returns>
    public static async Task<string> RunAsync(
        string folder, string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Repository.PathOf(folder), RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? ImmutableDictionary<string, string>.Empty) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Timeout);
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await process.WaitForExitAsync(limit.Token);
            var said = await output + await errors;
            Assert.True(process.ExitCode == 0, said);
            return said;
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
