namespace AgentManagement.Bench.Run;

/// <summary>R1: an agent is read, beside Kestrel with the same bytes.</summary>
internal static class ReadingPart
{
    private const int Ok = 200;
    private const int NotModified = 304;

    public static async Task<IEnumerable<Comparison>> RunAsync(RunField field)
    {
        await using var service = await field.StartServiceAsync();
        var population = new Population("read", tenants: 1, agents: 1);
        await population.WriteAsync(service.Address);
        var (tenant, path) = population.Agents.First();
        using var http = Population.Connect(service.Address);
        var client = population.Client(http, tenant);
        var answer = await client.GetAsync(path);
        var known = answer.EntityTag ?? "";
        foreach (var (expected, found) in new[]
        {
            (Ok, answer.Status), (NotModified, (await client.GetAsync(path, ("If-None-Match", known))).Status),
        })
        {
            if (found != expected) field.Problems.Add($"a read was answered {found} instead of {expected}");
        }
        await using var bare = await BareKestrelProcess.StartAsync(answer.Body);

        var agent = new Uri(service.Address, $"api/v1/{path}");
        var authorization = $"Authorization: Bearer {population.Token(tenant)}";
        return
        [
            await field.Turns.CompareAsync(
                $"GET of an agent, {answer.Body.Length} bytes, / bare Kestrel with the same bytes", Service(authorization),
                Reference(authorization), new Goal("R1", "GET /agents/{id} / bare Kestrel", Goal.Rate) { AtLeast = 0.55 }),
            await field.Turns.CompareAsync(
                "GET answered 304 / bare Kestrel's 304", Service(authorization, $"If-None-Match: {known}"),
                Reference(authorization, $"If-None-Match: {BareKestrel.EntityTag}"),
                new Goal("R1b", "304 / bare Kestrel's 304", Goal.Rate) { AtLeast = 0.65 }),
        ];

        Func<TimeSpan, Task<Sample>> Service(params string[] headers) => duration => field.Turns.MeasureAsync(
            service.Processes, field.Servers.Processes, () => Wrk.GetAsync(agent, RunField.Clients, duration, headers));

        Func<TimeSpan, Task<Sample>> Reference(params string[] headers) => duration => field.Turns.MeasureAsync(
            bare.Processes, new ProcessSet(), () => Wrk.GetAsync(bare.Address, RunField.Clients, duration, headers));
    }
}
