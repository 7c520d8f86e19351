using System.Text.Json;

namespace AgentManagement.Client;

/// <summary>The writes of agents, tried: what each would do, and what it would be refused or warned for.</summary>
public sealed class AgentDryRunsApi
{
    private readonly Connection _connection;

    internal AgentDryRunsApi(Connection connection) => _connection = connection;

    public Task<DryRun> CreateAsync(AgentContent content, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        TryAsync(
            Request.DryRun(HttpMethod.Post, AgentsApi.Root, options).With(content, Json.Default.AgentContent), cancellationToken);

    public Task<DryRun> ReplaceAsync(
        string id, AgentContent content, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        TryAsync(
            Request.DryRun(HttpMethod.Put, AgentsApi.PathOf(id), options).With(content, Json.Default.AgentContent), cancellationToken);

    /// <summary>The same with a content as it was written, with whatever members.</summary>
    public Task<DryRun> ReplaceAsync(
        string id, JsonElement content, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        TryAsync(
            Request.DryRun(HttpMethod.Put, AgentsApi.PathOf(id), options).With(content, Json.Default.JsonElement), cancellationToken);

    public Task<DryRun> UpgradeAsync(
        string id, AgentUpgrade upgrade, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        TryAsync(
            Request.DryRun(HttpMethod.Post, $"{AgentsApi.PathOf(id)}/upgrade", options).With(upgrade, Json.Default.AgentUpgrade),
            cancellationToken);

    public Task<DryRun> PatchAsync(
        string id, JsonElement patch, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        TryAsync(
            Request.DryRun(HttpMethod.Patch, AgentsApi.PathOf(id), options)
                .With(patch, Json.Default.JsonElement, "application/merge-patch+json"), cancellationToken);

    public Task<DryRun> ApplyAsync(
        string id, AppliedFile file, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        TryAsync(
            Request.DryRun(HttpMethod.Post, $"{AgentsApi.PathOf(id)}/apply", options).With(file, Json.Default.AppliedFile),
            cancellationToken);

    public Task<DryRun> ActivateAsync(string id, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        TryAsync(Request.DryRun(HttpMethod.Post, $"{AgentsApi.PathOf(id)}/activate", options), cancellationToken);

    public Task<DryRun> DeactivateAsync(string id, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        TryAsync(Request.DryRun(HttpMethod.Post, $"{AgentsApi.PathOf(id)}/deactivate", options), cancellationToken);

    public Task<DryRun> ArchiveAsync(
        string id, bool force = false, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        TryAsync(Request.DryRun(HttpMethod.Delete, AgentsApi.Gone(AgentsApi.PathOf(id), force), options), cancellationToken);

    public Task<DryRun> RollBackAsync(
        string id, int toVersion, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        TryAsync(
            Request.DryRun(HttpMethod.Post, $"{AgentsApi.PathOf(id)}/rollback", options)
                .With(new RollbackBody(toVersion, Note: null), Json.Default.RollbackBody), cancellationToken);

    private Task<DryRun> TryAsync(Request request, CancellationToken cancellationToken) =>
        _connection.SendAsync(request, Json.Default.DryRun, cancellationToken);
}
