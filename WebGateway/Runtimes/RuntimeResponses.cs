using AgentManagement.Releases;
using AgentManagement.Runtimes;

namespace AgentManagement.WebGateway.Runtimes;

/// <summary>Something that runs agents, as it says itself.</summary>
/// <param name="Instance">Its name.</param>
/// <param name="Status"><c>live</c>, or <c>silent</c> when it has not reported for a minute and has not ended.</param>
/// <param name="Label">The label whose versions it runs; null for the current ones.</param>
/// <param name="LabelRevision">The label's revision that it has.</param>
/// <param name="Sdk">What it asks with.</param>
/// <param name="Versions">How many versions it runs.</param>
/// <param name="Since">Since when it reports.</param>
/// <param name="SeenAt">When it last reported.</param>
internal sealed record RuntimeResponse(
    string Instance, string Status, string? Label, int? LabelRevision, string? Sdk, int Versions, DateTimeOffset Since,
    DateTimeOffset SeenAt)
{
    public static RuntimeResponse Of(Runtime runtime) => new(
        runtime.Instance, runtime.Status, runtime.Label, runtime.LabelRevision, runtime.Sdk, runtime.Versions, runtime.Since,
        runtime.SeenAt);
}

/// <summary>The tenant's runtimes.</summary>
/// <param name="Items">In the order of their names.</param>
internal sealed record RuntimeListResponse(ImmutableArray<RuntimeResponse> Items);

/// <summary>A runtime with the versions that it runs.</summary>
/// <param name="Runtime">The runtime.</param>
/// <param name="Applied">The versions, in the order of the agents' ids.</param>
internal sealed record RuntimeDetailResponse(RuntimeResponse Runtime, ImmutableArray<RunningVersionResponse> Applied)
{
    public static RuntimeDetailResponse Of(Runtime runtime) => new(
        RuntimeResponse.Of(runtime), [.. runtime.Applied.Select(each => new RunningVersionResponse(each.AgentId, each.Version))]);
}

/// <summary>A version that runs.</summary>
/// <param name="Agent">The agent.</param>
/// <param name="Version">The version.</param>
internal sealed record RunningVersionResponse(string Agent, int Version);

/// <summary>Who ran which versions of an agent.</summary>
/// <param name="Items">In the order of the runtimes' names.</param>
internal sealed record AppliedListResponse(ImmutableArray<AppliedResponse> Items);

/// <summary>That a runtime ran a version of an agent.</summary>
/// <param name="Instance">The runtime.</param>
/// <param name="Label">The label whose versions it ran; null for the current ones.</param>
/// <param name="Version">The version.</param>
/// <param name="First">From this time on.</param>
/// <param name="Last">Up to this time; null while it does.</param>
internal sealed record AppliedResponse(string Instance, string? Label, int Version, DateTimeOffset First, DateTimeOffset? Last)
{
    public static AppliedResponse Of(AppliedVersion applied) =>
        new(applied.Instance, applied.Label, applied.Version, applied.First, applied.Last);
}

/// <summary>That what a runtime said holds.</summary>
/// <param name="Until">Until when, unless it says it again.</param>
internal sealed record RuntimeLeaseResponse(DateTimeOffset Until);

/// <summary>How far a release has come to the runtimes of its label.</summary>
/// <param name="Label">The label.</param>
/// <param name="LabelRevision">The label's revision that they are to have, or a later one.</param>
/// <param name="Live">How many runtimes report that they run the label.</param>
/// <param name="Adopted">How many of them have it, and run of the release's agents only what the label has of them.</param>
/// <param name="Converged">Whether all have it, and there are some.</param>
/// <param name="Behind">Those that have not, at most 100.</param>
internal sealed record AdoptionResponse(
    string Label, int LabelRevision, int Live, int Adopted, bool Converged, ImmutableArray<RuntimeBehindResponse> Behind)
{
    public static AdoptionResponse Of(Adoption adoption) => new(
        adoption.Label, adoption.LabelRevision, adoption.Live, adoption.Adopted, adoption.IsComplete,
        [.. adoption.Behind.Select(each => new RuntimeBehindResponse(each.Instance, each.LabelRevision))]);
}

/// <summary>A runtime that does not have what a release brought.</summary>
/// <param name="Instance">The runtime.</param>
/// <param name="LabelRevision">The label's revision that it has.</param>
internal sealed record RuntimeBehindResponse(string Instance, int? LabelRevision);
