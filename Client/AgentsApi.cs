using System.Globalization;
using System.Text.Json;

namespace AgentManagement.Client;

/// <summary>Reads and writes agents.</summary>
public sealed class AgentsApi
{
    internal const string Root = "api/v1/agents";
    private readonly Connection _connection;

    internal AgentsApi(Connection connection) => (_connection, DryRun) = (connection, new(connection));

    /// <summary>What writes would do; nothing is changed.</summary>
    public AgentDryRunsApi DryRun { get; }

    /// <summary>An agent; an <see cref="ApiException"/> when there is none of this id that the caller may see.</summary>
    public Task<Agent> GetAsync(string id, CancellationToken cancellationToken = default) =>
        _connection.GetAsync(PathOf(id), Json.Default.Agent, cancellationToken);

    /// <summary>An agent; null when there is none of this id that the caller may see.</summary>
    public Task<Agent?> FindAsync(string id, CancellationToken cancellationToken = default) =>
        NullWhenMissing(GetAsync(id, cancellationToken));

    /// <summary>An agent as it was in a version that is kept; null when there is none.</summary>
    public Task<Agent?> FindVersionAsync(string id, int version, CancellationToken cancellationToken = default) =>
        NullWhenMissing(_connection.GetAsync($"{PathOf(id)}/versions/{Text(version)}", Json.Default.Agent, cancellationToken));

    /// <summary>All agents that match, page by page as they are asked for.</summary>
    public IAsyncEnumerable<AgentSummary> ListAsync(AgentFilter? filter = null, CancellationToken cancellationToken = default) =>
        _connection.PagesAsync(Root, QueryOf(filter ?? new()), Json.Default.PageAgentSummary, cancellationToken);

    /// <summary>One page; the cursor of the first is null.</summary>
    public Task<Page<AgentSummary>> ListPageAsync(AgentFilter filter, string? cursor, CancellationToken cancellationToken = default) =>
        _connection.GetAsync(
            QueryOf(filter).Add("cursor", cursor).AppendTo(Root), Json.Default.PageAgentSummary, cancellationToken);

    /// <summary>An agent's history, newest first.</summary>
    public IAsyncEnumerable<AgentVersion> ListVersionsAsync(string id, CancellationToken cancellationToken = default) =>
        _connection.PagesAsync($"{PathOf(id)}/versions", new(), Json.Default.PageAgentVersion, cancellationToken);

    /// <summary>What is different in the second version.</summary>
    public Task<IReadOnlyList<Difference>> DiffAsync(string id, int from, int to, CancellationToken cancellationToken = default) =>
        _connection.GetAsync(
            $"{PathOf(id)}/versions/{Text(from)}/diff/{Text(to)}", Json.Default.IReadOnlyListDifference, cancellationToken);

    /// <summary>What it means that one version became another, the gravest first.</summary>
    public Task<IReadOnlyList<Risk>> RisksAsync(string id, int from, int to, CancellationToken cancellationToken = default) =>
        _connection.GetAsync(
            $"{PathOf(id)}/versions/{Text(from)}/diff/{Text(to)}/risks", Json.Default.IReadOnlyListRisk, cancellationToken);

