using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using AgentManagement.Releases;
using AgentManagement.Runtimes;
using AgentManagement.WebGateway.Http;

namespace AgentManagement.WebGateway.Runtimes;

/// <summary>What a runtime runs.</summary>
internal sealed record RuntimeReportRequest : IBody<RuntimeReportRequest>
{
    [Description("The label whose versions it runs; absent for the current ones."), RegularExpression(LabelName.Pattern)]
    public string? Label { get; init; }

    [Description("The label's revision that it has; there with a label only."), Range(0, int.MaxValue)]
    public int? LabelRevision { get; init; }

    [Description("The versions that it runs: of an agent in a rollout both."), MaxLength(Runtime.MaxApplied)]
    public required IReadOnlyList<RunningVersionRequest> Applied { get; init; }

    [Description("What it asks with, for people."), MaxLength(Runtime.MaxSdkCharacters)]
    public string? Sdk { get; init; }

    public RuntimeReport ToReport(string instance) => new(
        instance, Label == LabelName.Latest ? null : Label, LabelRevision, Sdk,
        [.. Applied.Select(each => new RunningVersion(each.Agent, each.Version))]);
}

/// <summary>A version of an agent that runs.</summary>
internal sealed record RunningVersionRequest
{
    [Description("The agent's id."), Length(1, 63)]
    public required string Agent { get; init; }

    [Description("The version."), Range(1, int.MaxValue)]
    public required int Version { get; init; }
}
