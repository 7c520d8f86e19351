using AgentManagement.Domain.Validation;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.OpenApi;
namespace AgentManagement.Tests.WebGateway;

[Collection(typeof(GatewayTests))]
public sealed class OpenApiTests(Gateway gateway)
{
    [Fact]
    public async Task It_is_made_once()
    {
        var document = gateway.Service.Services.GetRequiredService<AgentManagement.WebGateway.OpenApi.ApiDocument>();
        var made = await document.ReadAsync();
        Assert.Same(made, await document.ReadAsync());
        Assert.Equal(made, await gateway.Anonymous().GetByteArrayAsync("/openapi/v1.json"));
    }

    [Fact]
    public async Task Every_operation_of_the_api_tells_parameters_token_and_problems()
    {
        foreach (var (name, operation) in await OperationsAsync("/api/"))
        {
            Assert.True(operation.TryGetProperty("security", out _), $"{name} has no security.");
            Assert.True(operation.GetProperty("responses").TryGetProperty("401", out _), $"{name} does not tell 401.");
            Assert.True(operation.TryGetProperty("summary", out _), $"{name} has no summary.");
            Assert.True(operation.TryGetProperty("operationId", out _), $"{name} has no id.");
            if (name.Contains('{', StringComparison.Ordinal))
            {
                Assert.True(operation.GetProperty("responses").TryGetProperty("404", out _), name);
            }
        }
    }

    [Fact]
    public void Every_body_has_an_example_that_the_service_takes()
    {
        var bodies = gateway.Service.Services.GetRequiredService<Microsoft.AspNetCore.Routing.EndpointDataSource>().Endpoints
            .Select(endpoint => endpoint.Metadata.GetMetadata<BodyMetadata>()).OfType<BodyMetadata>().Where(body => body.Name is not null)
            .DistinctBy(body => body.Name).ToList();
        Assert.True(bodies.Count > 10);
        Assert.All(bodies, body =>
        {
            var example = BodyExamples.Of(body.Name);
            Assert.True(example is not null, $"{body.Name} has no example.");
            Assert.Empty(new SchemaValidator(body.Schema).Check(JsonSerializer.SerializeToElement(example)));
        });
    }

    [Fact]
    public async Task Every_answer_that_counts_tells_the_rate_and_what_events_are_about_has_shapes()
    {
        var document = await gateway.Anonymous().GetAsync("/openapi/v1.json", 200);
        var list = document.GetProperty("paths").GetProperty("/api/v1/agents").GetProperty("get").GetProperty("responses")
            .GetProperty("200");
        Assert.True(list.GetProperty("headers").TryGetProperty("RateLimit-Remaining", out _));
        var data = document.GetProperty("components").GetProperty("schemas").GetProperty("EventMessage").GetProperty("properties")
            .GetProperty("data").GetProperty("anyOf").EnumerateArray().Where(shape => shape.TryGetProperty("$ref", out _))
            .Select(shape => shape.Text("$ref").Split('/')[^1]);
        Assert.Equal(
            [
                "EventData", "TemplateEventData", "FileEventData", "ApiKeyEventData", "WebhookEventData", "TenantEventData",
                "LabelEventData", "RuntimeEventData",
            ], data);
    }

    [Fact]
    public async Task Every_write_tells_its_conditions_and_answers()
    {
        var writes = (await OperationsAsync("/api/v1/agents")).Where(each => !each.Name.StartsWith("get", StringComparison.Ordinal)
            && !each.Name.EndsWith("/validate", StringComparison.Ordinal)
            // It starts a task.
            && !each.Name.EndsWith("/bulk", StringComparison.Ordinal)
            // It is no change of the agent.
            && !each.Name.EndsWith("/checks", StringComparison.Ordinal)).ToList();
        Assert.Equal(12, writes.Count);
        Assert.All(writes, write =>
        {
            var parameters = write.Operation.GetProperty("parameters").EnumerateArray().Select(parameter => parameter.Text("name"))
                .ToList();
            foreach (var name in (string[])["If-Match", "Idempotency-Key"]) Assert.Contains(name, parameters);
            foreach (var status in (string[])["409", "412", "422", "503"])
            {
                Assert.True(write.Operation.GetProperty("responses").TryGetProperty(status, out _));
            }
        });
    }

