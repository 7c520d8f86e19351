using System.Text.Json;

namespace AgentManagement.Tests.WebGateway;

[Collection(typeof(GatewayTests))]
public sealed class OpenApiTests(Gateway gateway)
{
    [Fact]
    public async Task Every_operation_of_the_api_tells_parameters_token_and_problems()
    {
        foreach (var (name, operation) in await OperationsAsync("/api/"))
        {
            Assert.True(operation.TryGetProperty("security", out _), $"{name} has no security.");
            Assert.True(operation.GetProperty("responses").TryGetProperty("401", out _), $"{name} does not tell 401.");
            Assert.True(operation.TryGetProperty("summary", out _), $"{name} has no summary.");
            if (name.Contains("{id}", StringComparison.Ordinal)) Assert.True(operation.GetProperty("responses").TryGetProperty("404", out _), name);
        }
    }

    [Fact]
    public async Task Every_write_tells_its_conditions_and_answers()
    {
        var writes = (await OperationsAsync("/api/v1/agents")).Where(each => !each.Name.StartsWith("get", StringComparison.Ordinal)
            && !each.Name.EndsWith("/validate", StringComparison.Ordinal)).ToList();
        Assert.Equal(9, writes.Count);
        Assert.All(writes, write =>
        {
            var parameters = write.Operation.GetProperty("parameters").EnumerateArray().Select(parameter => parameter.Text("name")).ToList();
            foreach (var name in (string[])["dryRun", "If-Match", "Idempotency-Key"]) Assert.Contains(name, parameters);
            foreach (var status in (string[])["200", "409", "412", "422", "503"]) Assert.True(write.Operation.GetProperty("responses").TryGetProperty(status, out _));
        });
    }

    [Fact]
    public async Task Bodies_and_answers_refer_to_the_schemas_that_are_enforced()
    {
        var document = await gateway.Anonymous().GetAsync("/openapi/v1.json", 200);
        var schemas = document.GetProperty("components").GetProperty("schemas");
        var post = document.GetProperty("paths").GetProperty("/api/v1/agents").GetProperty("post");

        Assert.Equal(
            "#/components/schemas/AgentContent",
            post.GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema").Text("$ref"));
        Assert.Equal(2, schemas.GetProperty("AgentConfig").GetProperty("properties").GetProperty("model").GetProperty("properties")
            .GetProperty("params").GetProperty("properties").GetProperty("temperature").GetProperty("maximum").GetDouble());
        Assert.False(schemas.GetProperty("AgentContent").GetProperty("additionalProperties").GetBoolean());
        Assert.DoesNotContain("\"$ref\":\"#/properties", document.GetRawText().Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_reference_leads_somewhere()
    {
        var document = await gateway.Anonymous().GetAsync("/openapi/v1.json", 200);
        var schemas = document.GetProperty("components").GetProperty("schemas");
        var references = References(document).Distinct().ToList();
        Assert.NotEmpty(references);
        Assert.All(references, reference => Assert.True(
            schemas.TryGetProperty(reference["#/components/schemas/".Length..], out _), $"{reference} leads nowhere."));
    }

    private static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member =>
            member is { Name: "$ref", Value.ValueKind: JsonValueKind.String } ? [member.Value.GetString()!] : References(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };

    private async Task<List<(string Name, JsonElement Operation)>> OperationsAsync(string prefix) =>
        [.. (await gateway.Anonymous().GetAsync("/openapi/v1.json", 200)).GetProperty("paths").EnumerateObject()
            .Where(path => path.Name.StartsWith(prefix, StringComparison.Ordinal))
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => ($"{operation.Name} {path.Name}", operation.Value)))];
}
