using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using AgentManagement.Bench.Client;

namespace AgentManagement.Bench.Writing;

/// <summary>Writes to agents of its own, each request under an Idempotency-Key, and knows at any time what they must be.</summary>
public sealed class AgentWriter(TenantClient client, int number, int seed, int maxAgents = 10)
{
    private readonly RepeatingClient _repeating = new(client);
    private readonly Random _random = new(unchecked(seed * 7919 + number));
    private readonly List<string> _problems = [];
    private AskedChange? _unresolved;
    private int _asked;

    public TenantClient Client { get; } = client;

    public List<WrittenAgent> Agents { get; } = [];

    /// <summary>The last acknowledged version of each agent, for those who read meanwhile.</summary>
    public ConcurrentDictionary<string, int> LastVersions { get; } = new(StringComparer.Ordinal);

    /// <summary>What was not answered as it must be.</summary>
    public IEnumerable<string> Problems => _repeating.Untimed == 0
        ? _problems : [.. _problems, $"writer {number}: {_repeating.Untimed} answers of 503 without Retry-After"];

    /// <summary>How many requests were cut off, and how the repetitions were answered.</summary>
    public (int CutOff, int Replayed, int NewlyDone) Counts { get; private set; }

    /// <summary>What <see cref="WriteAsync"/> did.</summary>
    public List<Acknowledgement> Acknowledgements { get; } = [];

    /// <summary>What was repeated until now.</summary>
    public Repetitions Repeated => _repeating.Repeated;

    /// <summary>Writes until it is told to end; repeats each request until it is answered.</summary>
    /// <param name="pause">The longest pause between two requests.</param>
    /// <param name="ending">No request is begun after it.</param>
    public async Task WriteAsync(TimeSpan pause, CancellationToken ending)
    {
        while (!ending.IsCancellationRequested)
        {
            var change = NextChange();
            var asked = Stopwatch.GetTimestamp();
            Accept(change, await RepeatUntilAnsweredAsync(change));
            Acknowledgements.Add(new(Agents.Count > 0 ? change.Agent?.Id ?? Agents[^1].Id : change.Key, asked, Stopwatch.GetTimestamp()));
            await Task.Delay(pause * _random.NextDouble(), CancellationToken.None);
        }
    }

    /// <summary>Writes without a pause; returns when a request gets no answer.</summary>
    public async Task WriteUntilKilledAsync()
    {
        while (true)
        {
            _unresolved = NextChange();
            try
            {
                Accept(_unresolved, await SendAsync(_unresolved));
            }
            catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException)
            {
                Counts = Counts with { CutOff = Counts.CutOff + 1 };
                return;
            }
        }
    }

    /// <summary>Repeats the request that was cut off until it is answered, and then once more.</summary>
    public async Task ResolveAsync()
    {
        var change = _unresolved!;
        var answer = await RepeatUntilAnsweredAsync(change);
        Counts = answer.IsReplay ? Counts with { Replayed = Counts.Replayed + 1 } : Counts with { NewlyDone = Counts.NewlyDone + 1 };
        Accept(change, answer);
        var again = await RepeatUntilAnsweredAsync(change);
        if (answer.IsSuccess && (!again.IsReplay || !again.Body.AsSpan().SequenceEqual(answer.Body)))
        {
            _problems.Add($"{change.Key}: answered {answer}, and when repeated {again}");
        }
    }

    private Task<Answer> RepeatUntilAnsweredAsync(AskedChange change) =>
        _repeating.SendAsync(change.Method, change.Path, change.Body, change.Key);

    private Task<Answer> SendAsync(AskedChange change) =>
        Client.SendAsync(change.Method, change.Path, change.Body, ("Idempotency-Key", change.Key));

    private void Accept(AskedChange change, Answer answer)
    {
        if (!answer.IsSuccess)
        {
            _problems.Add($"{change.Key} {change.Method} {change.Path}: {answer}");
            return;
        }
        var body = answer.Json();
        var agent = change.Agent ?? new WrittenAgent(body.GetProperty("id").GetString()!);
        if (change.Agent is null) Agents.Add(agent);
        agent.Versions.Add((change.Template, change.Status));
        LastVersions[agent.Id] = agent.Version;
        if (body.GetProperty("version").GetInt32() != agent.Version)
        {
            _problems.Add($"{change.Key} {change.Method} {change.Path}: expected version {agent.Version}, was answered {answer}");
        }
    }

    private AskedChange NextChange()
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"writer-{number}-{++_asked}");
        var isNew = Agents.Count == 0 || (Agents.Count < maxAgents && _random.Next(20) == 0);
        if (isNew)
        {
            // Every second one leaves the id to the service, so that a repetition must find the id that was made.
            var id = Agents.Count % 2 == 0 ? $"agent-{number}-{Agents.Count}" : null;
            return new(null, HttpMethod.Post, "agents", AgentBodies.Complete($"Agent of {number}", key, id), key, key, "draft");
        }
        var agent = Agents[_random.Next(Agents.Count)];
        var (template, status) = agent.Current;
        var path = $"agents/{agent.Id}";
        return _random.Next(4) switch
        {
            0 => new(agent, HttpMethod.Put, path, AgentBodies.Complete($"Agent of {number}", key), key, key, status),
            1 => new(agent, HttpMethod.Patch, path, $$$$"""{"config":{"instructions":{"template":"{{{{key}}}}"}}}""", key, key, status),
            _ when status == "active" => new(agent, HttpMethod.Post, $"{path}/deactivate", null, key, template, "inactive"),
            _ => new(agent, HttpMethod.Post, $"{path}/activate", """{"reason":"bench"}""", key, template, "active"),
        };
    }
}

/// <summary>A request of a writer that was answered with success.</summary>
/// <param name="AgentId">What it changed.</param>
/// <param name="Asked">Timestamp of its first attempt.</param>
/// <param name="Acknowledged">Timestamp of the answer.</param>
public sealed record Acknowledgement(string AgentId, long Asked, long Acknowledged);
