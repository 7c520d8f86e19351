using System.Text.Json.Serialization;

namespace AgentManagement.Client;

/// <summary>A tenant's name for where versions run.</summary>
/// <param name="Version">Of its policy; what <see cref="WriteOptions.IfMatch"/> names.</param>
/// <param name="Revision">Of what it has: it rises with each change of an assignment.</param>
/// <param name="Agents">How many agents it has a version of.</param>
/// <param name="UnfinishedReleases">The releases that have not ended.</param>
public sealed record Label(
    string Name, int Version, int Revision, int Agents, IReadOnlyList<string> UnfinishedReleases, DateTimeOffset CreatedAt,
    string CreatedBy, DateTimeOffset UpdatedAt, string UpdatedBy)
{
    public string? Description { get; init; }

    /// <inheritdoc cref="LabelPolicy.From"/>
    public string? From { get; init; }

    /// <inheritdoc cref="LabelPolicy.Approvals"/>
    public int Approvals { get; init; }

    /// <inheritdoc cref="LabelPolicy.ExcludeAuthors"/>
    public bool ExcludeAuthors { get; init; }

    /// <inheritdoc cref="LabelPolicy.RollbackNeedsApproval"/>
    public bool RollbackNeedsApproval { get; init; }

    /// <inheritdoc cref="LabelPolicy.Freezes"/>
    public IReadOnlyList<Freeze> Freezes { get; init; } = [];

    /// <inheritdoc cref="LabelPolicy.Checks"/>
    public IReadOnlyList<string> Checks { get; init; } = [];

    /// <summary>Its policy, to be changed and sent back.</summary>
    public LabelPolicy ToPolicy() => new()
    {
        Description = Description, From = From, Approvals = Approvals, ExcludeAuthors = ExcludeAuthors,
        RollbackNeedsApproval = RollbackNeedsApproval, Freezes = Freezes, Checks = Checks,
    };
}

/// <summary>What has to hold before a version gets to a label.</summary>
public sealed record LabelPolicy
{
    public string? Description { get; init; }

    /// <summary>The label that must have a version before; null for none.</summary>
    public string? From { get; init; }

    /// <summary>How many must approve of a release: 0 to 10.</summary>
    public int Approvals { get; init; }

    /// <summary>Whether those who wrote what is released do not count as approving.</summary>
    public bool ExcludeAuthors { get; init; }

    /// <summary>Whether taking back a release that has completed needs the same approvals.</summary>
    public bool RollbackNeedsApproval { get; init; }

    /// <summary>When nothing is released.</summary>
    public IReadOnlyList<Freeze> Freezes { get; init; } = [];

    /// <summary>Names of the checks that each version must have passed.</summary>
    public IReadOnlyList<string> Checks { get; init; } = [];

    /// <summary>Why it is set: kept in the history, and no part of what is read.</summary>
    public string? Note { get; init; }
}

/// <summary>A time in which nothing is released.</summary>
/// <param name="From">Included.</param>
/// <param name="To">Excluded.</param>
public sealed record Freeze(DateTimeOffset From, DateTimeOffset To, string Reason);

/// <summary>All that a label has, of one revision.</summary>
public sealed record Assignments(string Label, int Revision, IReadOnlyList<Assignment> Items);

/// <summary>What a label has of one agent.</summary>
/// <param name="Stable">The version for all whom no rollout concerns; null for none yet.</param>
/// <param name="Candidate">The version that a rollout brings; null outside of one.</param>
/// <param name="Weight">How many of 100,000 keys have the candidate.</param>
/// <param name="Release">The release that made the assignment.</param>
/// <param name="Previous">The version before <paramref name="Stable"/>.</param>
/// <param name="Revision">The label's revision that made the assignment.</param>
public sealed record Assignment(
    string Agent, int? Stable, int? Candidate, int Weight, string Release, int? Previous, int Revision);

internal sealed record LabelList(IReadOnlyList<Label> Items);

internal sealed record AssignBody([property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? Version, string? Note);

/// <summary>The tenant's labels, and which versions they have.</summary>
public sealed class LabelsApi
{
    private const string Root = "api/v1/labels";
    private readonly Connection _connection;

    internal LabelsApi(Connection connection) => _connection = connection;

    /// <summary>In the order of their names. The service's own, latest, is none of them.</summary>
    public async Task<IReadOnlyList<Label>> ListAsync(CancellationToken cancellationToken = default) =>
        (await _connection.GetAsync(Root, Json.Default.LabelList, cancellationToken).ConfigureAwait(false)).Items;

    /// <summary>A label; null when there is none of this name.</summary>
    public Task<Label?> FindAsync(string name, CancellationToken cancellationToken = default) =>
        AgentsApi.NullWhenMissing(_connection.GetAsync(PathOf(name), Json.Default.Label, cancellationToken));

    /// <summary>What it has; null when there is no such label.</summary>
    public Task<Assignments?> FindAssignmentsAsync(string name, CancellationToken cancellationToken = default) =>
        AgentsApi.NullWhenMissing(
            _connection.GetAsync($"{PathOf(name)}/assignments", Json.Default.Assignments, cancellationToken));

    /// <summary>Makes a label, or sets its policy.</summary>
    public Task<Label> SetAsync(
        string name, LabelPolicy policy, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(
            Request.Write(HttpMethod.Put, PathOf(name), options).With(policy, Json.Default.LabelPolicy), Json.Default.Label,
            cancellationToken);

    /// <summary>Removes a label.</summary>
    /// <param name="force">Also when it has versions of agents, which nobody gets from it then.</param>
    public Task DeleteAsync(
        string name, bool force = false, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(
            Request.Write(HttpMethod.Delete, AgentsApi.Gone(PathOf(name), force), options), cancellationToken);

    /// <summary>
    /// Has a label have a version of one agent at once: a release of one item, made and run or refused. Null for no version.
    /// </summary>
    public Task<Release> AssignAsync(
        string name, string agentId, int? version, string? note = null, WriteOptions? options = null,
        CancellationToken cancellationToken = default) =>
        _connection.SendAsync(
            Request.Write(HttpMethod.Put, $"{AgentsApi.PathOf(agentId)}/labels/{Uri.EscapeDataString(name)}", options)
                .With(new AssignBody(version, note), Json.Default.AssignBody),
            Json.Default.Release, cancellationToken);

    private static string PathOf(string name) => $"{Root}/{Uri.EscapeDataString(name)}";
}
