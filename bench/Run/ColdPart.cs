using System.Diagnostics;
using AgentManagement.Bench.Client;

namespace AgentManagement.Bench.Run;

/// <summary>
/// R4: agents that are in nobody's memory are read, beside Kestrel with one indexed SELECT for each answer. Both over HTTP, with the same
/// client, so that what differs is the activation.
/// </summary>
internal static class ColdPart
{
    private const int SamplesOfRound = 200;

    // Of agents that are not measured: what is measured is an activation, not how code is compiled in a new process.
    private const int WarmUp = 5_000;
    private const int HerdClients = 256;

    public static async Task<IEnumerable<Comparison>> RunAsync(RunField field)
    {
        await using var service = await field.StartServiceAsync();
        var population = new Population("cold", field.Options.Tenants, Population.AgentsOfTenant);
        await population.WriteAsync(service.Address);
        await using var table = await ReferenceTable.CreateAsync(
            field.Servers.Database, field.Options.Tenants, Population.AgentsOfTenant, Population.Content("1"));
        await using var bare = await BareKestrelProcess.StartAsync([], table.ConnectionString);
        using var http = Population.Connect(service.Address);
        using var reference = Population.Connect(bare.Address);
        var agents = population.Agents.ToList();

        await service.RestartAsync();
        var next = 0;
        for (; next < Math.Min(WarmUp, agents.Count / 2); next++) await InTurnsAsync(next);
        var singly = ImmutableArray.CreateBuilder<(Sample, Sample)>();
        for (var round = 0; round < field.Options.Rounds; round++)
        {
            List<double> cold = [], selects = [];
            for (var end = Math.Min(next + SamplesOfRound, agents.Count); next < end; next++)
            {
                var (one, other) = await InTurnsAsync(next);
                cold.Add(one);
                selects.Add(other);
            }
            if (cold.Count == 0) break;
            singly.Add((Sample.OfDurations(cold), Sample.OfDurations(selects)));
        }

        var herds = ImmutableArray.CreateBuilder<(Sample, Sample)>();
        for (var round = 0; round < field.Options.Rounds; round++)
        {
            await service.RestartAsync();
            herds.Add((
                await HerdAsync(service.Processes, number => ReadAsync(number)),
                await HerdAsync(bare.Processes, number => SelectAsync(number))));
        }
        return
        [
            field.Turns.Show("GET of a cold agent / Kestrel with one indexed SELECT", new(singly.ToImmutable(),
                [new Goal("R4", "cold GET / Kestrel with one indexed SELECT, median duration", Goal.Duration) { AtMost = 1.8 }])),
            field.Turns.Show($"a herd of {agents.Count} cold agents / as many SELECTs", new(herds.ToImmutable(),
                [new Goal("R4-herd", $"{agents.Count} cold agents at once / as many SELECTs, time", Goal.Cost)])),
        ];

        async Task<(double Cold, double Select)> InTurnsAsync(int number) =>
            (await TimeAsync(() => ReadAsync(number)), await TimeAsync(() => SelectAsync(number)));

        async Task ReadAsync(int number)
        {
            var answer = await population.Client(http, agents[number].Tenant).GetAsync(agents[number].Path);
            if (!answer.IsSuccess) throw new InvalidOperationException($"A cold agent was not read: {answer}");
        }

        async Task SelectAsync(int number)
        {
            using var answer = await reference.GetAsync(new Uri($"{number + 1}", UriKind.Relative));
            answer.EnsureSuccessStatusCode();
            await answer.Content.ReadAsByteArrayAsync();
        }

        Task<Sample> HerdAsync(ProcessSet processes, Func<int, Task> read) =>
            field.Turns.MeasureAsync(processes, field.Servers.Processes, () => Herd.RunAsync(agents.Count, HerdClients, read));
    }

    private static async Task<double> TimeAsync(Func<Task> request)
    {
        var start = Stopwatch.GetTimestamp();
        await request();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
