using AgentManagement.Bench.Outage;
using AgentManagement.Bench.Servers;

namespace AgentManagement.Tests.Bench;

/// <summary>The outage experiment in its short form: beside the others, since it waits most of the time.</summary>
[Collection(nameof(OutageTests)), Trait(Apart.Name, Apart.Value)]
public sealed class OutageTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Reading_goes_on_and_nothing_is_lost_whatever_becomes_of_the_servers()
    {
        if (!PostgreSqlServer.IsInstalled || !RedisServer.IsInstalled)
        {
            Assert.Skip("Needs the programs of PostgreSQL and redis-server, which ./test installs where it may.");
        }
        var report = await new OutageExperiment().RunAsync(new(OutageExperiment.Possible, TimeSpan.FromSeconds(4)), TextWriter.Null);
        using var text = new StringWriter();
        report.Print(text);
        output.WriteLine(text.ToString());
        Assert.True(report.IsGood, text.ToString());
        Assert.All(report.Outages.Where(outage => outage.Name is not ("redis" or "slow")),
            outage => Assert.True(outage.Refused > 0, $"{outage.Name} was not felt"));
    }
}
