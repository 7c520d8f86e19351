namespace AgentManagement.Tests.Support;

internal static class JsonNodes
{
    /// <summary>The node and all below it that are objects.</summary>
    public static IEnumerable<JsonObject> DescendantObjects(this JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => member.Value.DescendantObjects()).Prepend(members),
        JsonArray items => items.SelectMany(item => item.DescendantObjects()),
        _ => [],
    };
}
