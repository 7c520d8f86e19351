using AgentManagement.Client.Hosting;
using AgentManagement.Silo.Commands;
using AgentManagement.Tests.Deployment;
using AgentManagement.Tests.Support;

namespace AgentManagement.Tests.Operations;

/// <summary><c>drill</c>, with a script that stands in for the one that BackupTests run.</summary>
public sealed class DrillCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("agent-management-drill-command-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory, InlineData(0), InlineData(1), InlineData(3)]
    public async Task The_script_gets_the_arguments_and_its_exit_code_is_the_commands(int code)
    {
        var said = Path.Combine(_folder.FullName, "said");
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "drill.sh"), $"printf '%s ' \"$@\" >'{said}'\nexit {code}\n");
        Assert.Equal(code, await DrillCommand.Create().Parse(["--rto", "90", "--scripts", _folder.FullName, "--megabytes", "5"]).InvokeAsync());
        Assert.Equal("--megabytes 5 --rto 90 ", await File.ReadAllTextAsync(said));
    }

    [Fact]
    public async Task Where_there_is_no_script_that_is_said()
    {
        Assert.Contains($"no drill.sh in {_folder.FullName}", (await Assert.ThrowsAsync<SettingsException>(() => DrillCommand.RunAsync(_folder, []))).Message, StringComparison.Ordinal);
        Assert.Null(DrillCommand.FindScripts(_folder.FullName));
        Assert.Contains("the image has none", (await Assert.ThrowsAsync<SettingsException>(() => DrillCommand.RunAsync(null, []))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_folder_it_is_the_repositorys_with_options_that_the_script_knows()
    {
        Assert.Equal(Repository.PathOf("scripts/backup"), DrillCommand.FindScripts(AppContext.BaseDirectory)?.FullName);
        var known = Repository.Read("scripts/backup/drill.sh");
        Assert.All(DrillCommand.Create().Options.Select(option => option.Name).Where(name => name is not "--scripts"), name =>
            Assert.Contains($"            {name}) ", known, StringComparison.Ordinal));
    }

    [Theory, InlineData("--megabytes", "0"), InlineData("--seconds", "-1"), InlineData("--rpo", "soon"), InlineData("--rows", "1")]
    public void What_is_no_figure_is_refused(string option, string value) => Assert.NotEmpty(DrillCommand.Create().Parse([option, value]).Errors);
}
