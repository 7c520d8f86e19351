using AgentManagement.Access;
using Orleans.Concurrency;

namespace AgentManagement.Operations;

/// <summary>Lets a gateway, which holds no database credentials, ask the silo how its servers are. Key: any text with a '/'.</summary>
[Alias("IHealthGrain")]
public interface IHealthGrain : IGrainWithStringKey
{
    /// <summary>The key to use.</summary>
    const string Key = "health/silo";

    /// <summary>Asks each server now; bounded in time, however many ask at once.</summary>
    [Alias("Check"), OpenToAll, AlwaysInterleave]
    Task<ImmutableArray<HealthPart>> CheckAsync();
}

/// <summary>How one part of the service is.</summary>
/// <param name="Name"><c>database</c>, <c>schema</c>, <c>redis</c>, <c>changes</c>, <c>tasks</c>, <c>files</c> …</param>
/// <param name="Healthy">Whether it answered.</param>
/// <param name="Detail">What is wrong, without addresses or credentials; null when healthy.</param>
[GenerateSerializer, Immutable, Alias("HealthPart")]
public sealed record HealthPart(string Name, bool Healthy, string? Detail)
{
    /// <summary>Since when it has been so, as far as this silo knows; null when nobody has looked before.</summary>
    [Id(3)] public DateTimeOffset? Since { get; init; }
}
