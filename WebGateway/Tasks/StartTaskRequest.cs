using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using AgentManagement.Tasks;
using AgentManagement.WebGateway.Http;

namespace AgentManagement.WebGateway.Tasks;

/// <summary>Which task to start.</summary>
internal sealed record StartTaskRequest : IBody<StartTaskRequest>
{
    [Description("revalidate, purge, tools or files; an import starts with its lines.")]
    [AllowedValues(TaskKind.Revalidate, TaskKind.Purge, TaskKind.Tools, TaskKind.Files)]
    public required string Kind { get; init; }
}
