using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using AgentManagement.Bench.Client;
using AgentManagement.Bench.Service;

namespace AgentManagement.Bench.Releases;

/// <summary>
/// The service is killed again and again in the middle of releases by steps. Each release ends, each step is applied once, in order, and
/// none is shorter than it is to be; whoever reads both agents never gets one of before with one of after.
/// </summary>
public sealed class ReleasesExperiment
{
    private const string Tenant = "releases";
    private static readonly string[] Agents = ["one", "two"];
    private static readonly TimeSpan MinDuration = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    // A hundred readings a second find what is mixed; as many as there can be would only take the processor from the service.
    private static readonly TimeSpan BetweenReadings = TimeSpan.FromMilliseconds(10);

    private readonly List<string> _problems = [];
    private int _reads;

    public static Task<ReleasesReport> RunAsync(ReleasesOptions options, TextWriter output) =>
        new ReleasesExperiment().RunAllAsync(options, output);

    private async Task<ReleasesReport> RunAllAsync(ReleasesOptions options, TextWriter output)
    {
        var start = Stopwatch.GetTimestamp();
        var random = new Random(options.Seed);
        await using var data = await DataLocation.CreateAsync(options.Database);
        // It is killed, or dies of its own at a named point of the life that it is started for.
        await using var service = await ServiceProcess.StartAsync(data, options.Death?.Invoke(1));
        var tenant = service.Client(Tenant);
        var client = new RepeatingClient(tenant);
        foreach (var agent in Agents)
        {
            await DoAsync(client, "POST", "agents", AgentBodies.Complete("First", id: agent), agent);
            await DoAsync(client, "PUT", $"agents/{agent}", AgentBodies.Complete("Second"), $"{agent}-2");
        }
        await DoAsync(client, "PUT", "labels/production", "{}", "label");
        using var end = new CancellationTokenSource();
        var reading = ReadAsync(service, end.Token);

        List<string> releases = [];
        for (var round = 1; round <= options.Kills; round++)
        {
            var begun = RunAsync(client, round);
            if (options.Death is { } death)
            {
                await service.DieAsync(Timeout);
                service.Settings.Clear();
                if (round < options.Kills) foreach (var (name, value) in death(round + 1)) service.Settings[name] = value;
            }
            else
            {
                await Task.Delay(random.Next(50, 9_000));
                await service.KillAsync();
            }
            await service.StartAgainAsync();
            var release = await begun;
            releases.Add(release);
            await WaitAsync(tenant, release);
            if (round % 10 == 0) output.WriteLine($"  kill {round}: {_reads} readings");
        }
        await end.CancelAsync();
        await reading;
        var steps = await CheckLogAsync(tenant, releases);
        _problems.AddRange(service.LoggedErrors().Where(error => !error.Contains("\"logger\":\"Orleans.", StringComparison.Ordinal)));
        return new(options.Kills, releases.Count, steps, _reads, Math.Round(Stopwatch.GetElapsedTime(start).TotalSeconds, 1))
        {
            Problems = [.. _problems],
        };
    }

    /// <summary>Makes and starts a release to the version that the label does not have.</summary>
    private static async Task<string> RunAsync(RepeatingClient client, int round)
    {
        var items = string.Join(',', Agents.Select(agent => $$"""{"agent":"{{agent}}","version":{{1 + round % 2}}}"""));
        var steps = string.Join(',', ((int[])[1_000, 50_000, 100_000]).Select(
            weight => $$"""{"weight":{{weight}},"minDuration":"PT{{MinDuration.TotalSeconds:0}}S"}"""));
        var body = $$$"""{"label":"production","items":[{{{items}}}],"rollout":{"steps":[{{{steps}}}]}}""";
        var made = await DoAsync(client, "POST", "releases", body, string.Create(CultureInfo.InvariantCulture, $"make-{round}"));
        var id = made.GetProperty("id").GetString()!;
        await DoAsync(client, "POST", $"releases/{id}/start", null, string.Create(CultureInfo.InvariantCulture, $"start-{round}"));
        return id;
    }

    private static async Task<JsonElement> DoAsync(RepeatingClient client, string method, string path, string? body, string key)
    {
        var answer = await client.SendAsync(HttpMethod.Parse(method), path, body, key);
        if (!answer.IsSuccess) throw new InvalidOperationException($"{method} {path} was answered {answer}.");
        return answer.Json();
    }

    private async Task WaitAsync(TenantClient tenant, string release)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            var status = (await tenant.GetAsync($"releases/{release}")).Json().GetProperty("status").GetString();
            if (status == "completed") return;
            if (Stopwatch.GetElapsedTime(start) > Timeout)
            {
                _problems.Add($"{release} has not completed: {status}");
                return;
            }
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
    }

    /// <summary>Reads both agents for the same key, over and over: they are of one release, and of one side of it.</summary>
    private async Task ReadAsync(ServiceProcess service, CancellationToken end)
    {
        var token = service.Tokens.Mint(Tenant, "service", "enterprise");
        while (!end.IsCancellationRequested)
        {
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, $"/internal/v1/tenants/{Tenant}/resolve")
                {
                    Content = JsonContent.Create(new { ids = Agents, label = "production", key = "user-1" }),
                };
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
                using var response = await service.Http.SendAsync(request, end);
                if (!response.IsSuccessStatusCode) continue;
                var items = (await response.Content.ReadFromJsonAsync<JsonElement>(end)).GetProperty("items").EnumerateArray().ToList();
                if (items.Select(item => item.GetProperty("version").GetInt32()).Distinct().Count() > 1 || items.Count == 1)
                {
                    _problems.Add($"half of a release was read: {string.Join(' ', items.Select(item => item.GetProperty("version")))}");
                }
                _reads++;
                await Task.Delay(BetweenReadings, end);
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
            {
                // The service is dead just now.
                await Task.Delay(TimeSpan.FromMilliseconds(20), CancellationToken.None);
            }
        }
    }

    /// <summary>Each release was made, started, went on to each step, and completed: once each, in this order, and not too soon.</summary>
    private async Task<int> CheckLogAsync(TenantClient tenant, List<string> releases)
    {
        string[] wanted = ["release_created", "release_started 0", "release_advanced 1", "release_advanced 2", "release_completed"];
        var rows = new List<(string Release, string What, DateTimeOffset At)>();
        string? cursor = null;
        do
        {
            var next = cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}";
            var page = (await tenant.GetAsync($"audit?limit=200{next}")).Json();
            foreach (var row in page.GetProperty("items").EnumerateArray())
            {
                if (row.GetProperty("release") is not { ValueKind: JsonValueKind.Object } release
                    || release.GetProperty("releaseId").GetString() is not { } id)
                {
                    continue;
                }
                var step = release.GetProperty("step").ValueKind == JsonValueKind.Number ? $" {release.GetProperty("step")}" : "";
                rows.Add((id, row.GetProperty("kind").GetString() + step, row.GetProperty("at").GetDateTimeOffset()));
            }
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);

        rows.Reverse();
        foreach (var release in releases)
        {
            var own = rows.Where(row => row.Release == release).ToList();
            if (!own.Select(row => row.What).SequenceEqual(wanted))
            {
                _problems.Add($"{release} went by {string.Join(", ", own.Select(row => row.What))}");
                continue;
            }
            for (var step = 1; step < own.Count - 1; step++)
            {
                if (own[step + 1].At - own[step].At < MinDuration) _problems.Add($"{release}: '{own[step].What}' held too short");
            }
        }
        return rows.Count(row => row.What.Contains(' ', StringComparison.Ordinal));
    }
}