    /// <summary>Everything that a write of this content would be refused or warned for; changes nothing.</summary>
    public Task<Validation> ValidateAsync(AgentContent content, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(
            Request.Reading(HttpMethod.Post, $"{Root}/validate").With(content, Json.Default.AgentContent), Json.Default.Validation,
            cancellationToken);

    /// <summary>Does the same with many agents, as a task whose result says of each what came of it.</summary>
    public Task<ServiceTask> ChangeManyAsync(
        BulkChange change, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(
            Request.Write(HttpMethod.Post, $"{Root}/bulk", options).With(change, Json.Default.BulkChange), Json.Default.ServiceTask,
            cancellationToken);

    /// <summary>A page of an agent's history, newest first; the cursor of the first is null.</summary>
    public Task<Page<AgentVersion>> ListVersionsPageAsync(string id, string? cursor, CancellationToken cancellationToken = default) =>
        _connection.GetAsync(
            new Query().Add("cursor", cursor).AppendTo($"{PathOf(id)}/versions"), Json.Default.PageAgentVersion, cancellationToken);

    /// <summary>Brings an agent to another version of its template, and keeps what was changed since.</summary>
    public Task<Agent> UpgradeAsync(
        string id, AgentUpgrade upgrade, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        WriteAsync(
            Request.Write(HttpMethod.Post, $"{PathOf(id)}/upgrade", options).With(upgrade, Json.Default.AgentUpgrade), cancellationToken);

    public Task<Agent> CreateAsync(AgentContent content, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        WriteAsync(Request.Write(HttpMethod.Post, Root, options).With(content, Json.Default.AgentContent), cancellationToken);

    /// <summary>Puts a content in the place of the agent's, or makes the agent.</summary>
    public Task<Agent> ReplaceAsync(
        string id, AgentContent content, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        WriteAsync(Request.Write(HttpMethod.Put, PathOf(id), options).With(content, Json.Default.AgentContent), cancellationToken);

    /// <summary>The same with a content as it was written, with whatever members.</summary>
    public Task<Agent> ReplaceAsync(
        string id, JsonElement content, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        WriteAsync(Request.Write(HttpMethod.Put, PathOf(id), options).With(content, Json.Default.JsonElement), cancellationToken);

    /// <summary>
    /// Brings an agent to what a file has, and keeps what others changed since the same manager applied it last; makes it when it is
    /// absent. What both changed is refused with its conflicts.
    /// </summary>
    public Task<Agent> ApplyAsync(
        string id, AppliedFile file, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        WriteAsync(
            Request.Write(HttpMethod.Post, $"{PathOf(id)}/apply", options).With(file, Json.Default.AppliedFile), cancellationToken);

    /// <summary>Changes what a JSON merge patch (RFC 7396) names.</summary>
    public Task<Agent> PatchAsync(
        string id, JsonElement patch, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        WriteAsync(
            Request.Write(HttpMethod.Patch, PathOf(id), options).With(patch, Json.Default.JsonElement, "application/merge-patch+json"),
            cancellationToken);

    public Task<Agent> ActivateAsync(
        string id, string? reason = null, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        WriteAsync(StatusChange(id, "activate", reason, options), cancellationToken);

    public Task<Agent> DeactivateAsync(
        string id, string? reason = null, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        WriteAsync(StatusChange(id, "deactivate", reason, options), cancellationToken);

    /// <summary>
    /// Archives the agent: it is gone from lists, and can be brought back for 30 days. While others refer to it it stays, and the problem
    /// names them.
    /// </summary>
    /// <param name="force">Also when others refer to it, which are marked as degraded (administrators).</param>
    public Task ArchiveAsync(
        string id, bool force = false, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(Request.Write(HttpMethod.Delete, Gone(PathOf(id), force), options), cancellationToken);

    /// <summary>Removes an archived agent for good.</summary>
    /// <param name="force">Also when others refer to it, which are marked as degraded.</param>
    public Task PurgeAsync(
        string id, bool force = false, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(
            Request.Write(HttpMethod.Delete, Gone($"{PathOf(id)}?purge=true", force), options), cancellationToken);

    /// <summary>Brings an archived agent back.</summary>
    public Task<Agent> RestoreAsync(string id, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        WriteAsync(Request.Write(HttpMethod.Post, $"{PathOf(id)}/restore", options), cancellationToken);

    /// <summary>Makes a new agent with the same content.</summary>
    public Task<Agent> CloneAsync(
        string id, string name, string? newId = null, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        WriteAsync(
            Request.Write(HttpMethod.Post, $"{PathOf(id)}/clone", options).With(new CloneBody(newId, name), Json.Default.CloneBody),
            cancellationToken);

    /// <summary>Makes a new version with the content of an older one.</summary>
    public Task<Agent> RollBackAsync(
        string id, int toVersion, string? note = null, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        WriteAsync(
            Request.Write(HttpMethod.Post, $"{PathOf(id)}/rollback", options)
                .With(new RollbackBody(toVersion, note), Json.Default.RollbackBody), cancellationToken);

    private Task<Agent> WriteAsync(Request request, CancellationToken cancellationToken) =>
        _connection.SendAsync(request, Json.Default.Agent, cancellationToken);

    private static Request StatusChange(string id, string verb, string? reason, WriteOptions? options) =>
        Request.Write(HttpMethod.Post, $"{PathOf(id)}/{verb}", options).With(new StatusBody(reason), Json.Default.StatusBody);

    private static Query QueryOf(AgentFilter filter)
    {
        var query = new Query().Add("limit", filter.PageSize).Add("status", filter.Status).Add("type", filter.Type)
            .Add("template", filter.Template).Add("behind", filter.Behind).Add("manager", filter.Manager).Add("q", filter.Text)
            .Add("sort", filter.Sort);
        foreach (var tag in filter.Tags) query.Add("tag", tag);
        return query;
    }

    /// <summary>The address of what is to go, also when others refer to it.</summary>
    internal static string Gone(string path, bool force) => new Query().Add("force", force ? "true" : null).AppendTo(path);

    internal static string PathOf(string id) => $"{Root}/{Uri.EscapeDataString(id)}";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    internal static async Task<T?> NullWhenMissing<T>(Task<T> reading) where T : class
    {
        try
        {
            return await reading.ConfigureAwait(false);
        }
        catch (ApiException refusal) when (refusal.Status == System.Net.HttpStatusCode.NotFound)
        {
            return null;
        }
    }
}
