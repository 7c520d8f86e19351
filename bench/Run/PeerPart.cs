namespace AgentManagement.Bench.Run;

/// <summary>R3: reads, writes and lists, beside the program of bench/peer.</summary>
internal static class PeerPart
{
    private const int Tenants = 20;

    public static async Task<IEnumerable<Comparison>> RunAsync(RunField field)
    {
        if (await PeerProcess.FindPythonAsync() is not { } python)
        {
            field.Output.WriteLine(
                $"  left out: no Python here has what bench/peer/requirements.txt lists; {PeerProcess.PythonVariable} names one that has");
            return [];
        }
        await using var service = await field.StartServiceAsync();
        await using var peer = await PeerProcess.StartAsync(field.Servers, python);
        var population = new Population("peer", Tenants, Population.AgentsOfTenant);
        foreach (var address in new[] { service.Address, peer.Address }) await population.WriteAsync(address);
        using var gets = await population.GetsAsync();
        using var puts = await population.PutsAsync();
        using var lists = await population.ListsAsync($"limit={Population.AgentsOfTenant}");
        return
        [
            await CompareAsync("read", gets, RunField.Clients,
                new Goal("R3-read", "GET / the peer's", Goal.Rate) { AtLeast = 25 },
                new Goal("R3-read-p99", "GET / the peer's, p99", Goal.Tail) { AtMost = 0.2 }),
            await CompareAsync("write", puts, RunField.Clients,
                new Goal("R3-write", "PUT / the peer's", Goal.Rate) { AtLeast = 8 },
                new Goal("R3-write-p99", "PUT / the peer's, p99", Goal.Tail) { AtMost = 0.2 }),
            await CompareAsync($"list of {Population.AgentsOfTenant}", lists, RunField.Clients,
                new Goal("R3-list", $"list of {Population.AgentsOfTenant} / the peer's", Goal.Rate)),
            await CompareAsync("one client's read", gets, 1,
                new Goal("R3-one-read", "one client's GETs / the peer's", Goal.Rate) { AtLeast = 2 }),
            await CompareAsync("one client's write", puts, 1,
                new Goal("R3-one-write", "one client's PUTs / the peer's", Goal.Rate) { AtLeast = 2 }),
        ];

        Task<Comparison> CompareAsync(string what, RequestFile requests, int clients, params ImmutableArray<Goal> goals) =>
            field.Turns.CompareBrieflyAsync(
                $"{what} / the peer's", duration => field.SendAsync(service.Address, service.Processes, requests, clients, duration),
                duration => field.SendAsync(peer.Address, peer.Processes, requests, clients, duration), goals);
    }
}
