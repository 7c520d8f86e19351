using AgentManagement.Bench.Client;
using AgentManagement.Bench.Report;
using AgentManagement.Bench.Service;

namespace AgentManagement.Bench.Quota;

/// <summary>How the quota experiment is run.</summary>
/// <param name="Database">See <see cref="DataLocation.CreateAsync"/>.</param>
/// <param name="Rounds">How often, each time with new tenants.</param>
/// <param name="Requests">Concurrent creations of a round.</param>
/// <param name="Silos">0 for the service in one process; otherwise a cluster of so many, which are killed meanwhile.</param>
/// <param name="Seed">Of which are killed, and when.</param>
public sealed record QuotaOptions(string Database, int Rounds, int Requests = 200, int Silos = 0, int Seed = 1);

/// <summary>What the quota experiment found.</summary>
public sealed record QuotaReport(int Rounds, int Sent, int Created, int Refused, int Activated, int ActivationsRefused) : ExperimentReport
{
    public override IEnumerable<(string Name, object Value)> Figures =>
    [
        ("rounds", Rounds), ("concurrent creations", Sent), ("created", Created), ("refused: quota_exceeded", Refused),
        ("activated on the free tier", Activated), ("refused there", ActivationsRefused),
    ];
}

/// <summary>Many requests at once never pass a limit, and never fall short of it.</summary>
public sealed class QuotaExperiment
{
    private const int AgentLimit = 50;
    private const int FreeAgents = 3;
    private const int FreeActive = 1;
    private const int FreeCreatesPerDay = 5;

    private readonly List<string> _problems = [];

    public async Task<QuotaReport> RunAsync(QuotaOptions options, TextWriter output)
    {
        await using var data = await DataLocation.CreateAsync(options.Database);
        await using var service = await ServiceProcess.StartAsync(data);
        return await RunAsync(options, service, output);
    }

    /// <summary>On a service that runs.</summary>
    public async Task<QuotaReport> RunAsync(QuotaOptions options, ServiceProcess service, TextWriter output)
    {
        var (created, refused, activated, activationsRefused) = (0, 0, 0, 0);
        for (var round = 0; round < options.Rounds; round++)
        {
            // Every second round creates by PUT as well, which takes its place only once the agent is found absent.
            var mixed = round % 2 == 1;
            var (made, full) = await FillAsync(service.Client($"quota-{round}"), options.Requests, mixed);
            var (active, inactive) = await FreeTierAsync(service.Client($"free-{round}", tier: "free"));
            output.WriteLine($"  round {round + 1}: {made} created, {full} refused; free tier: {active} activated, {inactive} refused");
            (created, refused) = (created + made, refused + full);
            (activated, activationsRefused) = (activated + active, activationsRefused + inactive);
        }
        _problems.AddRange(service.LoggedErrors());
        return new(options.Rounds, options.Rounds * options.Requests, created, refused, activated, activationsRefused)
        {
            Problems = [.. _problems],
        };
    }

    private async Task<(int Created, int Refused)> FillAsync(TenantClient client, int requests, bool mixed)
    {
        var counts = await AtOnceAsync(requests, index => mixed && index % 2 == 0
            ? client.PutAsync($"agents/agent-{index}", AgentBodies.Complete($"Agent {index}"))
            : client.PostAsync("agents", AgentBodies.Complete($"Agent {index}")));
        Expect(client, "concurrent creations", counts, succeed: AgentLimit, refuse: requests - AgentLimit);
        await ExpectUsageAsync(client, "agents", AgentLimit);
        return counts;
    }

    private async Task<(int Activated, int Refused)> FreeTierAsync(TenantClient client)
    {
        for (var index = 0; index < FreeAgents; index++) await client.PutAsync(
            $"agents/agent-{index}", AgentBodies.Complete($"Agent {index}"));
        var activations = await AtOnceAsync(FreeAgents, index => client.PostAsync($"agents/agent-{index}/activate", null));
        Expect(client, "concurrent activations", activations, FreeActive, FreeAgents - FreeActive);
        await ExpectUsageAsync(client, "activeAgents", FreeActive);

        // Places that become free are free, but the day's creations stay counted.
        for (var index = 0; index < FreeAgents; index++) await client.SendAsync(HttpMethod.Delete, $"agents/agent-{index}", null);
        const int Attempts = 10;
        const int Left = FreeCreatesPerDay - FreeAgents;
        var creations = await AtOnceAsync(Attempts, index => client.PostAsync("agents", AgentBodies.Complete($"Later {index}")));
        Expect(client, "creations of the same day", creations, Left, Attempts - Left);
        await ExpectUsageAsync(client, "createsToday", FreeCreatesPerDay);
        await ExpectUsageAsync(client, "activeAgents", 0);
        return activations;
    }

    private async Task<(int Succeeded, int Refused)> AtOnceAsync(int count, Func<int, Task<Answer>> send)
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, count).Select(send));
        foreach (var other in answers.Where(answer => !answer.IsSuccess && !IsQuota(answer)))
        {
            _problems.Add($"neither done nor refused by a quota: {other}");
        }
        return (answers.Count(answer => answer.IsSuccess), answers.Count(IsQuota));
    }

    private void Expect(TenantClient client, string what, (int Succeeded, int Refused) counts, int succeed, int refuse)
    {
        if (counts != (succeed, refuse))
        {
            _problems.Add($"{client.TenantId}: {what}: {counts} done and refused, expected {(succeed, refuse)}");
        }
    }

    private async Task ExpectUsageAsync(TenantClient client, string counter, int expected)
    {
        var used = (await client.GetAsync("tenant")).Json().GetProperty("usage").GetProperty(counter).GetInt32();
        if (used != expected) _problems.Add($"{client.TenantId}: GET /tenant tells {counter} = {used}, expected {expected}");
        if (counter == "createsToday") return;
        var listed = await client.ListAsync(counter == "agents" ? "agents" : "agents?status=active");
        if (listed.Count != expected) _problems.Add($"{client.TenantId}: the list has {listed.Count} {counter}, expected {expected}");
    }

    private static bool IsQuota(Answer answer) => answer is { Status: 409, Code: "quota_exceeded" };
}
