namespace AgentManagement.Bench.Run;

/// <summary>R2: agents are changed, beside updates of one row with the same content on the same server.</summary>
internal static class WritingPart
{
    private const int Tenants = 20;

    public static async Task<IEnumerable<Comparison>> RunAsync(RunField field)
    {
        await using var service = await field.StartServiceAsync();
        var many = new Population("write", Tenants, Population.AgentsOfTenant);
        var one = new Population("alone", tenants: 1, Population.AgentsOfTenant);
        await many.WriteAsync(service.Address);
        await one.WriteAsync(service.Address);
        using var puts = await many.PutsAsync();
        using var putsOfOne = await one.PutsAsync();
        await using var table = await ReferenceTable.CreateAsync(
            field.Servers.Database, Tenants, Population.AgentsOfTenant, Population.Content("@@"));

        var (acknowledged, unanswered) = (0L, 0L);
        var before = await RevisionsAsync();
        IEnumerable<Comparison> found =
        [
            await field.Turns.CompareAsync(
                $"PUT, {RunField.Clients} clients over {Tenants} tenants, / pgbench, updates of one row",
                duration => PutAsync(puts, RunField.Clients, duration), duration => UpdateAsync(RunField.Clients, duration),
                new Goal("R2", $"PUT, {RunField.Clients} clients, {Tenants} tenants / one-row updates", Goal.Rate) { AtLeast = 0.3 }),
            await field.Turns.CompareAsync(
                "PUT of one client / pgbench with one client",
                duration => PutAsync(puts, 1, duration), duration => UpdateAsync(1, duration),
                new Goal("R2b", "one client's PUT / one client's update, median duration", Goal.Duration) { AtMost = 3 }),
            await field.Turns.CompareAsync(
                $"PUT, {RunField.Clients} clients on one tenant, / pgbench on one row",
                duration => PutAsync(putsOfOne, RunField.Clients, duration), duration => UpdateAsync(RunField.Clients, duration, rows: 1),
                new Goal("R2c", $"PUT, {RunField.Clients} clients, one tenant / updates of one row", Goal.Rate) { AtLeast = 1 }),
        ];

        // wrk leaves the last request of each connection unanswered; but for these, each answer is a change, and each change was answered.
        var changes = await RevisionsAsync() - before;
        if (changes < acknowledged || changes > acknowledged + unanswered)
        {
            field.Problems.Add($"{acknowledged} PUTs were acknowledged and made {changes} changes");
        }
        return found;

        async Task<Sample> PutAsync(RequestFile requests, int clients, TimeSpan duration) => await field.Turns.MeasureAsync(
            service.Processes, field.Servers.Processes, async () =>
            {
                var result = await Wrk.SendAsync(service.Address, requests.Path, clients, duration);
                acknowledged += result.Operations - result.Errors;
                unanswered += 2 * clients;
                return result;
            });

        Task<Sample> UpdateAsync(int clients, TimeSpan duration, int? rows = null) => field.Turns.MeasureAsync(
            new ProcessSet(), field.Servers.Processes, () => table.UpdateAsync(clients, duration, rows));

        async Task<long> RevisionsAsync() =>
            await many.RevisionsAsync(service.Address) + await one.RevisionsAsync(service.Address);
    }
}
