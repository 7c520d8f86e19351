using System.Collections.Concurrent;
using System.Diagnostics;
using AgentManagement.Tests.WebGateway;

namespace AgentManagement.Tests.Orleans;

/// <summary>A silo that joins takes its part of the agents that are active, and nobody who reads or writes them sees it.</summary>
[Collection(LongestFirst.Clusters)]
public sealed class RebalancingTests(ITestOutputHelper output)
{
    private const int Tenants = 5;
    private const int AgentsOfTenant = 40;
    private const string GrainType = "AgentManagement.Grains.Agents.AgentGrain";

    [Fact]
    public async Task A_silo_that_joins_gets_its_share_of_active_agents_and_no_request_fails()
    {
        await using var service = await ServiceHost.StartClusterAsync(silos: 2);
        var written = new ConcurrentDictionary<(int Tenant, int Agent), int>();
        var clients = Enumerable.Range(0, Tenants).Select(tenant => service.CreateClient($"tenant-{tenant}")).ToList();
        await Task.WhenAll(Enumerable.Range(0, Tenants).Select(async tenant =>
        {
            for (var agent = 0; agent < AgentsOfTenant; agent++) await WriteAsync(tenant, agent);
        }));
        using var ending = new CancellationTokenSource();
        // Each tenant's agents are written and read by one alone, so that what must be read is what was acknowledged last.
        var load = Enumerable.Range(0, Tenants).Select(tenant => Task.Run(() => LoadAsync(tenant, ending.Token))).ToList();

        var silo = await service.AddSiloAsync();

        var address = silo.GetRequiredService<ILocalSiloDetails>().SiloAddress;
        var management = silo.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0);
        output.WriteLine($"at the join: {Text(await AgentsAsync())}");
        var joined = Stopwatch.GetTimestamp();
        await Await.Until(
            async () => (await AgentsAsync()).GetValueOrDefault(address) >= Tenants * AgentsOfTenant / 4, "the silo has its share");
        output.WriteLine($"{Stopwatch.GetElapsedTime(joined).TotalSeconds:0} s later: {Text(await AgentsAsync())}");
        await ending.CancelAsync();
        output.WriteLine($"requests: {(await Task.WhenAll(load)).Sum()}");
        Assert.DoesNotContain(service.Logs.Lines, line => line.Contains("hydrat", StringComparison.OrdinalIgnoreCase));

        async Task<Dictionary<SiloAddress, int>> AgentsAsync() => (await management.GetDetailedGrainStatistics())
            .Where(each => each.GrainType.StartsWith(GrainType, StringComparison.Ordinal))
            .GroupBy(each => each.SiloAddress).ToDictionary(each => each.Key, each => each.Count());

        static string Text(Dictionary<SiloAddress, int> agents) => string.Join(", ", agents.Values.Order());

        async Task<int> LoadAsync(int tenant, CancellationToken ends)
        {
            var requests = 0;
            while (!ends.IsCancellationRequested)
            {
                var agent = Random.Shared.Next(AgentsOfTenant);
                if (requests % 5 == 0) await WriteAsync(tenant, agent);
                else await ReadAsync(tenant, agent);
                requests++;
                // Enough to be there when an agent moves.
                await Task.Delay(25, CancellationToken.None);
            }
            // Moved or not, all are as they were acknowledged.
            for (var agent = 0; agent < AgentsOfTenant; agent++) await ReadAsync(tenant, agent);
            return requests;
        }

        async Task WriteAsync(int tenant, int agent)
        {
            var body = await (await clients[tenant].SendAsync("PUT", $"{Api.Agents}/bot-{agent}", Api.Content($"Bot {Guid.NewGuid()}")))
                .ShouldBeAsync(written.ContainsKey((tenant, agent)) ? 200 : 201);
            written[(tenant, agent)] = body.GetProperty("version").GetInt32();
        }

        async Task ReadAsync(int tenant, int agent) => Assert.Equal(
            written[(tenant, agent)],
            (await clients[tenant].GetAsync($"{Api.Agents}/bot-{agent}", 200)).GetProperty("version").GetInt32());
    }
}
