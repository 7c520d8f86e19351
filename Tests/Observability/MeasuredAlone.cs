namespace AgentManagement.Tests.Observability;

/// <summary>Measurements are those of the process: while these tests run, no others do.</summary>
[CollectionDefinition(DisableParallelization = true), Trait(Apart.Name, Apart.Value)]
public sealed class MeasuredAlone;

internal static class MetricsReading
{
    /// <summary>What the service says of itself now.</summary>
    public static async Task<MetricsText> MetricsAsync(this ServiceHost service)
    {
        using var client = service.CreateAnonymousClient();
        return MetricsText.Parse(await client.GetStringAsync("/metrics"));
    }
}
