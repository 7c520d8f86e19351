using AgentManagement.Tests.Deployment;
using AgentManagement.Tests.WebGateway;

namespace AgentManagement.Tests.Golden;

/// <summary>What clients were made from goes on working: openapi.json is the document as it was recorded last.</summary>
[Collection(typeof(GatewayTests))]
public sealed class OpenApiStabilityTests(Gateway gateway)
{
    private const string Recorded = "Tests/Golden/openapi.json";

    [Fact]
    public async Task Nothing_that_clients_were_made_from_has_changed()
    {
        var found = OpenApiBreaks.Between(JsonNode.Parse(Repository.Read(Recorded))!, await ReadAsync());
        Assert.True(found.IsEmpty, "This breaks clients:\n" + string.Join('\n', found)
            + "\nWhen that is meant, record the document anew, as AGENTS.md says, and tell of it in CHANGELOG.md.");
    }

    /// <summary>With each release, and where a break is meant.</summary>
    [Fact(Explicit = true)]
    public async Task Record() => await File.WriteAllTextAsync(
        Repository.PathOf(Recorded), (await ReadAsync()).ToJsonString(new() { WriteIndented = true }) + "\n");

    [Theory]
    [InlineData("the same", "$.info.title", "\"Other\"", null)]
    [InlineData("an operation", "$.paths['/a'].post", null, "POST /a: gone")]
    [InlineData("its name", "$.paths['/a'].post.operationId", "\"b\"", "another operationId")]
    [InlineData("a parameter", "$.paths['/a'].post.parameters[0]", null, "query parameter q is gone")]
    [InlineData("a parameter's need", "$.paths['/a'].post.parameters[0].required", "true", "must be there now")]
    [InlineData("a parameter's type", "$.paths['/a'].post.parameters[0].schema.type", "\"integer\"", "another type")]
    [InlineData("the body's need", "$.paths['/a'].post.requestBody.required", "true", "the body must be there now")]
    [InlineData("a media type", "$.paths['/a'].post.requestBody.content['application/json']", null, "application/json is gone")]
    [InlineData("an answer", "$.paths['/a'].post.responses['200']", null, "200 is gone")]
    [InlineData("a header", "$.paths['/a'].post.responses['200'].headers.ETag", null, "the header ETag is gone")]
    [InlineData("a schema of an answer", "$.paths['/a'].post.responses['200'].content['application/json'].schema['$ref']",
        "\"#/components/schemas/In\"", "another schema")]
    [InlineData("a member sent", "$.components.schemas.In.properties.size", null, "size is gone")]
    [InlineData("a bound", "$.components.schemas.In.properties.size.maximum", "5", "a smaller maximum")]
    [InlineData("a wider bound", "$.components.schemas.In.properties.size.maximum", "50", null)]
    [InlineData("a word sent", "$.components.schemas.In.properties.kind.enum", """["x"]""", "a word is gone")]
    [InlineData("a word more", "$.components.schemas.In.properties.kind.enum", """["x","y","z"]""", null)]
    [InlineData("a new need", "$.components.schemas.In.required", """["size","kind"]""", "kind must be there now")]
    [InlineData("a need less", "$.components.schemas.In.required", "[]", null)]
    [InlineData("a member given", "$.components.schemas.Out.properties.id", null, "id is gone")]
    [InlineData("a given member's certainty", "$.components.schemas.Out.required", "[]", "id may be missing now")]
    [InlineData("a given member's null", "$.components.schemas.Out.properties.id.type", """["string","null"]""", "another type")]
    [InlineData("a member more", "$.components.schemas.Out.properties.more", """{"type":"string"}""", null)]
    public void A_break_is_told_and_an_addition_is_none(string what, string path, string? value, string? told)
    {
        var (before, after) = (JsonNode.Parse(Document)!, JsonNode.Parse(Document)!);
        Assert.Empty(OpenApiBreaks.Between(before, after));
        Change(after, path, value is null ? null : JsonNode.Parse(value));
        var found = OpenApiBreaks.Between(before, after);
        if (told is null) Assert.True(found.IsEmpty, $"{what}: {string.Join(", ", found)}");
        else Assert.Contains(found, each => each.Contains(told, StringComparison.Ordinal));
    }

    private async Task<JsonNode> ReadAsync() =>
        JsonNode.Parse(await gateway.Anonymous().GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative)))!;

    /// <summary>Sets what is at a path of names and numbers, or takes it away.</summary>
    private static void Change(JsonNode document, string path, JsonNode? value)
    {
        var steps = System.Text.RegularExpressions.Regex.Matches(path, @"\['([^']+)'\]|\[(\d+)\]|\.(\w+)")
            .Select(match => match.Groups.Values.Skip(1).First(group => group.Success).Value).ToList();
        var node = document;
        foreach (var step in steps[..^1]) node = node is JsonArray array ? array[int.Parse(step, null)]! : node[step]!;
        if (node is JsonArray items) items.RemoveAt(int.Parse(steps[^1], null));
        else if (value is null) node.AsObject().Remove(steps[^1]);
        else node[steps[^1]] = value;
    }

    private const string Document = """
        {"info":{"title":"T"},
         "paths":{"/a":{"post":{"operationId":"a",
           "parameters":[{"name":"q","in":"query","schema":{"type":"string"}}],
           "requestBody":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/In"}}}},
           "responses":{"200":{"headers":{"ETag":{}},"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Out"}}}}}}}},
         "components":{"schemas":{
           "In":{"type":"object","required":["size"],"properties":{
             "size":{"type":"integer","maximum":10},"kind":{"type":"string","enum":["x","y"]}}},
           "Out":{"type":"object","required":["id"],"properties":{"id":{"type":"string"}}}}}}
        """;
}
