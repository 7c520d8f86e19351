using AgentManagement.Bench.Writing;

namespace AgentManagement.Bench.Chaos;

/// <summary>
/// Reads agents while they are written, and holds each answer against what was acknowledged before the reading began: an older version is
/// a stale one, whatever has failed meanwhile.
/// </summary>
internal sealed class OrderReader(IReadOnlyList<AgentWriter> writers, int seed)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly Random _random = new(seed);
    private readonly List<string> _problems = [];

    /// <summary>Readings that were answered.</summary>
    public int Answered { get; private set; }

    /// <summary>Readings that were refused or cut off; they say nothing of the order.</summary>
    public int Unanswered { get; private set; }

    /// <summary>What was read that was older than it must be.</summary>
    public IReadOnlyList<string> Problems => _problems;

    public async Task ReadAsync(CancellationToken ending)
    {
        while (!ending.IsCancellationRequested)
        {
            await Task.Delay(Pause, CancellationToken.None);
            var writer = writers[_random.Next(writers.Count)];
            // Before the reading begins.
            var acknowledged = writer.LastVersions.ToArray();
            if (acknowledged.Length == 0) continue;
            var (agentId, version) = acknowledged[_random.Next(acknowledged.Length)];
            try
            {
                var answer = await writer.Client.GetAsync($"agents/{agentId}");
                if (answer.Status >= 500) Unanswered++;
                else Judge(agentId, version, answer);
            }
            catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException)
            {
                Unanswered++;
            }
        }
    }

    private void Judge(string agentId, int version, Client.Answer answer)
    {
        Answered++;
        if (answer.IsSuccess && answer.Json().GetProperty("version").GetInt32() >= version) return;
        _problems.Add($"stale: {agentId} was at version {version} before the reading began, which answered {answer}");
    }
}
