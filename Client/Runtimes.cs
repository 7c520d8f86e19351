namespace AgentManagement.Client;

/// <summary>Something that runs agents, as it says itself.</summary>
/// <param name="Instance">Its name.</param>
/// <param name="Status">live, or silent when it has not reported for a minute and has not ended.</param>
/// <param name="Label">The label whose versions it runs; null for the current ones.</param>
/// <param name="LabelRevision">The label's revision that it has.</param>
/// <param name="Sdk">What it asks with.</param>
/// <param name="Versions">How many versions it runs.</param>
public sealed record Runtime(
    string Instance, string Status, string? Label, int? LabelRevision, string? Sdk, int Versions, DateTimeOffset Since,
    DateTimeOffset SeenAt);

/// <summary>A runtime with the versions that it runs.</summary>
public sealed record RuntimeDetail(Runtime Runtime, IReadOnlyList<RunningVersion> Applied);

/// <summary>A version of an agent that runs.</summary>
public sealed record RunningVersion(string Agent, int Version);

/// <summary>How far a release has come to the runtimes of its label.</summary>
/// <param name="LabelRevision">The label's revision that they are to have, or a later one.</param>
/// <param name="Live">How many runtimes report that they run the label.</param>
/// <param name="Adopted">How many of them have it.</param>
/// <param name="Converged">Whether all have it, and there are some.</param>
/// <param name="Behind">Those that have not, at most 100.</param>
public sealed record Adoption(
    string Label, int LabelRevision, int Live, int Adopted, bool Converged, IReadOnlyList<RuntimeBehind> Behind);

/// <summary>A runtime that does not have what a release brought.</summary>
public sealed record RuntimeBehind(string Instance, int? LabelRevision);

internal sealed record RuntimeList(IReadOnlyList<Runtime> Items);

/// <summary>Reads who runs which versions.</summary>
public sealed class RuntimesApi
{
    private const string Root = "api/v1/runtimes";
    private readonly Connection _connection;

    internal RuntimesApi(Connection connection) => _connection = connection;

    /// <summary>Those that report, and those that fell silent within the last day, in the order of their names.</summary>
    public async Task<IReadOnlyList<Runtime>> ListAsync(string? label = null, CancellationToken cancellationToken = default) =>
        (await _connection.GetAsync(new Query().Add("label", label).AppendTo(Root), Json.Default.RuntimeList, cancellationToken)
            .ConfigureAwait(false)).Items;

    /// <summary>A runtime with what it runs; null when there is none of this name.</summary>
    public Task<RuntimeDetail?> FindAsync(string instance, CancellationToken cancellationToken = default) =>
        AgentsApi.NullWhenMissing(
            _connection.GetAsync($"{Root}/{Uri.EscapeDataString(instance)}", Json.Default.RuntimeDetail, cancellationToken));
}
