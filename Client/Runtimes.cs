namespace AgentManagement.Client;

/// <summary>Something that runs agents, as it says itself.</summary>
/// <param name="Instance">Its name.</param>
/// <param name="Status">live, or silent when it has not reported for a minute and has not ended.</param>
/// <param name="Label">The label whose versions it runs; null for the current ones.</param>
/// <param name="LabelRevision">The label's revision that it has.</param>
/// <param name="Sdk">What it asks with.</param>
/// <param name="Versions">How many versions it runs.</param>
/// <param name="Since">Since when it reports.</param>
/// <param name="SeenAt">When it last reported.</param>
public sealed record Runtime(
    string Instance, string Status, string? Label, int? LabelRevision, string? Sdk, int Versions, DateTimeOffset Since,
    DateTimeOffset SeenAt);

/// <summary>A runtime with the versions that it runs.</summary>
public sealed record RuntimeDetail(Runtime Runtime, IReadOnlyList<RunningVersion> Applied);

/// <summary>A version that runs.</summary>
public sealed record RunningVersion(string Agent, int Version);

/// <summary>That a runtime ran a version of an agent.</summary>
/// <param name="Last">Up to this time; null while it does.</param>
public sealed record AppliedVersion(string Instance, string? Label, int Version, DateTimeOffset First, DateTimeOffset? Last);

/// <summary>How far a release has come to the runtimes of its label.</summary>
/// <param name="LabelRevision">The label's revision that they are to have, or a later one.</param>
/// <param name="Live">How many runtimes report that they run the label.</param>
/// <param name="Adopted">How many of them have it, and run of the release's agents only what the label has of them.</param>
/// <param name="Converged">Whether all have it, and there are some.</param>
/// <param name="Behind">Those that have not, at most 100.</param>
public sealed record Adoption(
    string Label, int LabelRevision, int Live, int Adopted, bool Converged, IReadOnlyList<RuntimeBehind> Behind);

/// <summary>A runtime that does not have what a release brought.</summary>
/// <param name="LabelRevision">The label's revision that it has.</param>
public sealed record RuntimeBehind(string Instance, int? LabelRevision);

internal sealed record RuntimeReport(string? Label, int? LabelRevision, IReadOnlyList<RunningVersion> Applied, string Sdk);

internal sealed record RuntimeList(IReadOnlyList<Runtime> Items);

internal sealed record AppliedList(IReadOnlyList<AppliedVersion> Items);

/// <summary>Who runs which versions. An <see cref="AgentCache"/> says it by itself, with <see cref="AgentCacheOptions.Runtime"/>.</summary>
public sealed class RuntimesApi
{
    private const string Root = "api/v1/runtimes";
    private readonly Connection _connection;

    internal RuntimesApi(Connection connection) => _connection = connection;

    /// <summary>The runtimes that report, and those that fell silent within the last day.</summary>
    /// <param name="label">Those of this label only; null for all.</param>
    public async Task<IReadOnlyList<Runtime>> ListAsync(string? label = null, CancellationToken cancellationToken = default) =>
        (await _connection.GetAsync(
            new Query().Add("label", label).AppendTo(Root), Json.Default.RuntimeList, cancellationToken).ConfigureAwait(false)).Items;

    /// <summary>A runtime with the versions that it runs; null when there is none of this name.</summary>
    public Task<RuntimeDetail?> FindAsync(string instance, CancellationToken cancellationToken = default) =>
        AgentsApi.NullWhenMissing(_connection.GetAsync(
            $"{Root}/{Uri.EscapeDataString(instance)}", Json.Default.RuntimeDetail, cancellationToken));

    /// <summary>Who runs, or ran at a time, which versions of an agent.</summary>
    public async Task<IReadOnlyList<AppliedVersion>> ListAppliedAsync(
        string agentId, DateTimeOffset? at = null, CancellationToken cancellationToken = default) =>
        (await _connection.GetAsync(
            new Query().Add("at", at).AppendTo($"{AgentsApi.PathOf(agentId)}/applied"), Json.Default.AppliedList, cancellationToken)
            .ConfigureAwait(false)).Items;
}
