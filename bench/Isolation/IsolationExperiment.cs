using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AgentManagement.Bench.Client;
using AgentManagement.Bench.Follow;
using AgentManagement.Bench.Service;

namespace AgentManagement.Bench.Isolation;

/// <summary>
/// Intruders try every operation on what is another tenant's, each attempt beside the same on what is not there: the answers are alike
/// in status, body and time, hold nothing of the other tenant, and change nothing of it.
/// </summary>
public sealed partial class IsolationExperiment
{
    private const int Intruders = 4;
    private const int AttemptsPerSocket = 250;
    private static readonly TimeSpan TaskDelay = TimeSpan.FromMilliseconds(200);
    private static readonly string[] Roles = ["viewer", "editor", "admin", "service"];

    private readonly ConcurrentBag<string> _problems = [];
    private readonly ConcurrentDictionary<int, int> _statuses = [];
    private readonly ConcurrentBag<(double Foreign, double Missing)> _durations = [];
    private int _sockets;
    private int _events;

    public async Task<IsolationReport> RunAsync(IsolationOptions options, TextWriter output)
    {
        await using var data = await DataLocation.CreateAsync(options.Database);
        await using var service = await ServiceProcess.StartAsync(data);
        return await RunAsync(options, service, output);
    }

    /// <summary>On a service that runs.</summary>
    public async Task<IsolationReport> RunAsync(IsolationOptions options, ServiceProcess service, TextWriter output)
    {
        using var http = TenantClient.Connect(service.EndPoint.Port);
        var victim = await Victim.CreateAsync(service, http);
        using var description = JsonDocument.Parse(await http.GetStringAsync("openapi/v1.json"));
        var attempts = new Attempts(description.RootElement);
        // The task that was started comes to its end.
        await Task.Delay(TimeSpan.FromSeconds(2));
        var before = await victim.ReadAsync();

        using var ending = new CancellationTokenSource();
        var following = Enumerable.Range(0, Intruders).SelectMany(number => Followers(http, service, number))
            .Select(each => FollowAsync(each.Follower, each.TenantId, ending.Token)).ToList();
        await Task.WhenAll(Enumerable.Range(0, Intruders).Select(number => IntrudeAsync(
            http, service, victim, attempts, number, options.Attempts / Intruders, new Random(options.Seed * 1_000 + number))));
        await ending.CancelAsync();
        await Task.WhenAll(following).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        if (before != await victim.ReadAsync()) _problems.Add("the other tenant has changed");
        foreach (var problem in service.LoggedErrors()) _problems.Add(problem);
        return new(
            options.Attempts, attempts.Operations, _statuses.ToImmutableSortedDictionary(), _sockets, _events,
            Median(_durations.Select(each => each.Foreign)) / Median(_durations.Select(each => each.Missing)))
        {
            Problems = [.. _problems],
        };
    }

    private async Task IntrudeAsync(
        HttpClient http, ServiceProcess service, Victim victim, Attempts attempts, int number, int count, Random random)
    {
        var tokens = Roles.Select(role => service.Tokens.Mint(TenantOf(number), role)).ToList();
        for (var index = 0; index < count; index++)
        {
            var (attempt, token) = (attempts.Make(random), tokens[random.Next(tokens.Count)]);
            // Which comes first is drawn, so that neither always finds what the other has warmed.
            var isForeignFirst = random.Next(2) == 0;
            var (one, other) = await SendPairAsync();
            // The intruder's own tasks are bounded, and one of them may end between the two: that says nothing of the other tenant.
            while (one.IsOfOwnTasks != other.IsOfOwnTasks)
            {
                await Task.Delay(TaskDelay);
                (one, other) = await SendPairAsync();
            }
            Compare(attempt, victim, isForeignFirst ? one : other, isForeignFirst ? other : one);
            if (index % AttemptsPerSocket == 0) await AskForOthersAsync(service, token, number, random);

            async Task<(Seen, Seen)> SendPairAsync() => (
                await SendAsync(http, attempt.ToRequest(victim, isForeignFirst, token)),
                await SendAsync(http, attempt.ToRequest(victim, !isForeignFirst, token)));
        }
    }

    private void Compare(Attempt attempt, Victim victim, Seen foreign, Seen missing)
    {
        _statuses.AddOrUpdate(foreign.Status, 1, (_, count) => count + 1);
        if (foreign.Text.Contains(Victim.Canary, StringComparison.Ordinal))
        {
            _problems.Add($"{attempt}: was told of the other tenant: {foreign.Text}");
        }
        if (foreign.Status != missing.Status) _problems.Add(
            $"{attempt}: {foreign.Status} for a foreign thing, {missing.Status} for a missing one: {foreign.Text} {missing.Text}");
        else if (foreign.Status >= 400 && Plain(foreign.Text, victim) != Plain(missing.Text, victim)) _problems.Add(
            $"{attempt}: {foreign.Text} is not {missing.Text}");
        else if (foreign.Status == 404) _durations.Add((foreign.Milliseconds, missing.Milliseconds));
        if (foreign.Status >= 500) _problems.Add($"{attempt}: {foreign.Status}");
    }

