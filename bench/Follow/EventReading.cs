using System.Text.Json;

namespace AgentManagement.Bench.Follow;

/// <summary>Reads events, whichever way they came.</summary>
internal static class EventReading
{
    /// <summary>A change; null for heartbeats and the like.</summary>
    public static Notification? ReadChange(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        using var message = JsonDocument.ParseValue(ref reader);
        var root = message.RootElement;
        return root.TryGetProperty("tenant_id", out var tenant) && root.TryGetProperty("data", out var data)
            && data.TryGetProperty("version", out _)
            ? new(tenant.GetString()!, root.GetProperty("revision").GetInt64())
            : null;
    }
}
