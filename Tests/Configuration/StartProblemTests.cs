using AgentManagement.Bench.Service;

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
        Assert.Equal(1, code);
        Assert.Contains("'silos'", said, StringComparison.Ordinal);
    }

    /// <summary>The exit code, and all that was written to standard error.</summary>
    private static async Task<(int Code, string Said)> RunAsync(string assembly, params string[] arguments)
    {
        await using var data = await DataLocation.CreateAsync(DataLocation.Sqlite);
        var log = Path.Combine(data.Directory, "service.log");
        int code;
        await using (
            var process =
            ChildProcess.Start(ChildProcess.DotNet(assembly, data.Directory, arguments, ImmutableDictionary<string, string>.Empty), log))
        {
            code = await process.WaitForExitAsync(Timeout);
        }
        var lines = await File.ReadAllLinesAsync(log);
        return (code, string.Join('\n', lines.Where(line => line.StartsWith(ChildProcess.StandardErrorMark, StringComparison.Ordinal))
            .Select(line => line[ChildProcess.StandardErrorMark.Length..])));
    }
}
