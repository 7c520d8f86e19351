namespace AgentManagement.Tests.WebGateway;

/// <summary>Bodies of templates.</summary>
internal static class Samples
{
    /// <summary>A template with a required text, an optional number and two tools.</summary>
    public static string Template(
        string? id, string instructions = "For {{brand}}.", string tools = """[{"id":"search"},{"id":"mail"}]""") =>
        "{" + (id is null ? "" : $"\"id\":\"{id}\",") + """
        "name":"Desk","type":"conversational","variables":{"brand":{"type":"string","required":true},"warmth":{"type":"number","default":0.2}},
        "config":{"model":{"provider":"openai","id":"gpt-5-mini","params":{"temperature":"{{warmth}}"}},
        """ + $"\"instructions\":{{\"template\":{JsonSerializer.Serialize(instructions)}}},\"tools\":{tools}}}}}";
}
