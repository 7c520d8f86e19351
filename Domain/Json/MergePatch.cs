using System.Text.Json.Nodes;

namespace AgentManagement.Domain.Json;

/// <summary>JSON merge patch (RFC 7396).</summary>
public static class MergePatch
{
    /// <summary>The target with the patch applied; members that are null in the patch are removed. The target may be changed.</summary>
    public static JsonNode? Apply(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes) return patch?.DeepClone();
        var result = target as JsonObject ?? [];
        foreach (var (name, value) in changes)
        {
            if (value is null)
            {
                result.Remove(name);
                continue;
            }
            var merged = Apply(result[name], value);
            // The indexer keeps a member's place; a merged object is the member itself and must not be set twice.
            if (!ReferenceEquals(result[name], merged)) result[name] = merged;
        }
        return result;
    }
}