    [Fact]
    public async Task The_dry_run_of_every_write_is_an_operation_of_its_own()
    {
        var operations = (await OperationsAsync("/api/v1/")).ToDictionary(each => each.Name, each => each.Operation);
        var dryRuns = operations.Where(each => each.Key.Contains("/dry-run/", StringComparison.Ordinal)).ToList();
        Assert.Equal(34, dryRuns.Count);
        Assert.All(dryRuns, dryRun =>
        {
            var write = operations[dryRun.Key.Replace("/dry-run", "", StringComparison.Ordinal)];
            Assert.Equal($"try{write.Text("operationId")}", dryRun.Value.Text("operationId"), ignoreCase: true);
            Assert.Contains("DryRunResponse", Assert.Single(BodiesOf(dryRun.Value)), StringComparison.Ordinal);
            Assert.Equal(write.TryGetProperty("requestBody", out var body), dryRun.Value.TryGetProperty("requestBody", out var same));
            Assert.Equal(body.ToString(), same.ToString());
            foreach (var operation in (JsonElement[])[write, dryRun.Value])
            {
                if (!operation.TryGetProperty("parameters", out var parameters)) continue;
                Assert.DoesNotContain("dryRun", parameters.EnumerateArray().Select(parameter => parameter.Text("name")));
            }
        });
        // What generators make one type of.
        Assert.All(operations, operation => Assert.InRange(BodiesOf(operation.Value).Distinct().Count(), 0, 1));

        static IEnumerable<string> BodiesOf(JsonElement operation) =>
            from answer in operation.GetProperty("responses").EnumerateObject()
            where answer.Name[0] == '2' && answer.Value.TryGetProperty("content", out _)
            from content in answer.Value.GetProperty("content").EnumerateObject()
            where content.Name == "application/json"
            select content.Value.GetProperty("schema").ToString();
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
            "#/components/schemas/AgentResponse",
            put.GetProperty("content").GetProperty("application/json").GetProperty("schema").Text("$ref"));
        Assert.Equal(["application/json", "application/x-ndjson"], audit.GetProperty("content").EnumerateObject()
            .Select(content => content.Name).Order());
    }

    [Theory]
    [InlineData("AgentResponse", "status", "AgentStatus", "archived")]
    [InlineData("AgentContent", "type", "AgentType", "workflow")]
    [InlineData("VersionResponse", "kind", "ChangeKind", "agent_rolled_back")]
    [InlineData("TaskResponse", "status", "TaskStatus", "failed")]
    [InlineData("IssueResponse", "severity", "IssueSeverity", "warning")]
    [InlineData("DifferenceResponse", "op", "DifferenceOperation", "reorder")]
    [InlineData("EventMessage", "event", "EventName", "agent_created")]
    public async Task A_member_with_one_of_a_few_words_has_a_schema_with_a_name(string schema, string member, string name, string word)
    {
        var schemas = (await gateway.Anonymous().GetAsync("/openapi/v1.json", 200)).GetProperty("components").GetProperty("schemas");

        Assert.Equal(
            $"#/components/schemas/{name}", schemas.GetProperty(schema).GetProperty("properties").GetProperty(member).Text("$ref"));
        Assert.Contains(word, schemas.GetProperty(name).GetProperty("enum").EnumerateArray().Select(each => each.GetString()));
    }

    [Fact]
    public async Task Free_objects_are_objects_and_null_only_where_they_may_be()
    {
        var schemas = (await gateway.Anonymous().GetAsync("/openapi/v1.json", 200)).GetProperty("components").GetProperty("schemas");
        string TypeOf(string schema, string member) =>
            schemas.GetProperty(schema).GetProperty("properties").GetProperty(member).GetProperty("type").ToString();

        Assert.Equal("object", TypeOf("TemplateResponse", "config"));
        Assert.Contains("null", TypeOf("AgentResponse", "templateVariables"), StringComparison.Ordinal);
        Assert.Contains("object", TypeOf("TaskResponse", "result"), StringComparison.Ordinal);
        Assert.Equal(
            "#/components/schemas/AgentConfig",
            schemas.GetProperty("ConfigurationResponse").GetProperty("properties").GetProperty("config").Text("$ref"));
    }

    [Fact]
    public async Task Each_part_of_a_path_is_described_as_what_it_is()
    {
        var paths = (await gateway.Anonymous().GetAsync("/openapi/v1.json", 200)).GetProperty("paths");
        string DescriptionOf(string path, string name) => paths.GetProperty(path).GetProperty("get").GetProperty("parameters")
            .EnumerateArray().Single(parameter => parameter.Text("name") == name).Text("description")!;

        Assert.Equal("The agent's id.", DescriptionOf("/internal/v1/tenants/{tenant}/agents/{id}/config", "id"));
        Assert.Equal("The tenant's id.", DescriptionOf("/internal/v1/tenants/{tenant}/agents/{id}/config", "tenant"));
        Assert.Equal("The number of a version.", DescriptionOf("/api/v1/templates/{template}/versions/{version}", "version"));
    }

    [Fact]
    public async Task Answers_that_ask_for_patience_tell_the_header_that_says_how_much()
    {
        var answers = (await gateway.Anonymous().GetAsync("/openapi/v1.json", 200)).GetProperty("paths")
            .GetProperty("/api/v1/agents/{id}").GetProperty("get").GetProperty("responses");

        Assert.True(answers.GetProperty("429").GetProperty("headers").TryGetProperty("Retry-After", out _));
        Assert.True(answers.GetProperty("503").GetProperty("headers").TryGetProperty("Retry-After", out _));
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
