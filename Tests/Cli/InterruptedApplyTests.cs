using System.Diagnostics;
using AgentManagement.Tests.WebGateway;

namespace AgentManagement.Tests.Cli;

/// <summary>apply, as a process that is killed in the middle again and again.</summary>
[Collection(typeof(GatewayTests))]
public sealed class InterruptedApplyTests(Gateway gateway) : IDisposable
{
    private const int Agents = 50;
    private const int Kills = 3;
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private readonly string _tenant = Gateway.NewTenant();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Whoever_runs_it_again_ends_where_nobody_was_interrupted()
    {
        for (var number = 0; number < Agents; number++)
        {
            await File.WriteAllTextAsync(
                Path.Combine(_folder, $"bot-{number}.json"), Api.Content(id: $"bot-{number}", name: $"Bot {number}"));
        }
        var client = gateway.Client(tenant: _tenant);
        for (var kill = 1; kill <= Kills; kill++)
        {
            using var interrupted = Start();
            var enough = kill * Agents / (Kills + 1);
            await Await.Until(async () => interrupted.HasExited || await RevisionAsync() >= enough, "some agents are applied");
            interrupted.Kill();
            await interrupted.WaitForExitAsync();
        }
        using (var last = Start())
        {
            await last.WaitForExitAsync();
            Assert.Equal(0, last.ExitCode);
        }
        // Each agent was made once, and nothing was written a second time.
        Assert.Equal(Agents, await RevisionAsync());
        using var again = Start();
        await again.WaitForExitAsync();
        Assert.Equal((0, Agents), (again.ExitCode, await RevisionAsync()));

        async Task<int> RevisionAsync() => (await client.GetAsync("/api/v1/tenant", 200)).GetProperty("revision").GetInt32();
    }

    private Process Start() => CliProcess.Start(
        new Dictionary<string, string?>
        {
            ["AGENTS_URL"] = gateway.Service.Address.OriginalString,
            ["AGENTS_TOKEN"] = Tokens.Make(change: claims =>
                (claims["tenant_id"], claims["role"], claims["tier"]) = (_tenant, "admin", "enterprise")),
        },
        null, "apply", "-f", _folder, "-m", "ci", "-o", "json");
}
