using System.Diagnostics;
using AgentManagement.Bench.Servers;
using AgentManagement.Tests.WebGateway;

namespace AgentManagement.Tests.Deployment;

/// <summary>The requests of README, as they are printed.</summary>
public sealed class ReadmeTests
{
    [Fact]
    public async Task The_ten_requests_of_README_do_what_it_says()
    {
        if (Programs.Find("curl") is null) Assert.Skip("Needs curl.");
        await using var service = await ServiceHost.StartAsync();
        using var client = service.CreateClient("demo", "admin");
        var requests = Repository.Read("README.md").Split("\n## ")
            .Single(section => section.StartsWith("Ten requests\n", StringComparison.Ordinal))
            .Split('\n').Where(line => line.StartsWith("    ", StringComparison.Ordinal));
        var script = string.Join('\n', requests)
            .Replace("http://localhost:8080", service.Address.ToString().TrimEnd('/'), StringComparison.Ordinal)
            // What follows changes would go on.
            .Replace("api -N ", "api -N --max-time 3 ", StringComparison.Ordinal);
        using var process = Process.Start(new ProcessStartInfo("bash", ["-c", script])
        {
            Environment = { ["TOKEN"] = client.DefaultRequestHeaders.Authorization!.Parameter },
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var said = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal("", await errors);
        Assert.DoesNotContain("urn:agent-management:problem", said, StringComparison.Ordinal);
        var kinds = (await client.GetAsync("/api/v1/audit", 200)).GetProperty("items").EnumerateArray()
            .Select(change => change.GetProperty("kind").GetString());
        Assert.Equal(["agent_rolled_back", "agent_updated", "agent_activated", "agent_created"], kinds);
        Assert.Contains("event: agent_created\n", said, StringComparison.Ordinal);
        Assert.Contains("\"kind\":\"agent_rolled_back\"", said.Split("event: agent_created\n")[1], StringComparison.Ordinal);
    }
}
