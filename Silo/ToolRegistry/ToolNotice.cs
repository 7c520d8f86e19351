using System.Text.Json;
using AgentManagement.Keys;

namespace AgentManagement.Silo.ToolRegistry;

/// <summary>What the registry says over PubSub: something is different with a tool.</summary>
/// <param name="TenantId">For whom; null for all tenants.</param>
/// <param name="ToolId">Which.</param>
[GenerateSerializer, Immutable, Alias("ToolNotice")]
internal sealed record ToolNotice(string? TenantId, string ToolId)
{
    /// <summary>The channel for all tenants; that of one has a '.' and the tenant behind it.</summary>
    public const string Channel = "tool.registry.notifications";

    private const int MaxIdCharacters = 128;

    private static readonly ImmutableArray<string> Events = ["tool_updated", "tool_retired", "tool_removed"];

    /// <summary>
    /// Reads <c>{"event":"tool_updated|tool_retired|tool_removed","data":{"tool_id":…}} </c>; null when it is something else.
    /// </summary>
    public static ToolNotice? Read(string channel, byte[] message)
    {
        var tenantId = channel == Channel ? null : channel[(Channel.Length + 1)..];
        if (tenantId is not null && !GrainKeys.IsTenantId(tenantId)) return null;
        try
        {
            using var document = JsonDocument.Parse(message);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("data", out var data)
                || data.ValueKind != JsonValueKind.Object) return null;
            return TextOf(root, "event") is { } name && Events.Contains(name)
                && TextOf(data, "tool_id") is { Length: > 0 and <= MaxIdCharacters } toolId
                ? new(tenantId, toolId)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? TextOf(JsonElement message, string name) =>
        message.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;
}
