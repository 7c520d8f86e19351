using System.Globalization;
using System.Text.Json;

namespace AgentManagement.Client;

/// <summary>A template at one of its versions.</summary>
/// <param name="Scope">system, which nobody can change, or tenant.</param>
/// <param name="Variables">What has to be, or may be, given to make an agent, by name.</param>
/// <param name="Config">The configuration of its agents, with variables as {{name}}.</param>
public sealed record Template(
    string Id, string Scope, int Version, string Name, string? Description, string Type, JsonElement Variables, JsonElement Config,
    IReadOnlyList<string> Tags, JsonElement Metadata, DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset UpdatedAt,
    string UpdatedBy);

/// <summary>A template in a list.</summary>
/// <param name="Agents">How many agents of the tenant were made from it.</param>
/// <param name="Behind">How many of these are of an older version.</param>
public sealed record TemplateSummary(
    string Id, string Scope, int Version, string Name, string? Description, string Type, int Agents, int Behind, DateTimeOffset UpdatedAt);

/// <summary>How to bring all agents of a template to one of its versions.</summary>
/// <param name="ToVersion">The newest when null.</param>
/// <param name="OnConflict">refuse, which leaves an agent as it is and reports it, mine or theirs.</param>
/// <param name="MaxFailures">After a wave in which more agents than this were refused, the rest is left alone.</param>
public sealed record TemplateUpgrade(int? ToVersion = null, string? OnConflict = null, int? MaxFailures = null);

/// <summary>What a template's editors write.</summary>
public sealed record TemplateContent(string Name, string Type, JsonElement Config)
{
    /// <summary>A slug of the client's choice; made by the service when absent. For a new template only.</summary>
    public string? Id { get; init; }
    public string? Description { get; init; }
    public JsonElement? Variables { get; init; }
    public IReadOnlyList<string>? Tags { get; init; }
    public JsonElement? Metadata { get; init; }
}

/// <summary>Reads and writes templates, and makes agents of them.</summary>
public sealed class TemplatesApi
{
    private const string Root = "api/v1/templates";
    private readonly Connection _connection;

    internal TemplatesApi(Connection connection) => _connection = connection;

    /// <summary>The system's first, then the tenant's own.</summary>
    public async Task<IReadOnlyList<TemplateSummary>> ListAsync(CancellationToken cancellationToken = default) =>
        (await _connection.GetAsync(Root, Json.Default.PageTemplateSummary, cancellationToken).ConfigureAwait(false)).Items;

    /// <summary>A template; null when there is none.</summary>
    public Task<Template?> FindAsync(string id, CancellationToken cancellationToken = default) =>
        AgentsApi.NullWhenMissing(_connection.GetAsync(PathOf(id), Json.Default.Template, cancellationToken));

    public Task<Template> CreateAsync(
        TemplateContent content, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(
            Request.Write(HttpMethod.Post, Root, options).With(content, Json.Default.TemplateContent), Json.Default.Template,
            cancellationToken);

    /// <summary>Puts a content in the place of the template's, or makes the template.</summary>
    public Task<Template> ReplaceAsync(
        string id, TemplateContent content, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(
            Request.Write(HttpMethod.Put, PathOf(id), options).With(content, Json.Default.TemplateContent), Json.Default.Template,
            cancellationToken);

    /// <summary>The same with a content as it was written, with whatever members.</summary>
    public Task<Template> ReplaceAsync(
        string id, JsonElement content, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(
            Request.Write(HttpMethod.Put, PathOf(id), options).With(content, Json.Default.JsonElement), Json.Default.Template,
            cancellationToken);

    /// <summary>What that would be refused or warned for. Of its effect the kind and the version are told.</summary>
    public Task<DryRun> TryReplaceAsync(
        string id, JsonElement content, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(
            Request.DryRun(HttpMethod.Put, PathOf(id), options).With(content, Json.Default.JsonElement), Json.Default.DryRun,
            cancellationToken);

    /// <summary>Removes a template. While agents are made from it it stays, and the problem names them.</summary>
    /// <param name="force">Also then: they are marked as degraded (administrators).</param>
    public Task DeleteAsync(
        string id, bool force = false, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(Request.Write(HttpMethod.Delete, AgentsApi.Gone(PathOf(id), force), options), cancellationToken);

    /// <summary>Makes an agent.</summary>
    /// <param name="variables">Values of the template's variables: an object.</param>
    /// <param name="customizations">What is to differ from the template: an object.</param>
    public Task<Agent> InstantiateAsync(
        string id, string name, string? agentId = null, JsonElement? variables = null, JsonElement? customizations = null,
        WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(
            Request.Write(HttpMethod.Post, $"{PathOf(id)}/instantiate", options)
                .With(new InstantiateBody(agentId, name, variables, customizations), Json.Default.InstantiateBody), Json.Default.Agent,
            cancellationToken);

    /// <summary>What making an agent would do.</summary>
    public Task<DryRun> TryInstantiateAsync(
        string id, string name, string? agentId = null, JsonElement? variables = null, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(
            Request.DryRun(HttpMethod.Post, $"{PathOf(id)}/instantiate", WriteOptions.None)
                .With(new InstantiateBody(agentId, name, variables, Customizations: null), Json.Default.InstantiateBody),
            Json.Default.DryRun, cancellationToken);

    /// <summary>A template as it was in a version; null when there is none.</summary>
    public Task<Template?> FindVersionAsync(string id, int version, CancellationToken cancellationToken = default) =>
        AgentsApi.NullWhenMissing(
            _connection.GetAsync(string.Create(CultureInfo.InvariantCulture, $"{PathOf(id)}/versions/{version}"), Json.Default.Template,
                cancellationToken));

    /// <summary>A template's history, newest first.</summary>
    public IAsyncEnumerable<AgentVersion> ListVersionsAsync(string id, CancellationToken cancellationToken = default) =>
        _connection.PagesAsync($"{PathOf(id)}/versions", new(), Json.Default.PageAgentVersion, cancellationToken);

    /// <summary>Starts a task that brings all agents of a template to one of its versions, in waves. Undone with
    /// <see cref="TasksApi.UndoAsync"/>.</summary>
    public Task<ServiceTask> UpgradeAllAsync(
        string id, TemplateUpgrade upgrade, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(
            Request.Write(HttpMethod.Post, $"{PathOf(id)}/upgrade", options).With(upgrade, Json.Default.TemplateUpgrade),
            Json.Default.ServiceTask, cancellationToken);

    private static string PathOf(string id) => $"{Root}/{Uri.EscapeDataString(id)}";
}
