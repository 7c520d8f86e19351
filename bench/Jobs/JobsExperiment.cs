using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using AgentManagement.Bench.Client;
using AgentManagement.Bench.Servers;
using AgentManagement.Bench.Service;

namespace AgentManagement.Bench.Jobs;

/// <summary>The service is killed again and again in the middle of imports. Each of them ends, and each line is done once.</summary>
public sealed class JobsExperiment
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);

    private readonly List<StartedImport> _imports = [];
    private readonly List<string> _problems = [];

    public async Task<JobsReport> RunAsync(JobsOptions options, TextWriter output)
    {
        var start = Stopwatch.GetTimestamp();
        var (random, killsAtWork) = (new Random(options.Seed), 0);
        await using var data = await DataLocation.CreateAsync(options.Database);
        await using var redis = data.DatabaseUrl is null ? null : await RedisServer.StartAsync();
        var settings = new Dictionary<string, string> { ["MAX_AGENTS_PER_TENANT"] = "1000000" };
        if (redis is not null) settings["REDIS_URI"] = redis.Address.OriginalString;
        await using var service = await ServiceProcess.StartAsync(data, settings);
        var tenants = Enumerable.Range(0, options.Tenants).Select(number => service.Client($"jobs-{number}")).ToList();
        for (var kill = 1; kill <= options.Kills; kill++)
        {
            await StartImportAsync(tenants[kill % tenants.Count], options.Lines);
            await Task.Delay(random.Next(options.EarliestKill, options.LatestKill));
            if ((await Task.WhenAll(tenants.Select(CountUnfinishedAsync))).Sum() > 0) killsAtWork++;
            await service.KillAsync();
            await service.StartAgainAsync();
            if (kill % 10 == 0) output.WriteLine($"  kill {kill}: {killsAtWork} of them while an import was at work");
        }

        var ended = 0;
        foreach (var import in _imports) ended += await CheckAsync(import, options.Lines) ? 1 : 0;
        var (done, doubled) = await CheckLogsAsync(tenants, data);
        // Where silos meet in Redis, Orleans itself complains of those that were killed.
        _problems.AddRange(service.LoggedErrors().Where(error => !error.Contains("\"logger\":\"Orleans.", StringComparison.Ordinal)));
        return new(
            options.Kills, killsAtWork, _imports.Count, _imports.Count * options.Lines, ended, done, doubled,
            Math.Round(Stopwatch.GetElapsedTime(start).TotalSeconds, 1))
        { Problems = [.. _problems] };
    }

    private async Task StartImportAsync(TenantClient tenant, int lines)
    {
        var number = _imports.Count;
        var ids = Enumerable.Range(0, lines).Select(line => string.Create(CultureInfo.InvariantCulture, $"agent-{number}-{line}")).ToList();
        var body = string.Concat(ids.Select(id => $"{AgentBodies.Complete("Imported agent", id: id)}\n"));
        var answer = await tenant.PostAsync("import", body);
        if (answer.Status == 202) _imports.Add(new(tenant, answer.Json().GetProperty("id").GetString()!, ids));
        // What a kill left behind is taken up again only after a while: until then the tenant has as many as it may.
        else if (answer.Code != "quota_exceeded") _problems.Add($"{tenant.TenantId}: an import was answered {answer}");
    }

    private static async Task<int> CountUnfinishedAsync(TenantClient tenant) =>
        (await tenant.GetAsync("tasks")).Json().GetProperty("items").EnumerateArray().Count(task => !IsEnded(task));

    /// <summary>Waits for the end of an import, which must have made each of its agents.</summary>
    private async Task<bool> CheckAsync(StartedImport import, int lines)
    {
        var start = Stopwatch.GetTimestamp();
        var task = (await import.Tenant.GetAsync($"tasks/{import.TaskId}")).Json();
        while (!IsEnded(task))
        {
            if (Stopwatch.GetElapsedTime(start) > Timeout)
            {
                _problems.Add($"{import.TaskId} has not ended: {task}");
                return false;
            }
            await Task.Delay(TimeSpan.FromMilliseconds(100));
            task = (await import.Tenant.GetAsync($"tasks/{import.TaskId}")).Json();
        }
        var isGood = task.GetProperty("status").GetString() == "completed" && task.GetProperty("result").GetProperty("created")
            .GetInt32() == lines;
        if (!isGood) _problems.Add($"{import.TaskId} did not make {lines} agents: {task}");
        return isGood;
    }

    private async Task<(int Done, int Doubled)> CheckLogsAsync(IEnumerable<TenantClient> tenants, DataLocation data)
    {
        var (done, doubled) = (0, 0);
        foreach (var tenant in tenants)
        {
            var (revision, changes) = await DatabaseView.ReadLogAsync(data, tenant.TenantId);
            var wanted = _imports.Where(import => import.Tenant == tenant).SelectMany(import => import.AgentIds).ToHashSet();
            var made = changes.Where(change => change.Version == 1).Select(change => change.AgentId).Where(wanted.Contains).Distinct()
                .Count();
            (done, doubled) = (done + made, doubled + changes.Count - made);
            if (made != wanted.Count || changes.Count != made || revision != changes.Count)
            {
                _problems.Add(
                    $"{tenant.TenantId}: {wanted.Count} lines, {made} of them in the log, which has {changes.Count} changes at revision "
                    + $"{revision}");
            }
        }
        return (done, doubled);
    }

    private static bool IsEnded(JsonElement task) => task.GetProperty("finishedAt").ValueKind != JsonValueKind.Null;

    private sealed record StartedImport(TenantClient Tenant, string TaskId, List<string> AgentIds);
}
