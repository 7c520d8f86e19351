using System.Globalization;
using System.Net;

namespace AgentManagement.Client;

internal sealed record CachedAgent(Agent Agent, DateTimeOffset ReadAt);

/// <summary>
/// Agents that were asked for once, and are kept as they change; of labels, too. While the service is away the last ones known are given,
/// with their age.
/// </summary>
public sealed class AgentCache : IAsyncDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);
    private readonly AgentManagementClient _client;
    private readonly AgentCacheOptions _options;
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<string, CachedAgent> _agents = new(StringComparer.Ordinal);
    private readonly CachedLabels _labels = new();
    private readonly CurrentReads _reads;
    private readonly AgentCacheFile? _file;
    private DateTimeOffset _confirmedAt;
    private long? _revision;

    // The revision from which on it has handled all that happened before.
    private long _target = long.MaxValue;
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
        _reads = new(Connection, options.Tenant, _lock, Save, mismatch =>
        {
            lock (_lock) _refusal = mismatch;
        }, _closing.Token);
        if (options.Folder is not null)
        {
            _file = new(options.Folder, Connection.Address.AbsoluteUri.TrimEnd('/'), options.Tenant, options.Failed);
        }
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
            return _agents.TryGetValue(id, out var known) ? ToKnown(known) : null;
        }
    }

    /// <summary>An agent: the one that is known, or else read from the service.</summary>
    /// <exception cref="ApiException">There is none, or the service refuses.</exception>
    /// <exception cref="HttpRequestException">It is not known, and the service is away.</exception>
    public async ValueTask<KnownAgent> GetAsync(string id, CancellationToken cancellationToken = default)
    {
        if (Find(id) is { } known) return known;
        var read = await ReadAsync(id).WaitAsync(cancellationToken).ConfigureAwait(false);
        lock (_lock) return ToKnown(read);
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
            known = _labels.Find(label);
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
            if (rule is null || version is null
                || await FindCurrentAsync(id).WaitAsync(cancellationToken).ConfigureAwait(false) is not { } current
                || await FindVersionAsync(current.Agent, version.Version).WaitAsync(cancellationToken).ConfigureAwait(false)
                    is not { } agent)
            {
                missing.Add(id);
                continue;
            }
            items.Add(new(agent, version.Variant, rule.Release));
            if (current.ReadAt < oldest) oldest = current.ReadAt;
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
            known = _labels.Find(runtime.Label);
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
            _reads.VerifyAsync,
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
        var revision = await _reads.AskTenantAsync(await Connection.TokenAsync(_closing.Token).ConfigureAwait(false)).ConfigureAwait(false);
        string[] known, labels;
        lock (_lock) (known, labels) = ([.. _agents.Keys], [.. _labels.Names]);
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
                _reads.Outdate(AgentsApi.PathOf(id));
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
                _reads.Outdate(RulesPathOf(label));
                isKnown = _labels.Find(label) is not null;
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

    private Task<CachedAgent> ReadAsync(string id) => _reads.ReadAsync(
        AgentsApi.PathOf(id), Json.Default.Agent, (agent, readAt) => _agents[id] = new(agent, readAt));

    private Task<CachedRules> ReadRulesAsync(string label) => _reads.ReadAsync(
        RulesPathOf(label), Json.Default.LabelRules, (rules, readAt) => _labels.Replace(label, rules, readAt));

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
        lock (_lock) kept = _labels.FindVersion(current.Id, version);
        kept ??= await AgentsApi.NullWhenMissing(_reads.ReadAsync(
            string.Create(CultureInfo.InvariantCulture, $"{AgentsApi.PathOf(current.Id)}/versions/{version}"), Json.Default.Agent,
            (agent, _) => _labels.PutVersion(agent))).ConfigureAwait(false);
        return kept is null ? null : kept with { Status = current.Status, Degraded = current.Degraded };
    }

    private string RulesPathOf(string label) =>
        $"internal/v1/tenants/{Uri.EscapeDataString(_options.Tenant)}/labels/{Uri.EscapeDataString(label)}/rules";

    private void Confirm()
    {
        lock (_lock)
        {
            if (_revision >= _target) _confirmedAt = Connection.Time.GetUtcNow();
        }
    }

    private KnownAgent ToKnown(CachedAgent known) => new(known.Agent, AgeOf(known.ReadAt), _revision >= _target);

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
        if (_file is null || await _file.LoadAsync(cancellationToken).ConfigureAwait(false) is not { } stored) return;
        lock (_lock)
        {
            (_revision, _confirmedAt) = (stored.Revision, stored.ConfirmedAt);
            foreach (var known in stored.Agents) _agents[known.Agent.Id] = known;
            foreach (var known in stored.Labels ?? []) _labels.Put(known);
            foreach (var version in stored.Versions ?? []) _labels.PutVersion(version);
        }
    }

    /// <summary>One after the other, and what has changed meanwhile with the next.</summary>
    private void Save()
    {
        if (_file is null) return;
        lock (_lock)
        {
            if (_isUnsaved || _revision is null) return;
            _isUnsaved = true;
            _saving = SaveAfterAsync(_saving, _file);
        }
    }

    private async Task SaveAfterAsync(Task former, AgentCacheFile file)
    {
        await former.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        StoredAgents stored;
        lock (_lock)
        {
            _isUnsaved = false;
            if (_revision is not { } revision) return;
            stored = file.Of(revision, _confirmedAt, [.. _agents.Values], _labels);
        }
        await file.SaveAsync(stored).ConfigureAwait(false);
    }
}
