using System.Text.Json.Serialization;
using AgentManagement.Operations;
using AgentManagement.ServiceDefaults.Hosting;
using AgentManagement.ServiceDefaults.Settings;

namespace AgentManagement.ServiceDefaults.Health;

/// <summary>How the service is.</summary>
/// <param name="Status">healthy, degraded or unhealthy.</param>
/// <param name="Parts">How each part is.</param>
/// <param name="NextMaintenance">When there may be maintenance now or next; absent where none is planned.</param>
public sealed record HealthResponse(
    string Status, ImmutableArray<HealthPartResponse> Parts,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ScheduledWindow? NextMaintenance = null)
{
    /// <summary>The version of the process that answers; absent where only operators may know.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Version { get; init; } = ServiceVersion.Current;

    public const string Healthy = "healthy";
    public const string Degraded = "degraded";
    public const string Unhealthy = "unhealthy";

    /// <param name="parts">How each part is.</param>
    /// <param name="needed">Names of the parts whose absence is more than degradation; null for all.</param>
    public static HealthResponse Of(ImmutableArray<HealthPart> parts, ImmutableArray<string>? needed = null)
    {
        var ill = parts.Where(part => !part.Healthy).ToList();
        var status = ill.Count == 0 ? Healthy : ill.Exists(part => needed is not { } names || names.Contains(part.Name))
            ? Unhealthy : Degraded;
        return new(status, [.. parts.Select(part => new HealthPartResponse(part.Name, part.Healthy, part.Detail, part.Since))]);
    }
}

/// <summary>How a part of the service is.</summary>
/// <param name="Name">
/// silo, revocations (while they are not known), database, writes, schema, redis, files, changes (telling others of them), tasks,
/// maintenance.
/// </param>
/// <param name="Healthy">Whether it answered, or gets done.</param>
/// <param name="Detail">What is wrong; null when healthy.</param>
/// <param name="Since">Since when it has been so, as far as the silo that answered knows; of the silo, as far as the gateway does.</param>
public sealed record HealthPartResponse(string Name, bool Healthy, string? Detail, DateTimeOffset? Since);
