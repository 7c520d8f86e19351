using System.Text.Json;
using AgentManagement.Agents;

namespace AgentManagement.Json;

/// <summary>The differences between two JSON values, as operations on the older one.</summary>
internal static class JsonDifference
{
    /// <summary>Objects are compared member by member, arrays place by place; anything else by its text.</summary>
    public static ImmutableArray<DiffOperation> Between(JsonElement from, JsonElement to)
    {
        var operations = ImmutableArray.CreateBuilder<DiffOperation>();
        Compare("", from, to, operations);
        return operations.ToImmutable();
    }

    private static void Compare(
        string path, JsonElement from, JsonElement to, ImmutableArray<DiffOperation>.Builder operations)
    {
        if (from.ValueKind == JsonValueKind.Object && to.ValueKind == JsonValueKind.Object)
        {
            CompareMembers(path, from, to, operations);
        }
        else if (from.ValueKind == JsonValueKind.Array && to.ValueKind == JsonValueKind.Array)
        {
            CompareItems(path, from, to, operations);
        }
        else if (StrictJson.Compact(from) != StrictJson.Compact(to))
        {
            operations.Add(new("replace", path, StrictJson.Compact(from), StrictJson.Compact(to)));
        }
    }

    private static void CompareMembers(
        string path, JsonElement from, JsonElement to, ImmutableArray<DiffOperation>.Builder operations)
    {
        foreach (var member in from.EnumerateObject())
        {
            var memberPath = JsonPointer.Append(path, member.Name);
            if (to.TryGetProperty(member.Name, out var newer)) Compare(memberPath, member.Value, newer, operations);
            else operations.Add(new("remove", memberPath, StrictJson.Compact(member.Value), null));
        }
        foreach (var member in to.EnumerateObject().Where(member => !from.TryGetProperty(member.Name, out _)))
        {
            operations.Add(new("add", JsonPointer.Append(path, member.Name), null, StrictJson.Compact(member.Value)));
        }
    }

    private static void CompareItems(
        string path, JsonElement from, JsonElement to, ImmutableArray<DiffOperation>.Builder operations)
    {
        var (older, newer) = (from.GetArrayLength(), to.GetArrayLength());
        for (var index = 0; index < Math.Min(older, newer); index++) Compare($"{path}/{index}", from[index], to[index], operations);
        // Removed from the end backwards, so that the operations can be applied one after the other.
        for (var index = older - 1; index >= newer; index--)
        {
            operations.Add(new("remove", $"{path}/{index}", StrictJson.Compact(from[index]), null));
        }
        for (var index = older; index < newer; index++)
        {
            operations.Add(new("add", $"{path}/{index}", null, StrictJson.Compact(to[index])));
        }
    }
}
