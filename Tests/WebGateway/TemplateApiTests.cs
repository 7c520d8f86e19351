namespace AgentManagement.Tests.WebGateway;

/// <summary>/templates: the tenant's own, the system's, and the agents that are made from them.</summary>
[Collection(typeof(GatewayTests))]
public sealed class TemplateApiTests(Gateway gateway)
{
    private const string Templates = "/api/v1/templates";

    [Fact]
    public async Task A_template_is_made_read_changed_listed_and_deleted()
    {
        var client = gateway.Client();
        var response = await client.SendAsync("POST", Templates, Samples.Template("desk", instructions: "For {{brand}}."));
        var made = await response.ShouldBeAsync(201);
        Assert.Equal(($"{Templates}/desk", "\"1\""), (response.Headers.Location?.ToString(), response.Headers.ETag?.ToString()));
        Assert.Equal(("tenant", 1), (made.Text("scope"), made.GetProperty("version").GetInt32()));

        var unchanged = await client.SendAsync("PUT", $"{Templates}/desk", Samples.Template(null, instructions: "For {{brand}}."));
        Assert.Equal(1, (await unchanged.ShouldBeAsync(200)).GetProperty("version").GetInt32());
        var changed = await client.SendAsync(
            "PUT", $"{Templates}/desk", Samples.Template(null, instructions: "All for {{brand}}."), ("If-Match", "\"1\""));
        Assert.Equal(2, (await changed.ShouldBeAsync(200)).GetProperty("version").GetInt32());
        await (await client.SendAsync("PUT", $"{Templates}/desk", Samples.Template(null), ("If-Match", "\"1\"")))
            .ShouldBeProblemAsync(412, "version_mismatch");

        Assert.Equal("For {{brand}}.", Instructions(await client.GetAsync($"{Templates}/desk/versions/1", 200)));
        Assert.Equal("All for {{brand}}.", Instructions(await client.GetAsync($"{Templates}/desk", 200)));
        await (await client.SendAsync("GET", $"{Templates}/desk", null, ("If-None-Match", "\"2\""))).ShouldBeAsync(304);
        var versions = (await client.GetAsync($"{Templates}/desk/versions", 200)).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal([(2, "template_updated"), (1, "template_created")],
            versions.Select(version => (version.GetProperty("version").GetInt32(), version.Text("kind"))));

        Assert.Contains(await ListAsync(client), template => template.Text("id") == "desk");
        await (await client.SendAsync("DELETE", $"{Templates}/desk")).ShouldBeAsync(204);
        await (await client.SendAsync("GET", $"{Templates}/desk")).ShouldBeProblemAsync(404, "not_found");
        await (await client.SendAsync("GET", $"{Templates}/desk/versions/1")).ShouldBeProblemAsync(404, "not_found");
        Assert.DoesNotContain(await ListAsync(client), template => template.Text("id") == "desk");

        var again = await client.SendAsync("POST", Templates, Samples.Template("desk"));
        Assert.Equal(4, (await again.ShouldBeAsync(201)).GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task Repeating_a_request_returns_the_first_answer()
    {
        var client = gateway.Client();
        var (first, second) = (
            await client.SendAsync("POST", Templates, Samples.Template(null), ("Idempotency-Key", "one")),
            await client.SendAsync("POST", Templates, Samples.Template(null), ("Idempotency-Key", "one")));
        Assert.Equal((await first.ShouldBeAsync(201)).GetRawText(), (await second.ShouldBeAsync(201)).GetRawText());
        Assert.Equal("true", second.Headers.GetValues("Idempotency-Replayed").Single());
        await (await client.SendAsync("POST", Templates, Samples.Template("other"), ("Idempotency-Key", "one")))
            .ShouldBeProblemAsync(422, "idempotency_key_reused");
    }

    [Fact]
    public async Task A_dry_run_tells_and_changes_nothing()
    {
        var client = gateway.Client();
        var would = await (await client.SendAsync("POST", $"{Templates}?dryRun=true", Samples.Template("desk"))).ShouldBeAsync(200);
        Assert.Equal(("template_created", "desk"),
            (would.GetProperty("effect").Text("kind"), would.GetProperty("effect").GetProperty("template").Text("id")));
        var wrong = await (await client.SendAsync("POST", $"{Templates}?dryRun=true", """{"name":"x"}""")).ShouldBeAsync(200);
        Assert.False(wrong.GetProperty("valid").GetBoolean());
        await (await client.SendAsync("GET", $"{Templates}/desk")).ShouldBeAsync(404);
    }

    [Fact]
    public async Task A_template_that_makes_no_valid_agent_is_refused()
    {
        var body = Samples.Template("desk").Replace("0.2", "3", StringComparison.Ordinal);
        var problem = await (await gateway.Client().SendAsync("POST", Templates, body)).ShouldBeProblemAsync(422, "invalid_content");
        Assert.Contains(("out_of_range", "/config/model/params/temperature"), problem.Errors());
    }

    [Fact]
    public async Task An_agent_is_made_with_values_and_customizations_in_one_call()
    {
        var client = gateway.Client();
        await (await client.SendAsync(
            "POST", Templates, Samples.Template("desk", instructions: "For {{brand}} and {{ brand }}, {{user}}."))).ShouldBeAsync(201);

        var response = await client.SendAsync("POST", $"{Templates}/desk/instantiate", """
            {"id":"acme-desk","name":"Desk","variables":{"brand":"Acme \"& Co\"","warmth":0.5},
             "customizations":{"instructionSuffix":"Be brief.","tools":{"search":{"timeoutSeconds":9,"config":{"deep":true}},"mail":null}}}
            """);
        var agent = await response.ShouldBeAsync(201);

        Assert.Equal(("/api/v1/agents/acme-desk", "\"1\""), (response.Headers.Location?.ToString(), response.Headers.ETag?.ToString()));
        Assert.Equal(("acme-desk", "Desk", "draft"), (agent.Text("id"), agent.Text("name"), agent.Text("status")));
        Assert.Equal(("desk", 1), (agent.Text("templateId"), agent.GetProperty("templateVersion").GetInt32()));
        Assert.Equal("For Acme \"& Co\" and Acme \"& Co\", {{user}}.\n\nBe brief.", Instructions(agent));
        Assert.Equal("0.5", agent.GetProperty("config").GetProperty("model").GetProperty("params").GetProperty("temperature").GetRawText());
        Assert.Equal("""[{"id":"search","timeoutSeconds":9,"config":{"deep":true}}]""", agent.GetProperty("config").GetProperty("tools")
            .GetRawText());
        Assert.Equal("agent_instantiated", (await client.GetAsync("/api/v1/agents/acme-desk/versions", 200)).GetProperty("items")[0]
            .Text("kind"));

        var listed = (await ListAsync(client)).Single(template => template.Text("id") == "desk");
        Assert.Equal((1, 0), (listed.GetProperty("agents").GetInt32(), listed.GetProperty("behind").GetInt32()));
        await (await client.SendAsync("PUT", $"{Templates}/desk", Samples.Template(null, instructions: "New."))).ShouldBeAsync(200);
        listed = (await ListAsync(client)).Single(template => template.Text("id") == "desk");
        Assert.Equal((1, 1), (listed.GetProperty("agents").GetInt32(), listed.GetProperty("behind").GetInt32()));
    }

    [Theory]
    [InlineData("""{"name":"x","variables":{"brand":null}}""", "required", "/variables/brand")]
    [InlineData("""{"name":"x","variables":{"brand":"b","warmth":9}}""", "out_of_range", "/config/model/params/temperature")]
    [InlineData("""{"name":"x","variables":{"brand":"b"},"customizations":{"tools":{"search":{"timeoutSeconds":0}}}}""", "out_of_range",
        "/config/tools/0/timeoutSeconds")]
    [InlineData("""{"name":"x","variables":{"brand":"b"},"customizations":{"more":1}}""", "unknown_field", "/customizations/more")]
    [InlineData("""{"name":"x","variables":{"brand":"b"},"tier":"enterprise"}""", "unknown_field", "/tier")]
    public async Task What_does_not_fit_the_template_is_refused_before_anything_is_written(string body, string code, string pointer)
    {
        var client = gateway.Client();
        await (await client.SendAsync("POST", Templates, Samples.Template("desk"))).ShouldBeAsync(201);
        var problem = await (await client.SendAsync("POST", $"{Templates}/desk/instantiate", body))
            .ShouldBeProblemAsync(422, "invalid_content");
        Assert.Contains((code, pointer), problem.Errors());
        Assert.Equal(0, (await client.GetAsync("/api/v1/tenant", 200)).GetProperty("usage").GetProperty("agents").GetInt32());
    }

    [Fact]
    public async Task The_systems_templates_are_there_for_everybody_and_changed_by_nobody()
    {
        var client = gateway.Client("admin");
        Assert.Equal(
            ["customer_service", "knowledge_base", "sales_assistant"],
            (await client.GetAsync($"{Templates}?scope=system", 200)).GetProperty("items").EnumerateArray()
                .Select(template => template.Text("id")));
        Assert.Equal("system", (await client.GetAsync($"{Templates}/customer_service", 200)).Text("scope"));
        await (await client.SendAsync("PUT", $"{Templates}/customer_service", Samples.Template(null)))
            .ShouldBeProblemAsync(403, "system_template");
        await (await client.SendAsync("DELETE", $"{Templates}/customer_service")).ShouldBeProblemAsync(403, "system_template");
        await (await client.SendAsync("PUT", $"{Templates}/of_mine", Samples.Template(null))).ShouldBeProblemAsync(404, "not_found");
        await (await client.SendAsync("POST", Templates, Samples.Template("of_mine"))).ShouldBeProblemAsync(422, "invalid_content");

        var agent = await (await client.SendAsync("POST", $"{Templates}/customer_service/instantiate", """
            {"name":"Desk","variables":{"brand":"Acme","contact":"help@acme.example"}}
            """)).ShouldBeAsync(201);
        await (await client.SendAsync("POST", $"/api/v1/agents/{agent.Text("id")}/activate")).ShouldBeAsync(200);
    }

    [Theory]
    [InlineData("free", 0)]
    [InlineData("advance", 0)]
    public async Task A_tier_without_templates_of_its_own_uses_the_systems(string tier, int allowed)
    {
        var client = gateway.Client(tier: tier);
        var problem = await (await client.SendAsync("POST", Templates, Samples.Template("desk")))
            .ShouldBeProblemAsync(409, "quota_exceeded");
        Assert.Contains($"{allowed} templates", problem.Text("detail"));
        await (await client.SendAsync("POST", $"{Templates}?dryRun=true", Samples.Template("desk")))
            .ShouldBeProblemAsync(409, "quota_exceeded");
        await (await client.SendAsync("POST", $"{Templates}/knowledge_base/instantiate",
            """{"name":"KB","variables":{"organization":"Acme","collection":"docs"}}""")).ShouldBeAsync(201);
    }

    [Fact]
    public async Task The_number_of_templates_is_exact_when_many_are_made_at_once()
    {
        var tenant = Gateway.NewTenant();
        await (await gateway.Client("platform_admin")
            .SendAsync("PUT", $"/internal/v1/tenants/{tenant}", """{"tier":"enterprise","overrides":{"templates":3}}"""))
            .ShouldBeAsync(200);
        var client = gateway.Client(tenant: tenant);
        var answers = await Task.WhenAll(Enumerable.Range(0, 12)
            .Select(number => client.SendAsync("POST", Templates, Samples.Template($"desk-{number}"))));
        Assert.Equal(
            (3, 9), (answers.Count(answer => (int)answer.StatusCode == 201), answers.Count(answer => (int)answer.StatusCode == 409)));
        await (await client.SendAsync("DELETE", $"{Templates}/{(await ListAsync(client)).Last().Text("id")}")).ShouldBeAsync(204);
        await (await client.SendAsync("POST", Templates, Samples.Template("another"))).ShouldBeAsync(201);
    }

    [Fact]
    public async Task Another_tenants_template_is_a_missing_one()
    {
        var (owner, other) = (gateway.Client(), gateway.Client());
        await (await owner.SendAsync("POST", Templates, Samples.Template("desk"))).ShouldBeAsync(201);
        foreach (var (method, path, body) in new[]
        {
            ("GET", "desk", null), ("GET", "desk/versions", null), ("GET", "desk/versions/1", null), ("DELETE", "desk", null),
            ("POST", "desk/instantiate", """{"name":"x","variables":{"brand":"b"}}"""), ("POST", "desk/upgrade", "{}"),
        })
        {
            var (foreign, missing) = (await other.SendAsync(method, $"{Templates}/{path}", body),
                await other.SendAsync(method, $"{Templates}/{path.Replace("desk", "none")}", body));
            Assert.Equal(
                (await missing.ShouldBeProblemAsync(404, "not_found")).Text("detail"),
                (await foreign.ShouldBeProblemAsync(404, "not_found")).Text("detail"));
        }
        await owner.GetAsync($"{Templates}/desk", 200);
    }

    [Fact]
    public async Task Changes_of_templates_are_in_the_log_and_told_as_events()
    {
        var client = gateway.Client();
        await (await client.SendAsync("POST", Templates, Samples.Template("desk"))).ShouldBeAsync(201);
        await (await client.SendAsync("DELETE", $"{Templates}/desk")).ShouldBeAsync(204);
        var log = (await client.GetAsync("/api/v1/audit", 200)).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(["template_deleted", "template_created"], log.Select(change => change.Text("kind")));
        Assert.All(log,
            change => Assert.Equal((JsonValueKind.Null, "desk"), (change.GetProperty("agentId").ValueKind, change.Text("templateId"))));
        Assert.Empty((await client.GetAsync("/api/v1/audit?agentId=desk", 200)).GetProperty("items").EnumerateArray());
    }

    private static string Instructions(JsonElement content) => content.GetProperty("config").GetProperty("instructions")
        .GetProperty("template").GetString()!;

    private static async Task<List<JsonElement>> ListAsync(HttpClient client) =>
        [.. (await client.GetAsync(Templates, 200)).GetProperty("items").EnumerateArray()];
}
