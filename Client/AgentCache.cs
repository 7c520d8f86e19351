using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace AgentManagement.Client;

/// <summary>How a cache keeps agents.</summary>
/// <param name="Tenant">Whose agents these are. A token of another tenant is refused.</param>
public sealed record AgentCacheOptions(string Tenant)
{
    /// <summary>A folder for what is known while nobody runs, with a file for each service and tenant; null for none.</summary>
    public string? Folder { get; init; }

    /// <inheritdoc cref="FollowOptions.Silence"/>
    public TimeSpan Silence { get; init; } = FollowOptions.Default.Silence;

    /// <summary>As whom the cache says which versions it gives out, every 20 seconds; null for nobody.</summary>
    public RuntimeOptions? Runtime { get; init; }

    /// <summary>Told of each kept agent that has changed, with what it is now; null when it is gone.</summary>
    public Action<string, Agent?>? Changed { get; init; }

    /// <summary>Told of what goes wrong in the background; it is tried again.</summary>
    public Action<Exception>? Failed { get; init; }
}

/// <summary>An agent as a cache has it.</summary>
/// <param name="Age">The time since it was last known to be the current one.</param>
/// <param name="IsLive">Whether the cache hears of changes now. If not, the agent may have changed since.</param>
public sealed record KnownAgent(Agent Agent, TimeSpan Age, bool IsLive);

/// <summary>Agents at the versions that a label has for a key, all of one revision of the label.</summary>
/// <param name="Missing">Those that the label does not have, or that are gone.</param>
/// <param name="Age">The time since the label's revision, and the agents' status, were last known to be the current ones.</param>
/// <param name="IsLive">Whether the cache hears of changes now. If not, the label may have changed since.</param>
public sealed record LabelledAgents(
    int LabelRevision, IReadOnlyList<LabelledAgent> Items, IReadOnlyList<string> Missing, TimeSpan Age, bool IsLive);

/// <summary>An agent at the version that a label has; its status is the one that it has now.</summary>
/// <param name="Variant">stable or candidate.</param>
/// <param name="Release">The release that brought the version to the label.</param>
public sealed record LabelledAgent(Agent Agent, string Variant, string Release);

internal sealed record CachedAgent(Agent Agent, DateTimeOffset ReadAt);

internal sealed record CachedRules(LabelRules Rules, DateTimeOffset ReadAt)
{
    [JsonIgnore]
    public IReadOnlyDictionary<string, VersionRule> ByAgent { get; } =
        Rules.Items.ToDictionary(rule => rule.Agent, StringComparer.Ordinal);
}

/// <summary>What a cache knew, on disk.</summary>
internal sealed record StoredAgents(
    int Format, string Service, string Tenant, long Revision, DateTimeOffset ConfirmedAt, IReadOnlyList<CachedAgent> Agents,
    IReadOnlyList<CachedRules>? Labels = null, IReadOnlyList<Agent>? Versions = null);

