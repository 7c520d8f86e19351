using System.Text.Json;
using AgentManagement.Bench.Service;
using AgentManagement.Tests.Support;

namespace AgentManagement.Tests.Bench;

/// <summary>One schema, two grain runtimes: a database written under one opens under the other.</summary>
[Collection(nameof(BenchTests))]
[Trait(RuntimeTrait.Name, RuntimeTrait.Orleans)]
public sealed class TwoRuntimesTests
{
    [Theory, MemberData(nameof(BenchDatabase.Kinds), MemberType = typeof(BenchDatabase))]
    public async Task A_database_moves_between_the_runtimes_and_back(string kind)
    {
        if (ServiceAssembly.FindOn("Embedded") is not { } embedded || ServiceAssembly.FindOn("Orleans") is not { } orleans)
        {
            Assert.Skip("Needs the service built on both grain runtimes: run ./test where Orleans restores.");
            return;
        }
        await using var data = await DataLocation.CreateAsync(BenchDatabase.Of(kind));
        await using var service = await ServiceProcess.StartAsync(data);
        var tenant = service.Client("acme");
        await tenant.PutAsync("agents/bot", Body("Version 1"));

        foreach (var (program, version) in new[] { (embedded, 2), (orleans, 3), (embedded, 4) })
        {
            await service.KillAsync();
            await service.StartAgainAsync(program);
            Assert.Equal($"Version {version - 1}", (await tenant.GetAsync("agents/bot")).Json().GetProperty("name").GetString());
            var written = await tenant.PutAsync("agents/bot", Body($"Version {version}"), ("If-Match", $"\"{version - 1}\""));
            Assert.Equal(200, written.Status);
        }

        Assert.Equal(Enumerable.Range(1, 4).Reverse(), (await tenant.AuditAsync()).Select(change => change.Version));
        Assert.Equal(4, await tenant.RevisionAsync());
        Assert.Equal("Version 3", (await tenant.GetAsync("agents/bot/versions/3")).Json().GetProperty("name").GetString());
    }

    private static string Body(string name) => JsonSerializer.Serialize(new { name, type = "rag", config = new { } });
}