    /// <summary>What is left of an answer without the ids that were asked for.</summary>
    private static string Plain(string text, Victim victim)
    {
        text = CorrelationId().Replace(text, "");
        // The longest first: some begin as others do.
        foreach (var (foreign, missing) in victim.Ids.Values.SelectMany(things => things).OrderByDescending(pair => pair.Missing.Length))
        {
            text = text.Replace(foreign, "§", StringComparison.Ordinal).Replace(missing, "§", StringComparison.Ordinal);
        }
        return text;
    }

    private static async Task<Seen> SendAsync(HttpClient http, HttpRequestMessage request)
    {
        using (request)
        {
            var start = Stopwatch.GetTimestamp();
            using var answer = await http.SendAsync(request);
            var body = await answer.Content.ReadAsStringAsync();
            var duration = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            var headers = answer.Headers.Where(header => header.Key is not ("Date" or "X-Correlation-ID" or "Server"));
            return new((int)answer.StatusCode,
                $"{string.Join('\n', headers.Select(header => $"{header.Key}: {string.Join(',', header.Value)}"))}\n{body}", duration);
        }
    }

    /// <summary>A socket that subscribes to what is not its tenant's, by every name that might be believed.</summary>
    private async Task AskForOthersAsync(ServiceProcess service, string token, int number, Random random)
    {
        string[] extras = ["", ",\"tenant\":\"victim\"", ",\"tenantId\":\"victim\"", ",\"tenant_id\":\"victim\"",
            ",\"channel\":\"agent.management.notifications.victim\""];
        using var socket = new System.Net.WebSockets.ClientWebSocket();
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        Interlocked.Increment(ref _sockets);
        try
        {
            await socket.ConnectAsync(new Uri($"ws://{service.EndPoint}/api/v1/ws?tenant=victim"), CancellationToken.None);
            await SayAsync($$"""{"action":"authenticate","token":"{{token}}"}""");
            await SayAsync($$"""{"action":"subscribe","since":0{{extras[random.Next(extras.Length)]}}}""");
            var buffer = new byte[64 * 1024];
            while (await socket.ReceiveAsync(
                buffer.AsMemory(), patience.Token) is { MessageType: System.Net.WebSockets.WebSocketMessageType.Text } part)
            {
                var text = Encoding.UTF8.GetString(buffer, 0, part.Count);
                if (text.Contains(Victim.Canary, StringComparison.Ordinal))
                {
                    _problems.Add($"a socket of {TenantOf(number)} was told: {text}");
                }
            }
        }
        catch (Exception exception) when (
            exception is OperationCanceledException or System.Net.WebSockets.WebSocketException or HttpRequestException)
        {
            // It was refused, or there was nothing more to hear.
        }

        Task SayAsync(string text) => socket.SendAsync(
            Encoding.UTF8.GetBytes(text), System.Net.WebSockets.WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
    }

    private async Task FollowAsync(IFollower follower, string tenantId, CancellationToken ending)
    {
        await foreach (var told in follower.FollowAsync(0, ending))
        {
            Interlocked.Increment(ref _events);
            if (told.TenantId != tenantId) _problems.Add($"{follower.Transport} of {tenantId} was told of {told.TenantId}");
        }
    }

    private static IEnumerable<(IFollower Follower, string TenantId)> Followers(HttpClient http, ServiceProcess service, int number)
    {
        var token = service.Tokens.Mint(TenantOf(number), "viewer");
        yield return (new SocketFollower(http.BaseAddress!, token), TenantOf(number));
        yield return (new EventStreamFollower(http, token), TenantOf(number));
    }

    private static string TenantOf(int number) => $"intruder-{number}";

    private static double Median(IEnumerable<double> values) => values.Order().ToList() is { Count: > 0 } sorted
        ? sorted[sorted.Count / 2] : double.NaN;

    [GeneratedRegex("\"correlationId\":\"[^\"]*\"")]
    private static partial Regex CorrelationId();

    private readonly record struct Seen(int Status, string Text, double Milliseconds)
    {
        public bool IsOfOwnTasks => Status == 409 && Text.Contains("\"tasks_limit\"", StringComparison.Ordinal);
    }
}
