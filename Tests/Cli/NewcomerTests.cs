using AgentManagement.Cli;
using AgentManagement.Tests.WebGateway;

namespace AgentManagement.Tests.Cli;

/// <summary>The commands that README.md prints, by somebody whose machine has nothing yet: no profile, and no folder for one.</summary>
public sealed class NewcomerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Agents_of_another_system_come_in_and_are_kept_as_code()
    {
        await using var service = await ServiceHost.StartAsync();
        var home = Directory.CreateDirectory(Path.Combine(_folder, "home")).FullName;
        // The script of that name: nothing is written in its place.
        await File.WriteAllTextAsync(Path.Combine(_folder, "agents"), "");
        var sources = Directory.CreateDirectory(Path.Combine(_folder, ".claude", "agents")).FullName;
        await File.WriteAllTextAsync(
            Path.Combine(sources, "pilot.md"), "---\nname: pilot\ndescription: Guides ships.\ntools: Read\n---\nYou know every rock.\n");
        await File.WriteAllTextAsync(Path.Combine(sources, "cook.md"), "---\nname: cook\ndescription: Cooks.\n---\nYou cook.\n");

        Assert.Contains("demo", await RunAsync(0, "login", service.Address.OriginalString), StringComparison.Ordinal);
        Assert.Contains("2 created", await RunAsync(0, "import", "--from", "claude", ".claude/agents"), StringComparison.Ordinal);
        await RunAsync(ExitCodes.Differences, "plan", "-f", ".claude/agents");
        await RunAsync(0, "apply", "-f", ".claude/agents");
        await RunAsync(0, "plan", "-f", ".claude/agents");
        Assert.Contains("pilot", await RunAsync(0, "list"), StringComparison.Ordinal);
        Assert.Equal(
            "You know every rock.\n", (await service.CreateClient("demo", "admin").GetAsync("/api/v1/agents/pilot", 200))
                .GetProperty("config").GetProperty("instructions").Text("template"));

        async Task<string> RunAsync(int code, params string[] arguments)
        {
            var variables = new Dictionary<string, string?> { ["HOME"] = home, ["XDG_CONFIG_HOME"] = null, ["AGENTS_CONFIG"] = null };
            using var process = CliProcess.Start(variables, _folder, arguments);
            var errors = process.StandardError.ReadToEndAsync();
            var output = await process.StandardOutput.ReadToEndAsync() + await errors;
            await process.WaitForExitAsync();
            Assert.True(code == process.ExitCode, $"{string.Join(' ', arguments)}: {process.ExitCode}, {output}");
            return output;
        }
    }
}