/// <summary>
/// Agents that were asked for once, and are kept as they change; of labels, too. While the service is away the last ones known are given,
/// with their age.
/// </summary>
public sealed class AgentCache : IAsyncDisposable
{
    private const int Format = 1;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);
    private readonly AgentManagementClient _client;
    private readonly AgentCacheOptions _options;
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<string, CachedAgent> _agents = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CachedRules> _labels = new(StringComparer.Ordinal);

    // Of versions that labels have, and that are not the current ones.
    private readonly Dictionary<(string Id, int Version), Agent> _versions = [];
    private readonly Dictionary<string, Reading> _readings = new(StringComparer.Ordinal);
    private DateTimeOffset _confirmedAt;
    private long? _revision;

    // The revision from which on it has handled all that happened before.
    private long _target = long.MaxValue;
    private string? _verified;
    private Exception? _refusal;
    private Task _following = Task.CompletedTask;
    private Task _saving = Task.CompletedTask;
    private Task _reporting = Task.CompletedTask;
    private readonly RuntimeReporter? _reporter;

    // The agents that were asked for of the runtime's label.
    private readonly HashSet<string> _run = new(StringComparer.Ordinal);
    private bool _isUnsaved;

    public AgentCache(AgentManagementClient client, AgentCacheOptions options)
    {
        (_client, _options) = (client, options);
        if (options.Runtime is { } runtime)
        {
            _reporter = new(Connection, options.Tenant, runtime.Instance, () => ReportAsync(runtime), options.Failed);
        }
    }

    /// <summary>Whether it hears of changes now, and has handled all that happened before.</summary>
    public bool IsLive
    {
        get
        {
            lock (_lock) return _revision >= _target;
        }
    }

    private Connection Connection => _client.Connection;

    private string Service => Connection.Address.AbsoluteUri.TrimEnd('/');

    /// <summary>Takes up what is on disk, and follows the changes from there. Ends when it does, or when the service is away.</summary>
    /// <exception cref="ApiException">The service refuses the token.</exception>
    /// <exception cref="TenantMismatchException">The token is another tenant's.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        await LoadAsync(cancellationToken).ConfigureAwait(false);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _following = Task.Run(() => FollowAsync(begun), CancellationToken.None);
        await Task.WhenAny(begun.Task, _following).WaitAsync(cancellationToken).ConfigureAwait(false);
        lock (_lock) ThrowIfRefused(_refusal);
        if (_reporter is not null) _reporting = Task.Run(() => _reporter.RunAsync(_closing.Token), CancellationToken.None);
    }

    /// <summary>An agent that is known; null when it was not asked for yet, or is not there. Asks nobody.</summary>
    public KnownAgent? Find(string id)
    {
        lock (_lock)
        {
            ThrowIfRefused(_refusal as TenantMismatchException);
            return _agents.TryGetValue(id, out var known) ? Tell(known) : null;
        }
    }

    /// <summary>An agent: the one that is known, or else read from the service.</summary>
    /// <exception cref="ApiException">There is none, or the service refuses.</exception>
    /// <exception cref="HttpRequestException">It is not known, and the service is away.</exception>
    public async ValueTask<KnownAgent> GetAsync(string id, CancellationToken cancellationToken = default)
    {
        if (Find(id) is { } known) return known;
        var read = await ReadAsync(id).WaitAsync(cancellationToken).ConfigureAwait(false);
        lock (_lock) return Tell(read);
    }

    /// <summary>
    /// Agents at the versions that a label has for a key. It is chosen here, by rules that are kept as they change: the key is told to
    /// nobody.
    /// </summary>
    /// <param name="key">A user, a conversation, an account; null where there is none, and no rollout is under way.</param>
    /// <exception cref="ApiException">
    /// There is no such label, the service refuses, or a rollout is under way and there is no key (<c>key_missing</c>).
    /// </exception>
    /// <exception cref="HttpRequestException">Something of it is not known, and the service is away.</exception>
    public async ValueTask<LabelledAgents> ResolveAsync(
        string label, IReadOnlyCollection<string> ids, string? key = null, CancellationToken cancellationToken = default)
    {
        CachedRules? known;
        lock (_lock)
        {
            ThrowIfRefused(_refusal as TenantMismatchException);
            known = _labels.GetValueOrDefault(label);
        }
        var rules = known ?? await ReadRulesAsync(label).WaitAsync(cancellationToken).ConfigureAwait(false);
        var chosen = ids.Distinct(StringComparer.Ordinal).Select(id => (Id: id, Rule: rules.ByAgent.GetValueOrDefault(id)))
            .Select(each => (each.Id, each.Rule, Version: each.Rule is null ? null : VariantChoice.Choose(each.Rule, key))).ToList();
        if (label == _options.Runtime?.Label)
        {
            lock (_lock) _run.UnionWith(chosen.Where(each => each.Version is not null).Select(each => each.Id));
        }
        var (items, missing, oldest) = (new List<LabelledAgent>(), new List<string>(), rules.ReadAt);
        foreach (var (id, rule, version) in chosen)
        {
            var current = version is null ? null : await FindCurrentAsync(id).WaitAsync(cancellationToken).ConfigureAwait(false);
            var agent = version is null || current is null
                ? null : await FindVersionAsync(current.Agent, version.Version).WaitAsync(cancellationToken).ConfigureAwait(false);
            if (agent is null)
            {
                missing.Add(id);
                continue;
            }
            items.Add(new(agent, version!.Variant, rule!.Release));
            if (current!.ReadAt < oldest) oldest = current.ReadAt;
        }
        lock (_lock) return new(rules.Rules.Revision, items, missing, AgeOf(oldest), _revision >= _target);
    }

    /// <summary>Ends it, and keeps on disk what it has.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_closing.IsCancellationRequested) return;
        await _closing.CancelAsync().ConfigureAwait(false);
        await _following.ConfigureAwait(false);
        await _reporting.ConfigureAwait(false);
        Save();
        await _saving.ConfigureAwait(false);
        _closing.Dispose();
    }

    /// <summary>What the runtime runs: of a label both versions that it has of what was asked for, as either may be given out.</summary>
    private async Task<RuntimeReport> ReportAsync(RuntimeOptions runtime)
    {
        CachedRules? known;
        lock (_lock)
        {
            if (runtime.Label is null)
            {
                return Of(null, _agents.Values.Select(each => new RunningVersion(each.Agent.Id, each.Agent.Version)));
            }
            known = _labels.GetValueOrDefault(runtime.Label);
        }
        var rules = (known ?? await ReadRulesAsync(runtime.Label).ConfigureAwait(false)).Rules;
        lock (_lock)
        {
            return Of(rules.Revision, rules.Items.Where(rule => _run.Contains(rule.Agent)).SelectMany(
                rule => new[] { rule.Stable, rule.Candidate }.OfType<int>().Select(version => new RunningVersion(rule.Agent, version))));
        }

        RuntimeReport Of(int? revision, IEnumerable<RunningVersion> applied) => new(runtime.Label, revision, [.. applied], "dotnet");
    }

    private async Task FollowAsync(TaskCompletionSource begun)
    {
        var stopping = _closing.Token;
        var events = new FeedEvents(
            VerifyAsync,
            Ready: revision =>
            {
                lock (_lock) _target = revision;
                Confirm();
                begun.TrySetResult();
            },
            Confirm,
            Broken: failure =>
            {
                lock (_lock) _target = long.MaxValue;
                begun.TrySetResult();
                _options.Failed?.Invoke(failure);
            });
        var hasBegun = false;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (_revision is null) await ReadAnewAsync().ConfigureAwait(false);
                hasBegun = true;
                var options = new FollowOptions { Silence = _options.Silence };
                await foreach (var change in _client.Changes.FollowAsync(_revision, options, events, stopping).ConfigureAwait(false))
                {
                    await HandleAsync(change).ConfigureAwait(false);
                }
            }
            catch (Exception exception)
            {
                lock (_lock)
                {
                    _target = long.MaxValue;
                    if (exception is ResyncRequiredException) _revision = null;
                    var isFinal = exception is TenantMismatchException || (!hasBegun && !ChangesApi.IsPassing(exception));
                    if (isFinal) _refusal = exception;
                    if (isFinal || stopping.IsCancellationRequested) return;
                }
                if (exception is ResyncRequiredException) continue;
                hasBegun = true;
                begun.TrySetResult();
                _options.Failed?.Invoke(exception);
                await Task.Delay(RetryDelay, Connection.Time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>The tenant's revision first: what changes while the agents are read comes after it.</summary>
    private async Task ReadAnewAsync()
    {
        var revision = await AskTenantAsync(await Connection.TokenAsync(_closing.Token).ConfigureAwait(false)).ConfigureAwait(false);
        string[] known, labels;
        lock (_lock) (known, labels) = ([.. _agents.Keys], [.. _labels.Keys]);
        foreach (var id in known) await RefreshAsync(id).ConfigureAwait(false);
        foreach (var label in labels) await RefreshRulesAsync(label).ConfigureAwait(false);
        lock (_lock) _revision = revision;
        Save();
    }

    private async Task HandleAsync(Message change)
    {
        if (change.TenantId != _options.Tenant) throw new TenantMismatchException("The feed is another tenant's.");
        if (change.AgentId is { } id)
        {
            bool isNews;
            lock (_lock)
            {
                if (_readings.TryGetValue(AgentsApi.PathOf(id), out var reading)) reading.IsOutdated = true;
                // A mark of the service, as that a tool was retired, makes no version: only an older version is passed over.
                isNews = _agents.TryGetValue(id, out var known) && !(change.AgentVersion < known.Agent.Version);
            }
            if (isNews) await RefreshAsync(id).ConfigureAwait(false);
        }
        if (change.Label is { } label)
        {
            bool isKnown;
            lock (_lock)
            {
                if (_readings.TryGetValue(RulesPathOf(label), out var reading)) reading.IsOutdated = true;
                isKnown = _labels.ContainsKey(label);
            }
            if (isKnown) await RefreshRulesAsync(label).ConfigureAwait(false);
        }
        // Only now: what was not handled comes again.
        lock (_lock) _revision = change.Revision;
        Confirm();
        Save();
    }

    private async Task RefreshAsync(string id)
    {
        Agent? agent = null;
        try
        {
            agent = (await ReadAsync(id).ConfigureAwait(false)).Agent;
        }
        catch (ApiException refusal) when (refusal.Status == HttpStatusCode.NotFound)
        {
            lock (_lock) _agents.Remove(id);
        }
        _options.Changed?.Invoke(id, agent);
    }

    private async Task RefreshRulesAsync(string label)
    {
        try
        {
            await ReadRulesAsync(label).ConfigureAwait(false);
        }
        catch (ApiException refusal) when (refusal.Status == HttpStatusCode.NotFound)
        {
            lock (_lock) _labels.Remove(label);
        }
    }

    private Task<CachedAgent> ReadAsync(string id) => ReadAsync(
        AgentsApi.PathOf(id), Json.Default.Agent, (agent, readAt) => _agents[id] = new(agent, readAt));

    private Task<CachedRules> ReadRulesAsync(string label) => ReadAsync(RulesPathOf(label), Json.Default.LabelRules, (rules, readAt) =>
    {
        var kept = _labels[label] = new(rules, readAt);
        var needed = _labels.Values.SelectMany(each => each.Rules.Items)
            .SelectMany(rule => new[] { (rule.Agent, rule.Stable), (rule.Agent, rule.Candidate) }).ToHashSet();
        foreach (var (id, version) in _versions.Keys.Where(each => !needed.Contains((each.Id, each.Version))).ToList())
        {
            _versions.Remove((id, version));
        }
        return kept;
    });

    /// <summary>The agent as it is now; null when it is gone.</summary>
    private async Task<CachedAgent?> FindCurrentAsync(string id)
    {
        lock (_lock)
        {
            if (_agents.TryGetValue(id, out var known)) return known;
        }
        return await AgentsApi.NullWhenMissing(ReadAsync(id)).ConfigureAwait(false);
    }

    /// <summary>The agent with the content of a version, which stays as it is, and the status of now, which is above all labels.</summary>
    private async Task<Agent?> FindVersionAsync(Agent current, int version)
    {
        if (current.Version == version) return current;
        Agent? kept;
        lock (_lock) kept = _versions.GetValueOrDefault((current.Id, version));
        kept ??= await AgentsApi.NullWhenMissing(ReadAsync(
            string.Create(CultureInfo.InvariantCulture, $"{AgentsApi.PathOf(current.Id)}/versions/{version}"), Json.Default.Agent,
            (agent, _) => _versions[(current.Id, version)] = agent)).ConfigureAwait(false);
        return kept is null ? null : kept with { Status = current.Status, Degraded = current.Degraded };
    }

    private string RulesPathOf(string label) =>
        $"internal/v1/tenants/{Uri.EscapeDataString(_options.Tenant)}/labels/{Uri.EscapeDataString(label)}/rules";

    /// <summary>Whoever wants it while it is read waits for the same answer.</summary>
    private Task<TKept> ReadAsync<TRead, TKept>(string path, JsonTypeInfo<TRead> type, Func<TRead, DateTimeOffset, TKept> keep)
    {
        lock (_lock)
        {
            if (_readings.TryGetValue(path, out var reading)) return (Task<TKept>)reading.Result;
            var begun = _readings[path] = new();
            var result = Task.Run(() => ReadUntilCurrentAsync(path, type, keep, begun));
            begun.Result = result;
            return result;
        }
    }

    private async Task<TKept> ReadUntilCurrentAsync<TRead, TKept>(
        string path, JsonTypeInfo<TRead> type, Func<TRead, DateTimeOffset, TKept> keep, Reading reading)
    {
        try
        {
            while (true)
            {
                lock (_lock) reading.IsOutdated = false;
                var token = await Connection.TokenAsync(_closing.Token).ConfigureAwait(false);
                await VerifyAsync(token).ConfigureAwait(false);
                var readAt = Connection.Time.GetUtcNow();
                var read = await Connection.GetAsync(path, type, _closing.Token, token).ConfigureAwait(false);
                TKept kept;
                lock (_lock)
                {
                    // Together with the last look at IsOutdated: nothing may come in between.
                    if (reading.IsOutdated) continue;
                    kept = keep(read, readAt);
                    _readings.Remove(path);
                }
                Save();
                return kept;
            }
        }
        catch
        {
            lock (_lock) _readings.Remove(path);
            throw;
        }
    }

    /// <summary>Asks once for each token whose it is.</summary>
    private async Task VerifyAsync(string token)
    {
        if (token != _verified) await AskTenantAsync(token).ConfigureAwait(false);
    }

    private async Task<long> AskTenantAsync(string token)
    {
        var tenant = await Connection.GetAsync("api/v1/tenant", Json.Default.Tenant, _closing.Token, token).ConfigureAwait(false);
        if (tenant.Id != _options.Tenant)
        {
            var mismatch = new TenantMismatchException("The token is another tenant's.");
            lock (_lock) _refusal = mismatch;
            throw mismatch;
        }
        _verified = token;
        return tenant.Revision;
    }

    private void Confirm()
    {
        lock (_lock)
        {
            if (_revision >= _target) _confirmedAt = Connection.Time.GetUtcNow();
        }
    }

    private KnownAgent Tell(CachedAgent known) => new(known.Agent, AgeOf(known.ReadAt), _revision >= _target);

    private TimeSpan AgeOf(DateTimeOffset readAt)
    {
        var age = Connection.Time.GetUtcNow() - (readAt > _confirmedAt ? readAt : _confirmedAt);
        return age > TimeSpan.Zero ? age : TimeSpan.Zero;
    }

    private static void ThrowIfRefused(Exception? refusal)
    {
        switch (refusal)
        {
            case null: return;
            case TenantMismatchException: throw new TenantMismatchException(refusal.Message);
            default: throw refusal;
        }
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        if (_options.Folder is null || !File.Exists(PathOf(_options.Folder))) return;
        try
        {
            var text = await File.ReadAllBytesAsync(PathOf(_options.Folder), cancellationToken).ConfigureAwait(false);
            if (JsonSerializer.Deserialize(text, Json.Default.StoredAgents) is not { Format: Format, Agents: not null } stored
                || stored.Service != Service || stored.Tenant != _options.Tenant) return;
            lock (_lock)
            {
                (_revision, _confirmedAt) = (stored.Revision, stored.ConfirmedAt);
                foreach (var known in stored.Agents) _agents[known.Agent.Id] = known;
                foreach (var known in stored.Labels ?? []) _labels[known.Rules.Label] = known;
                foreach (var version in stored.Versions ?? []) _versions[(version.Id, version.Version)] = version;
            }
        }
        catch (Exception exception) when (exception is IOException or JsonException or UnauthorizedAccessException)
        {
            // As if there were none: the service has everything.
            _options.Failed?.Invoke(exception);
        }
    }

    /// <summary>One after the other, and what has changed meanwhile with the next.</summary>
    private void Save()
    {
        if (_options.Folder is not { } folder) return;
        lock (_lock)
        {
            if (_isUnsaved || _revision is null) return;
            _isUnsaved = true;
            _saving = SaveAfterAsync(_saving, folder);
        }
    }

    private async Task SaveAfterAsync(Task former, string folder)
    {
        await former.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        StoredAgents stored;
        lock (_lock)
        {
            _isUnsaved = false;
            if (_revision is not { } revision) return;
            stored = new(
                Format, Service, _options.Tenant, revision, _confirmedAt, [.. _agents.Values], [.. _labels.Values], [.. _versions.Values]);
        }
        var draft = $"{PathOf(folder)}.{Guid.NewGuid():n}";
        try
        {
            Create(folder);
            // Whole or not at all: whoever reads it may come while it is written.
            await using (var file = new FileStream(draft, OfOwner(FileMode.CreateNew)))
            {
                await JsonSerializer.SerializeAsync(file, stored, Json.Default.StoredAgents).ConfigureAwait(false);
                file.Flush(flushToDisk: true);
            }
            File.Move(draft, PathOf(folder), overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A disk that is full keeps nobody from reading what is in memory.
            if (File.Exists(draft)) File.Delete(draft);
            _options.Failed?.Invoke(exception);
        }
    }

    private static void Create(string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static FileStreamOptions OfOwner(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }

    /// <summary>Tells services and tenants apart.</summary>
    private string PathOf(string folder)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{Service}\n{_options.Tenant}"));
        return Path.Combine(folder, $"{Convert.ToHexStringLower(hash.AsSpan(0, 16))}.json");
    }

    /// <summary>That something is being read now, and whether the feed told of it meanwhile.</summary>
    private sealed class Reading
    {
        public bool IsOutdated { get; set; }

        public Task Result { get; set; } = null!;
    }
}
