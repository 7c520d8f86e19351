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
        // Put together anew: to take one member out of an object takes the longer, the more it has.
        var members = result.ToList();
        result.Clear();
        foreach (var (name, value) in members)
        {
            if (!changes.TryGetPropertyValue(name, out var change)) result[name] = value;
            else if (change is not null) result[name] = Apply(value, change);
        }
        foreach (var (name, change) in changes)
        {
            if (change is not null && !result.ContainsKey(name)) result[name] = Apply(null, change);
        }
        return result;
    }
}
