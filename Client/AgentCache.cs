using System.Text.Json;

namespace AgentManagement.Client;

/// <summary>What a cache last knew, on disk.</summary>
internal sealed record ConfigurationSnapshot(string TenantId, long Revision, DateTimeOffset At, IReadOnlyList<Agent> Agents);

/// <summary>
/// The active agents of the token's tenant, in memory, kept up with the change feed: what runs agents reads here without asking anybody.
/// It is kept on disk, so that a start without the service has what was last known; <see cref="Age"/> says how old that is.
/// </summary>
public sealed class AgentCache : IAsyncDisposable
{
    private readonly AgentManagementClient _client;
    private readonly string? _path;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _following;
    private volatile Known _known = Known.Nothing;

    /// <param name="path">A file of this cache alone; null for none.</param>
    public AgentCache(AgentManagementClient client, string? path = null, TimeProvider? time = null)
    {
        (_client, _path, _time) = (client, path, time ?? TimeProvider.System);
        _following = Task.Run(RunAsync);
    }

    /// <summary>Told of each agent that has changed, with what it is now; null when it is not active any more.</summary>
    public event Action<string, Agent?>? Changed;

    /// <summary>How long ago the service last confirmed what is here; null when it never did.</summary>
    public TimeSpan? Age => _known.At is { } at ? _time.GetUtcNow() - at : null;

    /// <summary>Up to which of the tenant's changes it is.</summary>
    public long Revision => _known.Revision;

    /// <summary>Ends when there is something: from the service, or from disk while the service is away.</summary>
    public Task WaitAsync(CancellationToken cancellationToken = default) => _loaded.Task.WaitAsync(cancellationToken);

    /// <summary>An active agent; null when it is not, or nothing is known yet.</summary>
    public Agent? Find(string id) => _known.Agents.GetValueOrDefault(id);

    /// <summary>All active agents.</summary>
    public IReadOnlyCollection<Agent> All => [.. _known.Agents.Values];

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        await _following.ConfigureAwait(false);
        _ending.Dispose();
    }

    private async Task RunAsync()
    {
        await ReadSnapshotAsync().ConfigureAwait(false);
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                if (_known.At is null || _known.IsFromDisk) await ReadAllAsync().ConfigureAwait(false);
                await FollowAsync().ConfigureAwait(false);
            }
            catch (ResyncRequiredException)
            {
                _known = _known with { IsFromDisk = true };
            }
            catch (OperationCanceledException) when (_ending.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (exception is HttpRequestException or ApiException or IOException or JsonException)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), _time, _ending.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Reads everything. The revision is read first: what changes meanwhile is told afterwards.</summary>
    private async Task ReadAllAsync()
    {
        var tenant = await _client.Tenant.GetAsync(_ending.Token).ConfigureAwait(false);
        // What was kept is of the tenant that it was kept of, and of no other.
        if (_known.TenantId is not null && _known.TenantId != tenant.Id) _known = Known.Nothing;
        var agents = ImmutableDictionary.CreateBuilder<string, Agent>(StringComparer.Ordinal);
        var filter = new AgentFilter { Status = "active", PageSize = 200 };
        await foreach (var summary in _client.Agents.ListAsync(filter, _ending.Token).ConfigureAwait(false))
        {
            if (_known.Agents.GetValueOrDefault(summary.Id) is { } kept && kept.Version == summary.Version) agents[summary.Id] = kept;
            else if (await _client.Agents.FindAsync(summary.Id, _ending.Token).ConfigureAwait(false) is { Status: "active" } agent)
            {
                agents[summary.Id] = agent;
            }
        }
        var before = _known.Agents;
        await KeepAsync(new(tenant.Id, tenant.Revision, _time.GetUtcNow(), agents.ToImmutable(), IsFromDisk: false)).ConfigureAwait(false);
        _loaded.TrySetResult();
        foreach (var id in before.Keys.Union(agents.Keys))
        {
            var (former, present) = (before.GetValueOrDefault(id), agents.GetValueOrDefault(id));
            if (former?.Version != present?.Version) Changed?.Invoke(id, present);
        }
    }

    private async Task FollowAsync()
    {
        await foreach (var message in _client.Changes.FollowAsync(_known.Revision, Confirm, _ending.Token).ConfigureAwait(false))
        {
            if (!message.IsChange) continue;
            var agents = _known.Agents;
            if (message.AgentId is { } id)
            {
                var agent = await _client.Agents.FindAsync(id, _ending.Token).ConfigureAwait(false);
                agents = agent is { Status: "active" } ? agents.SetItem(id, agent) : agents.Remove(id);
            }
            await KeepAsync(_known with { Revision = message.Revision, At = _time.GetUtcNow(), Agents = agents }).ConfigureAwait(false);
            if (message.AgentId is { } changed) Changed?.Invoke(changed, agents.GetValueOrDefault(changed));
        }
    }

    private void Confirm() => _known = _known with { At = _time.GetUtcNow() };

    private async Task ReadSnapshotAsync()
    {
        if (_path is null || !File.Exists(_path)) return;
        try
        {
            await using var file = File.OpenRead(_path);
            var snapshot = await JsonSerializer.DeserializeAsync(file, Json.Default.ConfigurationSnapshot, _ending.Token)
                .ConfigureAwait(false);
            if (snapshot is null) return;
            var agents = snapshot.Agents.ToImmutableDictionary(agent => agent.Id, StringComparer.Ordinal);
            _known = new(snapshot.TenantId, snapshot.Revision, snapshot.At, agents, IsFromDisk: true);
            _loaded.TrySetResult();
        }
        catch (Exception exception) when (exception is IOException or JsonException or OperationCanceledException)
        {
            // As if there were none: the service has everything.
        }
    }

    private async Task KeepAsync(Known known)
    {
        _known = known;
        if (_path is null) return;
        // Whole or not at all: whoever reads it may come while it is written.
        var draft = $"{_path}.{Environment.ProcessId}.tmp";
        try
        {
            var snapshot = new ConfigurationSnapshot(known.TenantId!, known.Revision, known.At!.Value, [.. known.Agents.Values]);
            await File.WriteAllBytesAsync(
                draft, JsonSerializer.SerializeToUtf8Bytes(snapshot, Json.Default.ConfigurationSnapshot), _ending.Token)
                .ConfigureAwait(false);
            File.Move(draft, _path, overwrite: true);
        }
        catch (IOException)
        {
            // A disk that is full keeps nobody from reading what is in memory.
        }
    }

    private sealed record Known(
        string? TenantId, long Revision, DateTimeOffset? At, ImmutableDictionary<string, Agent> Agents, bool IsFromDisk)
    {
        public static Known Nothing { get; } = new(null, 0, null, ImmutableDictionary<string, Agent>.Empty, IsFromDisk: false);
    }
}
