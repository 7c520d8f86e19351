using System.Text.Json;

namespace AgentManagement.Bench.Import;

/// <summary>An agent of the source file as the body of POST and PUT.</summary>
/// <param name="Id">The id that it is created under.</param>
/// <param name="Body">The body.</param>
public sealed record MappedAgent(string Id, string Body)
{
    /// <summary>The members that a reading must return as they were sent.</summary>
    public static ImmutableArray<string> Members { get; } = ["name", "description", "type", "config", "tags", "metadata"];

    /// <summary>The body with an edit that makes another version of it.</summary>
    public string EditedBody()
    {
        var body = System.Text.Json.Nodes.JsonNode.Parse(Body)!.AsObject();
        body["name"] = "Edited";
        body["metadata"]!["editedBy"] = "bench";
        return Client.RelaxedJson.Write(body);
    }

    /// <summary>The members whose raw text in an answer is not what was sent.</summary>
    public static IEnumerable<string> Differences(string sent, JsonElement answered)
    {
        using var document = JsonDocument.Parse(sent);
        var body = document.RootElement.Clone();
        return [.. Members.Where(member => Client.RelaxedJson.RawMember(body, member) != Client.RelaxedJson.RawMember(answered, member))];
    }
}
