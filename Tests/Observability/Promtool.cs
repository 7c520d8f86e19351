using System.Diagnostics;
using AgentManagement.Bench.Servers;

namespace AgentManagement.Tests.Observability;

/// <summary>Prometheus' own judgement.</summary>
internal static class Promtool
{
    /// <summary>
    /// Has it check a text: it can be read, and nothing of ours is named against its conventions. Skips the rest of the test without it.
    /// </summary>
    public static async Task CheckAsync(string text)
    {
        var program = Programs.Find("promtool");
        if (program is null) Assert.Skip("Needs promtool, of the package prometheus.");
        using var process = Process.Start(new ProcessStartInfo(program!, ["check", "metrics"])
        {
            RedirectStandardInput = true, RedirectStandardError = true, RedirectStandardOutput = true,
        })!;
        await process.StandardInput.WriteAsync(text);
        process.StandardInput.Close();
        var (said, errors) = (await process.StandardOutput.ReadToEndAsync(), await process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        // 3: it could be read, and has suggestions, of which libraries earn some.
        Assert.True(process.ExitCode is 0 or 3, said + errors);
        Assert.DoesNotContain("agent_management", said + errors, StringComparison.Ordinal);
    }
}
