using System.Globalization;
using System.Net;
using System.Net.Sockets;
using AgentManagement.Bench.Service;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Silo.Commands;
using Microsoft.Extensions.Configuration;

namespace AgentManagement.Tests.Configuration;

/// <summary>The programs themselves, started so that they cannot work.</summary>
public sealed class StartProblemTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_silo_of_a_cluster_needs_redis() => Assert.Equal(
        (1, "The service cannot start: silos meet through REDIS_URI, which is not set."),
        await RunAsync(ServiceAssembly.FindSilo(), "silo"));

    [Fact]
    public async Task A_gateway_of_its_own_needs_redis()
    {
        var (code, said) = await RunAsync(ServiceAssembly.FindGateway());
        Assert.Equal(1, code);
        Assert.StartsWith("The service cannot start: a gateway of its own finds the silos through REDIS_URI, which is not set.", said,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_that_there_is_not_is_refused()
    {
        var (code, said) = await RunAsync(ServiceAssembly.Find(), "silos");
        Assert.Equal(CommandLine.Misused, code);
        Assert.Contains("'silos'", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(64, "token needs <tenant>: Whose agents.", "token")]
    [InlineData(64, "on needs <minutes>:", "maintenance", "on")]
    [InlineData(64, "import needs <file>:", "import")]
    [InlineData(1, "There is no such tier; there are: advance, enterprise, free, professional.", "token", "demo", "--tier", "gold")]
    [InlineData(1, "There can be no file /nonexistent/agents.jsonl:", "export", "/nonexistent/agents.jsonl")]
    [InlineData(1, "There can be no file /:", "export", "/")]
    [InlineData(1, "Nothing answers on port 1.", "health")]
    public async Task What_is_wrong_with_a_command_is_one_line_and_an_exit_code(int expected, string line, params string[] arguments)
    {
        var (code, said) = await RunAsync(
            ServiceAssembly.Find(), new() { ["AGENT_MANAGEMENT_TOKEN"] = "a", ["SERVICE_PORT"] = "1" }, standardError: false, arguments);
        Assert.Equal(expected, code);
        Assert.Contains(line, said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_names_what_was_typed()
    {
        var (code, said) = await RunAsync(
            ServiceAssembly.Find(), new() { ["AGENT_MANAGEMENT_COMMAND"] = "./run" }, standardError: false, "token", "--help");
        Assert.Equal(0, code);
        Assert.Contains("./run token <tenant>", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_in_use_is_said_in_one_line_that_nothing_buries()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        var (code, said) = await RunAsync(ServiceAssembly.Find(), new() { ["SERVICE_PORT"] = port }, standardError: false);
        Assert.Equal(1, code);
        Assert.Contains("a port of SERVICE_PORT", said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
        Assert.DoesNotContain("\"exception\"", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_said_in_one_line()
    {
        var (code, said) = await RunAsync(
            ServiceAssembly.Find(), new() { ["DATA_DIRECTORY"] = "/dev/null/data", ["SERVICE_PORT"] = "0" }, standardError: false);
        Assert.Equal(1, code);
        Assert.Contains("/dev/null/data", said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tenant_that_there_is_not_is_not_verified()
    {
        await using var database = await TestDatabase.CreateAsync("sqlite");
        await using (var silo = await TestSilo.StartAsync(database))
        {
            await silo.Tenant("acme").ApplyAsync("a", new CreateAgent(Sample.Content()));
        }
        var environment = new ConfigurationBuilder().AddInMemoryCollection([new("DATA_DIRECTORY", database.Directory)]).Build();
        using var output = new StringWriter();
        Assert.Equal(0, await VerifyCommand.RunAsync(environment, "acme", output));
        var refused = await Assert.ThrowsAsync<SettingsException>(() => VerifyCommand.RunAsync(environment, "nosuch", output));
        Assert.Equal("There is no tenant nosuch in this database.", refused.Message);
    }

    /// <summary>The exit code, and all that was written to standard error.</summary>
    private static Task<(int Code, string Said)> RunAsync(string assembly, params string[] arguments) =>
        RunAsync(assembly, [], standardError: true, arguments);

    /// <summary>The exit code, and all that was written, to standard error alone or in all.</summary>
    private static async Task<(int Code, string Said)> RunAsync(
        string assembly, Dictionary<string, string> environment, bool standardError, params string[] arguments)
    {
        await using var data = await DataLocation.CreateAsync(DataLocation.Sqlite);
        var log = Path.Combine(data.Directory, "service.log");
        int code;
        await using (
            var process =
            ChildProcess.Start(ChildProcess.DotNet(assembly, data.Directory, arguments, environment.ToImmutableDictionary()), log))
        {
            code = await process.WaitForExitAsync(Timeout);
        }
        var lines = await File.ReadAllLinesAsync(log);
        if (!standardError) return (code, string.Join('\n', lines));
        return (code, string.Join('\n', lines.Where(line => line.StartsWith(ChildProcess.StandardErrorMark, StringComparison.Ordinal))
            .Select(line => line[ChildProcess.StandardErrorMark.Length..])));
    }
}
