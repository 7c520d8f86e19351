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
            Assert.True(operation.TryGetProperty("operationId", out _), $"{name} has no id.");
            if (name.Contains("{id}", StringComparison.Ordinal))
            {
                Assert.True(operation.GetProperty("responses").TryGetProperty("404", out _), name);
            }
        }
    }

    [Fact]
    public async Task Every_write_tells_its_conditions_and_answers()
    {
        var writes = (await OperationsAsync("/api/v1/agents")).Where(each => !each.Name.StartsWith("get", StringComparison.Ordinal)
            && !each.Name.EndsWith("/validate", StringComparison.Ordinal)).ToList();
        Assert.Equal(10, writes.Count);
        Assert.All(writes, write =>
        {
            var parameters = write.Operation.GetProperty("parameters").EnumerateArray().Select(parameter => parameter.Text("name"))
                .ToList();
            foreach (var name in (string[])["dryRun", "If-Match", "Idempotency-Key"]) Assert.Contains(name, parameters);
            foreach (var status in (string[])["200", "409", "412", "422", "503"])
            {
                Assert.True(write.Operation.GetProperty("responses").TryGetProperty(status, out _));
            }
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
        Assert.DoesNotContain(
            "\"$ref\":\"#/properties", document.GetRawText().Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_bodies_and_headers_of_an_answer_are_told()
    {
        var paths = (await gateway.Anonymous().GetAsync("/openapi/v1.json", 200)).GetProperty("paths");
        var get = paths.GetProperty("/api/v1/agents/{id}").GetProperty("get").GetProperty("responses");
        var put = paths.GetProperty("/api/v1/agents/{id}").GetProperty("put").GetProperty("responses").GetProperty("200");
        var audit = paths.GetProperty("/api/v1/audit").GetProperty("get").GetProperty("responses").GetProperty("200");

        Assert.True(get.TryGetProperty("304", out _));
        Assert.True(get.GetProperty("200").GetProperty("headers").TryGetProperty("ETag", out _));
        Assert.Equal(
            ["#/components/schemas/AgentResponse", "#/components/schemas/DryRunResponse"],
            put.GetProperty("content").GetProperty("application/json").GetProperty("schema").GetProperty("oneOf").EnumerateArray()
                .Select(each => each.Text("$ref")));
        Assert.Equal(["application/json", "application/x-ndjson"], audit.GetProperty("content").EnumerateObject()
            .Select(content => content.Name).Order());
    }

    [Fact]
    public async Task Only_what_a_body_must_have_is_required()
    {
        var document = await gateway.Anonymous().GetAsync("/openapi/v1.json", 200);
        var paths = document.GetProperty("paths");
        var schema = document.GetProperty("components").GetProperty("schemas").GetProperty("CloneRequest");
        var clone = paths.GetProperty("/api/v1/agents/{id}/clone").GetProperty("post").GetProperty("requestBody");
        var activate = paths.GetProperty("/api/v1/agents/{id}/activate").GetProperty("post").GetProperty("requestBody");

        Assert.Equal(
            "#/components/schemas/CloneRequest",
            clone.GetProperty("content").GetProperty("application/json").GetProperty("schema").Text("$ref"));
        Assert.Equal(["name"], schema.GetProperty("required").EnumerateArray().Select(name => name.GetString()));
        Assert.False(activate.TryGetProperty("required", out var required) && required.GetBoolean());
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
