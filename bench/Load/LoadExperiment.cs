using System.Diagnostics;
using AgentManagement.Bench.Client;
using AgentManagement.Bench.Service;

namespace AgentManagement.Bench.Load;

/// <summary>What requests cost in relation to each other: measured in turns, so that a slow moment slows all of them.</summary>
public sealed class LoadExperiment
{
    internal const string PutOld = "PUT at the old agent";
    internal const string PutNew = "PUT at version 1";
    internal const string PutUnchanged = "PUT unchanged";
    internal const string GetFull = "GET 200";
    internal const string GetNotModified = "GET 304";
    internal const string Create = "create";

    private const string Old = "agents/old";
    private const int TemplateCharacters = 4_000;

    private readonly Dictionary<string, List<double>> _durations = [];
    private readonly List<string> _problems = [];
    private int _edits;

    public async Task<LoadReport> RunAsync(LoadOptions options, TextWriter output)
    {
        await using var data = await DataLocation.CreateAsync(options.Database);
        await using var service = await ServiceProcess.StartAsync(
            data, new Dictionary<string, string> { ["MAX_AGENTS_PER_TENANT"] = "1000000" });
        var client = service.Client("load");
        for (var version = 0; version < options.History; version++) await Must(client.PutAsync(Old, NextBody()), version == 0 ? 201 : 200);
        output.WriteLine($"  an agent at version {options.History}; measuring");

        await MeasureAsync(client, "warm-up", Math.Min(100, options.Samples));
        _durations.Clear();
        await MeasureAsync(client, "agent", options.Samples);
        _problems.AddRange(service.LoggedErrors());
        return new(options.History, options.Samples, [.. _durations.Select(each => new Durations(each.Key, [.. each.Value]))])
        {
            Problems = [.. _problems],
        };
    }

    private async Task MeasureAsync(TenantClient client, string prefix, int samples)
    {
        var random = new Random(1);
        for (var sample = 0; sample < samples; sample++)
        {
            var created = $"agents/{prefix}-{sample}";
            await TimeAsync(Create, 201, client.PutAsync, created, NextBody());
            // The order of each turn is drawn, so that no request always follows the same other.
            Func<Task>[] turn =
            [
                () => TimeAsync(PutNew, 200, client.PutAsync, created, NextBody()),
                () => PutTwiceAsync(client),
                () => GetTwiceAsync(client),
            ];
            random.Shuffle(turn);
            foreach (var request in turn) await request();
        }
    }

    private async Task PutTwiceAsync(TenantClient client)
    {
        var body = NextBody();
        await TimeAsync(PutOld, 200, client.PutAsync, Old, body);
        await TimeAsync(PutUnchanged, 200, client.PutAsync, Old, body);
    }

    private async Task GetTwiceAsync(TenantClient client)
    {
        var full = await TimeAsync(GetFull, 200, () => client.GetAsync(Old));
        await TimeAsync(GetNotModified, 304, () => client.GetAsync(Old, ("If-None-Match", full.EntityTag ?? "")));
    }

    private string NextBody() => AgentBodies.Complete("Load", $"{++_edits} {new string('x', TemplateCharacters)}");

    private Task<Answer> TimeAsync(
        string name, int status, Func<string, string, (string, string)[], Task<Answer>> send, string path, string body) =>
        TimeAsync(name, status, () => send(path, body, []));

    private async Task<Answer> TimeAsync(string name, int status, Func<Task<Answer>> send)
    {
        var start = Stopwatch.GetTimestamp();
        var answer = await send();
        var duration = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        if (!_durations.TryGetValue(name, out var durations)) _durations[name] = durations = [];
        durations.Add(duration);
        if (answer.Status != status) _problems.Add($"{name}: expected {status}, was answered {answer}");
        return answer;
    }

    private async Task Must(Task<Answer> sending, int status)
    {
        var answer = await sending;
        if (answer.Status != status) _problems.Add($"expected {status}, was answered {answer}");
    }
}
