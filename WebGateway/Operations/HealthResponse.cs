using System.Text.Json.Serialization;
using AgentManagement.Operations;

namespace AgentManagement.WebGateway.Operations;

/// <summary>How the service is.</summary>
/// <param name="Status">healthy or unhealthy.</param>
/// <param name="Parts">How each part is.</param>
internal sealed record HealthResponse(string Status, ImmutableArray<HealthPartResponse> Parts)
{
    [JsonIgnore]
    public bool IsHealthy => Parts.All(part => part.Healthy);

    public static HealthResponse Of(ImmutableArray<HealthPart> parts) => new(
        parts.All(part => part.Healthy) ? "healthy" : "unhealthy",
        [.. parts.Select(part => new HealthPartResponse(part.Name, part.Healthy, part.Detail))]);
}

/// <summary>How a part of the service is.</summary>
/// <param name="Name">silo, database, redis …</param>
/// <param name="Healthy">Whether it answered.</param>
/// <param name="Detail">What is wrong; null when healthy.</param>
internal sealed record HealthPartResponse(string Name, bool Healthy, string? Detail);
