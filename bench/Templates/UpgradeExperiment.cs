using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentManagement.Bench.Client;
using AgentManagement.Bench.Import;
using AgentManagement.Bench.Report;
using AgentManagement.Bench.Service;

namespace AgentManagement.Bench.Templates;

/// <summary>
/// Real agents become templates, and agents of these. Tenants edit half of the fields, templates change half of theirs, and all
/// agents are upgraded, twice: conflicts are exactly what both edited, the tenants' edits survive, the rest is the template's,
/// and undoing restores every byte.
/// </summary>
public sealed class UpgradeExperiment
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    private readonly ConcurrentBag<string> _problems = [];
    private int _edits;
    private int _conflicts;
    private int _compared;

    public async Task<UpgradeReport> RunAsync(ImportOptions options, int seed, TextWriter output)
    {
        await using var data = await DataLocation.CreateAsync(options.Database);
        await using var service = await ServiceProcess.StartAsync(data);
        return await RunAsync(options, seed, service, output);
    }

    /// <summary>On a service that runs.</summary>
    public async Task<UpgradeReport> RunAsync(ImportOptions options, int seed, ServiceProcess service, TextWriter output)
    {
        var start = Stopwatch.GetTimestamp();
        var agents = RealAgents.Read(options.Path, options.MaxAgents).Agents;
        var derived = agents.Select((agent, index) =>
            new DerivedAgent(service.Client($"upgrade-{index % options.Tenants}"), agent, new Random(seed + index))).ToList();

        foreach (var agent in derived) await MakeAsync(agent);
        for (var round = 1; round <= 2; round++)
        {
            foreach (var agent in derived) await EditAsync(agent, round);
            foreach (var agent in derived) await UpgradeAsync(agent, round);
            output.WriteLine($"  round {round}: {_edits} edits, {_conflicts} conflicts");
        }
        foreach (var problem in service.LoggedErrors()) _problems.Add(problem);
        return new(derived.Count, options.Tenants, _edits, _conflicts, _compared, Stopwatch.GetElapsedTime(start))
        {
            Problems = [.. _problems],
        };
    }

    private async Task MakeAsync(DerivedAgent agent)
    {
        Expect(agent, 201, await agent.Client.PutAsync($"templates/{agent.Id}", RelaxedJson.Write(agent.Template)));
        Expect(agent, 201, await agent.Client.PostAsync($"templates/{agent.Id}/instantiate", $$"""{"id":"{{agent.Id}}","name":"Ours"}"""));
    }

    /// <summary>The tenant edits its agent, and the template gets a new version.</summary>
    private async Task EditAsync(DerivedAgent agent, int round)
    {
        var content = await ReadAsync(agent);
        var mine = FieldEdits.EditHalf(content, "ours", agent.Random);
        agent.Edited.UnionWith(mine);
        Interlocked.Add(ref _edits, mine.Count);
        content["metadata"] = new JsonObject { ["round"] = round, ["text"] = "é 😀 \"x\"" };
        Expect(agent, 200, await agent.Client.PutAsync($"agents/{agent.Id}", RelaxedJson.Write(content)));

        agent.Changed = [.. FieldEdits.EditHalf(agent.Template, "theirs", agent.Random)];
        Expect(agent, 200, await agent.Client.PutAsync($"templates/{agent.Id}", RelaxedJson.Write(agent.Template)));
    }

    private async Task UpgradeAsync(DerivedAgent agent, int round)
    {
        var before = await agent.Client.GetAsync($"agents/{agent.Id}");
        var preview = (await agent.Client.PostAsync($"agents/{agent.Id}/upgrade?dryRun=true", "{}")).Json();
        var told = preview.TryGetProperty("conflicts", out var conflicts) ? conflicts.EnumerateArray()
            .Select(each => each.GetProperty("label").GetString()!).Order().ToList() : [];
        var expected = agent.Edited.Intersect(agent.Changed).Order().ToList();
        if (!told.SequenceEqual(expected))
        {
            Report(agent, $"conflicts are told in {string.Join(", ", told)}, and both edited {string.Join(", ", expected)}");
        }
        Interlocked.Add(ref _conflicts, told.Count);

        var task = await RunAsync(agent, $"templates/{agent.Id}/upgrade", """{"onConflict":"mine"}""");
        Check(agent, JsonNode.Parse(before.Body)!, await ReadAsync(agent));
        await RunAsync(agent, $"tasks/{task}/undo", null);
        var undone = (await agent.Client.GetAsync($"agents/{agent.Id}")).Json();
        foreach (var member in (string[])[.. MappedAgent.Members, "templateVersion", "templateVariables", "templateCustomizations"])
        {
            Interlocked.Increment(ref _compared);
            if (RelaxedJson.RawMember(undone, member) != RelaxedJson.RawMember(before.Json(), member))
            {
                Report(agent, $"round {round}: undoing did not restore {member}");
            }
        }
        Expect(agent, 200, await agent.Client.PostAsync($"agents/{agent.Id}/upgrade", """{"onConflict":"mine"}"""));
        Check(agent, JsonNode.Parse(before.Body)!, await ReadAsync(agent));
    }

    /// <summary>What the tenant edited is as it was, and all else as the template has it.</summary>
    private void Check(DerivedAgent agent, JsonNode before, JsonObject after)
    {
        foreach (var place in FieldEdits.Places(agent.Template).Union(agent.Edited))
        {
            Interlocked.Increment(ref _compared);
            var wanted = FieldEdits.At(agent.Edited.Contains(place) ? before : agent.Template, place);
            if (FieldEdits.At(after, place) != wanted) Report(agent, $"{place} is not what it must be after an upgrade");
        }
        if (FieldEdits.At(after, "metadata") != FieldEdits.At(before, "metadata")) Report(agent, "the metadata changed");
    }

    private async Task<string> RunAsync(DerivedAgent agent, string path, string? body)
    {
        var started = await agent.Client.PostAsync(path, body);
        Expect(agent, 202, started);
        var id = started.Json().GetProperty("id").GetString()!;
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            var task = (await agent.Client.GetAsync($"tasks/{id}")).Json();
            if (task.GetProperty("finishedAt").ValueKind != JsonValueKind.Null)
            {
                if (task.GetProperty("status").GetString() != "completed" || task.GetProperty("result").GetProperty("failedCount")
                    .GetInt32() != 0) Report(agent, $"{path}: {task}");
                return id;
            }
            if (Stopwatch.GetElapsedTime(start) > Timeout) throw new TimeoutException($"{path} has not ended: {task}");
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }
    }

    private static async Task<JsonObject> ReadAsync(DerivedAgent agent)
    {
        var read = JsonNode.Parse((await agent.Client.GetAsync($"agents/{agent.Id}")).Body)!.AsObject();
        return new(MappedAgent.Members.Select(member => KeyValuePair.Create(member, read[member]?.DeepClone())));
    }

    private void Expect(DerivedAgent agent, int status, Answer answer)
    {
        if (answer.Status != status) Report(agent, $"expected {status}, was answered {answer}");
    }

    private void Report(DerivedAgent agent, string problem) => _problems.Add($"{agent.Client.TenantId}/{agent.Id}: {problem}");

    private sealed class DerivedAgent(TenantClient client, MappedAgent source, Random random)
    {
        public TenantClient Client { get; } = client;
        public string Id { get; } = source.Id;
        public Random Random { get; } = random;

        /// <summary>The content of its template, as it is now.</summary>
        public JsonObject Template { get; } = TemplateOf(JsonNode.Parse(source.Body)!.AsObject());

        /// <summary>What its tenant has edited, ever: that stays the tenant's.</summary>
        public HashSet<string> Edited { get; } = [];

        /// <summary>What the template's newest version changed.</summary>
        public HashSet<string> Changed { get; set; } = [];

        private static JsonObject TemplateOf(JsonObject body)
        {
            foreach (var member in (string[])["id", "metadata"]) body.Remove(member);
            return body;
        }
    }
}

/// <summary>What an upgrade of real agents found.</summary>
public sealed record UpgradeReport(int Agents, int Tenants, int Edits, int Conflicts, int Compared, TimeSpan Duration) : ExperimentReport
{
    public override IEnumerable<(string Name, object Value)> Figures =>
    [
        ("templates, with an agent each", Agents), ("tenants", Tenants), ("fields that tenants edited", Edits),
        ("conflicts, each of them told", Conflicts), ("fields compared", Compared), ("seconds", Math.Round(Duration.TotalSeconds, 1)),
    ];
}
