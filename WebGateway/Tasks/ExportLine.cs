using System.Text.Json.Serialization;
using AgentManagement.Agents;
using AgentManagement.Json;

namespace AgentManagement.WebGateway.Tasks;

/// <summary>A line of an export. An import takes it back, but for what the service sets.</summary>
/// <param name="Id">A slug, unique within the tenant.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Description">What it is for.</param>
/// <param name="Type">conversational, rag or workflow.</param>
/// <param name="Config">The configuration document as it was written.</param>
/// <param name="Tags">Its tags.</param>
/// <param name="Metadata">A free object.</param>
/// <param name="Status">draft, active or inactive.</param>
/// <param name="Version">The version that the line is of.</param>
/// <param name="Icon">An emoji or the address of a picture; this and the next four are absent when nothing is said.</param>
/// <param name="Category">Under what people look for it.</param>
/// <param name="Author">Who made it, in words.</param>
/// <param name="Licence">Under which licence it may be used.</param>
/// <param name="Homepage">Where to read more.</param>
internal sealed record ExportLine(
    string Id, string Name, string? Description, string Type, JsonText Config, ImmutableArray<string> Tags, JsonText Metadata,
    string Status, int Version,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Icon = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Category = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Author = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Licence = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Homepage = null)
{
    public static ExportLine Of(Agent agent) => new(
        agent.Id, agent.Name, agent.Description, agent.Type, agent.Config, agent.Tags, agent.Metadata, agent.Status, agent.Version,
        agent.Appearance?.Icon, agent.Appearance?.Category, agent.Appearance?.Author, agent.Appearance?.Licence,
        agent.Appearance?.Homepage);
}
