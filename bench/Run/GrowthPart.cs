using AgentManagement.Bench.Client;
using AgentManagement.Bench.Load;

namespace AgentManagement.Bench.Run;

/// <summary>R5: what an agent more costs, in memory and in time, and what a version more costs.</summary>
internal static class GrowthPart
{
    private const int FewTenants = 20;
    private const int History = 10_000;
    private const int SamplesOfRound = 40;
    private const int HerdClients = 32;

    // The collector keeps little that nobody uses, so that what is held is what is needed.
    private static readonly Dictionary<string, string> Frugal = new()
    {
        ["DOTNET_gcServer"] = "0", ["DOTNET_gcConcurrent"] = "0", ["DOTNET_GCgen0size"] = "0x400000", ["DOTNET_GCConserveMemory"] = "9",
    };

    public static async Task<IEnumerable<Comparison>> RunAsync(RunField field) =>
        [.. await CompareSizesAsync(field), await MeasureMemoryAsync(field), await CompareVersionsAsync(field)];

    private static async Task<List<Comparison>> CompareSizesAsync(RunField field)
    {
        await using var large = await field.StartServiceAsync();
        await using var small = await field.StartServiceAsync();
        var many = new Population("many", field.Options.Tenants, Population.AgentsOfTenant);
        var few = new Population("few", FewTenants, Population.AgentsOfTenant);
        await many.WriteAsync(large.Address);
        await few.WriteAsync(small.Address);
        var found = new List<Comparison>();
        foreach (var (name, requests) in new (string, Func<Population, Task<RequestFile>>)[]
        {
            ("put", population => population.PutsAsync()), ("get", population => population.GetsAsync()),
            ("list", population => population.ListsAsync($"limit={Population.AgentsOfTenant}")),
            ("search", population => population.ListsAsync("q=bench")),
        })
        {
            using var ofMany = await requests(many);
            using var ofFew = await requests(few);
            found.Add(await field.Turns.CompareBrieflyAsync(
                $"{name} among {many.Count} agents / among {few.Count}",
                duration => field.SendAsync(large.Address, large.Processes, ofMany, RunField.Clients, duration),
                duration => field.SendAsync(small.Address, small.Processes, ofFew, RunField.Clients, duration),
                new Goal($"R5-{name}", $"cost of {name} among {many.Count} agents / among {few.Count}", Goal.Cost) { AtMost = 1.15 }));
        }
        return found;
    }

    /// <summary>How much more the service holds when all agents are active, less what they say.</summary>
    private static async Task<Comparison> MeasureMemoryAsync(RunField field)
    {
        await using var service = await field.StartServiceAsync(Frugal);
        var population = new Population("memory", field.Options.Tenants, Population.AgentsOfTenant);
        await population.WriteAsync(service.Address);
        await service.RestartAsync();
        using var http = Population.Connect(service.Address);
        var agents = population.Agents.ToList();
        // Half of each tenant's first: what comes with the tenants, or with the first thousands of requests, is no agent's.
        var first = agents.Count / 2;
        var payload = 0L;
        await ReadAsync(0, first);
        var before = service.Processes.MemoryBytes();
        payload = 0;
        await ReadAsync(first, agents.Count - first);
        var grown = service.Processes.MemoryBytes() - before;
        var beyond = (grown - payload) / 1024.0 / (agents.Count - first);
        var sample = new Sample { P50 = 1, PeakMegabytes = service.Processes.PeakBytes() / 1e6 };
        return field.Turns.Show($"memory of {agents.Count - first} activations", new([(sample, sample)],
            [new Goal("R5-memory", "memory of an activation beyond its payload", (_, _) => beyond) { AtMost = 2.5, Unit = "KB" }]));

        Task ReadAsync(int from, int count) => Herd.RunAsync(count, HerdClients, async number =>
        {
            var answer = await population.Client(http, agents[from + number].Tenant).GetAsync(agents[from + number].Path);
            if (!answer.IsSuccess) throw new InvalidOperationException($"An agent was not read: {answer}");
            Interlocked.Add(ref payload, answer.Body.Length);
        });
    }

    private static async Task<Comparison> CompareVersionsAsync(RunField field)
    {
        var load = await new LoadExperiment().RunAsync(
            new(field.Servers.Database, History, SamplesOfRound * field.Options.Rounds), TextWriter.Null);
        foreach (var problem in load.Problems.Take(5)) field.Problems.Add(problem);
        var rounds = Of(LoadExperiment.PutOld).Zip(Of(LoadExperiment.PutNew));
        return field.Turns.Show($"PUT at version {History} / PUT at version 1", new([.. rounds],
            [new Goal("R5-versions", $"PUT at version {History} / PUT at version 1, median duration", Goal.Duration) { AtMost = 1.05 }]));

        IEnumerable<Sample> Of(string name) =>
            load.Requests.Single(each => each.Name == name).Milliseconds.Chunk(SamplesOfRound).Select(Sample.OfDurations);
    }
}
