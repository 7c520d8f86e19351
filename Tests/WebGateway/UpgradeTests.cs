namespace AgentManagement.Tests.WebGateway;

/// <summary>Bringing an agent to another version of its template.</summary>
[Collection(typeof(GatewayTests))]
public sealed class UpgradeTests(Gateway gateway)
{
    private const string Template = "/api/v1/templates/desk";
    private const string Agent = "/api/v1/agents/bot";

    [Fact]
    public async Task An_upgrade_brings_the_templates_changes_and_keeps_the_tenants()
    {
        var client = await DerivedAsync();
        await PatchAsync(client,
            """{"name":"Ours","config":{"limits":{"maxIterations":3},"tools":[{"id":"search","timeoutSeconds":5},{"id":"mail"},{"id":"own","inputSchema":{"type":"object"}}]}}""");
        await PublishAsync(client, "New, for {{brand}}.", """[{"id":"search","required":true},{"id":"mail"},{"id":"extra"}]""");

        var preview = await (await client.SendAsync("POST", $"{Agent}/upgrade?dryRun=true")).ShouldBeAsync(200);
        Assert.Equal(("agent_upgraded", 3),
            (preview.GetProperty("effect").Text("kind"), preview.GetProperty("effect").GetProperty("version").GetInt32()));
        var upgraded = await (await client.SendAsync("POST", $"{Agent}/upgrade", null, ("If-Match", "\"2\""))).ShouldBeAsync(200);

        Assert.Equal((3, 2, "Ours"), (
            upgraded.GetProperty("version").GetInt32(), upgraded.GetProperty("templateVersion").GetInt32(), upgraded.Text("name")));
        Assert.Equal("""{"maxIterations":3}""", upgraded.GetProperty("config").GetProperty("limits").GetRawText());
        Assert.Equal("New, for Acme.", Instructions(upgraded));
        Assert.Equal(
            """[{"id":"search","timeoutSeconds":5,"required":true},{"id":"mail"},{"id":"extra"},{"id":"own","inputSchema":{"type":"object"}}]""",
            upgraded.GetProperty("config").GetProperty("tools").GetRawText());
        Assert.Equal(
            ["config.instructions.template", "config.tools[search].required", "config.tools[extra]"],
            upgraded.GetProperty("merged").EnumerateArray().Select(label => label.GetString()!));
        var again = await (await client.SendAsync("POST", $"{Agent}/upgrade")).ShouldBeAsync(200);
        Assert.Equal(3, again.GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task What_both_changed_is_refused_with_all_three_values_and_decided_by_label()
    {
        var client = await DerivedAsync();
        await PatchAsync(client, """{"config":{"instructions":{"template":"Ours."},"model":{"params":{"temperature":1}}}}""");
        await PublishAsync(client, "Theirs, for {{brand}}.", """[{"id":"search"}]""");

        var preview = await (await client.SendAsync("POST", $"{Agent}/upgrade?dryRun=true")).ShouldBeAsync(200);
        Assert.False(preview.GetProperty("valid").GetBoolean());
        var refused = await (await client.SendAsync("POST", $"{Agent}/upgrade")).ShouldBeAsync(409);
        Assert.Equal("merge_conflict", refused.Text("code"));
        Assert.Equal(preview.GetProperty("conflicts").GetRawText(), refused.GetProperty("conflicts").GetRawText());
        var conflict = refused.GetProperty("conflicts").EnumerateArray().Single();
        Assert.Equal(("config.instructions.template", "/config/instructions/template"), (conflict.Text("label"), conflict.Text("path")));
        Assert.Equal(("For Acme.", "Theirs, for Acme.", "Ours."), (conflict.Text("base"), conflict.Text("theirs"), conflict.Text("mine")));
        Assert.Equal(2, (await client.GetAsync(Agent, 200)).GetProperty("version").GetInt32());

        var mine = await (await client.SendAsync("POST", $"{Agent}/upgrade?dryRun=true", """{"onConflict":"mine"}""")).ShouldBeAsync(200);
        Assert.Equal("Ours.", Instructions(mine.GetProperty("effect").GetProperty("agent")));
        var theirs = await (await client.SendAsync(
            "POST", $"{Agent}/upgrade", """{"onConflict":"mine","decisions":{"config.instructions.template":"theirs"}}"""))
                .ShouldBeAsync(200);
        Assert.Equal("Theirs, for Acme.", Instructions(theirs));
        Assert.Equal("1", theirs.GetProperty("config").GetProperty("model").GetProperty("params").GetProperty("temperature").GetRawText());
    }

    [Fact]
    public async Task Undo_is_a_rollback_that_restores_every_byte_and_the_version_of_the_template()
    {
        var client = await DerivedAsync();
        await PatchAsync(client, """{"metadata":{"z":1.50,"é":"\u00e9"}}""");
        var before = await client.GetAsync(Agent, 200);
        await PublishAsync(client, "New.", "[]");
        await (await client.SendAsync("POST", $"{Agent}/upgrade")).ShouldBeAsync(200);

        var undone = await (await client.SendAsync("POST", $"{Agent}/rollback", """{"toVersion":2}""")).ShouldBeAsync(200);
        foreach (var part in new[] { "name", "description", "type", "config", "tags", "metadata", "templateId", "templateVersion",
            "templateVariables", "templateCustomizations" })
        {
            Assert.Equal(before.GetProperty(part).GetRawText(), undone.GetProperty(part).GetRawText());
        }
        var again = await (await client.SendAsync("POST", $"{Agent}/upgrade")).ShouldBeAsync(200);
        Assert.Equal("New.", Instructions(again));
    }

    [Fact]
    public async Task Customizations_go_on_without_conflict()
    {
        var client = await DerivedAsync("""{"instructionSuffix":"Be brief.","tools":{"mail":null,"search":{"timeoutSeconds":9}}}""");
        await PublishAsync(client, "New, for {{brand}}.", """[{"id":"search","required":true},{"id":"mail","required":true}]""");
        var upgraded = await (await client.SendAsync("POST", $"{Agent}/upgrade")).ShouldBeAsync(200);
        Assert.Equal("New, for Acme.\n\nBe brief.", Instructions(upgraded));
        Assert.Equal("""[{"id":"search","required":true,"timeoutSeconds":9}]""", upgraded.GetProperty("config").GetProperty("tools")
            .GetRawText());
    }

    [Fact]
    public async Task Values_can_be_changed_and_new_variables_be_given()
    {
        var client = await DerivedAsync();
        var other = await (await client.SendAsync("POST", $"{Agent}/upgrade", """{"variables":{"brand":"Other"}}""")).ShouldBeAsync(200);
        Assert.Equal(("For Other.", 1, """{"brand":"Other"}"""),
            (Instructions(other), other.GetProperty("templateVersion").GetInt32(), other.GetProperty("templateVariables").GetRawText()));

        await (await client.SendAsync("PUT", Template, """
            {"name":"Desk","type":"conversational","variables":{"city":{"type":"string","required":true}},
             "config":{"instructions":{"template":"In {{city}}."}}}
            """)).ShouldBeAsync(200);
        var lacking = await (await client.SendAsync("POST", $"{Agent}/upgrade")).ShouldBeProblemAsync(422, "invalid_content");
        Assert.Equal([("required", "/variables/city")], lacking.Errors());
        var given = await (await client.SendAsync("POST", $"{Agent}/upgrade", """{"variables":{"city":"Oslo"}}""")).ShouldBeAsync(200);
        Assert.Equal(("In Oslo.", """{"city":"Oslo"}"""), (Instructions(given), given.GetProperty("templateVariables").GetRawText()));
    }

    [Fact]
    public async Task What_cannot_be_upgraded_says_why()
    {
        var client = await DerivedAsync();
        await client.CreateAsync(Api.Content("Own", id: "own"));
        await (await client.SendAsync("POST", "/api/v1/agents/own/upgrade")).ShouldBeProblemAsync(409, "not_derived");
        await (await client.SendAsync("POST", "/api/v1/agents/none/upgrade")).ShouldBeProblemAsync(404, "not_found");
        await (await client.SendAsync("POST", $"{Agent}/upgrade", """{"toVersion":7}"""))
            .ShouldBeProblemAsync(409, "template_version_not_kept");
        await (await client.SendAsync("DELETE", $"{Template}?force=true")).ShouldBeAsync(204);
        await (await client.SendAsync("POST", $"{Agent}/upgrade")).ShouldBeProblemAsync(409, "template_version_not_kept");
        await client.GetAsync(Agent, 200);
    }

    [Fact]
    public async Task A_clone_is_derived_too()
    {
        var client = await DerivedAsync();
        var clone = await (await client.SendAsync("POST", $"{Agent}/clone", """{"id":"copy","name":"Copy"}""")).ShouldBeAsync(201);
        Assert.Equal(("desk", 1), (clone.Text("templateId"), clone.GetProperty("templateVersion").GetInt32()));
        await PublishAsync(client, "New.", "[]");
        Assert.Equal("New.", Instructions(await (await client.SendAsync("POST", "/api/v1/agents/copy/upgrade")).ShouldBeAsync(200)));
    }

    [Fact]
    public async Task A_version_that_an_agent_was_made_from_outlives_the_number_of_versions_kept()
    {
        // The professional tier allows templates; its figure is lowered for this tenant.
        var (client, tenant) = (gateway.Client(tenant: "kept-versions"), "kept-versions");
        await (await gateway.Client("platform_admin")
            .SendAsync("PUT", $"/internal/v1/tenants/{tenant}", """{"tier":"enterprise","overrides":{"versionsKept":2}}"""))
            .ShouldBeAsync(200);
        await (await client.SendAsync("PUT", Template, Samples.Template(null))).ShouldBeAsync(201);
        await (await client.SendAsync("POST", $"{Template}/instantiate", """{"id":"bot","name":"Bot","variables":{"brand":"Acme"}}"""))
            .ShouldBeAsync(201);
        for (var number = 2; number <= 6; number++) await PublishAsync(client, $"Version {number}.", "[]");

        await Await.Until(
            async () => (await client.SendAsync("GET", $"{Template}/versions/3")).StatusCode == System.Net.HttpStatusCode.NotFound,
            "the version is gone");
        Assert.Equal("For {{brand}}.", Instructions(await client.GetAsync($"{Template}/versions/1", 200)));
        Assert.Equal("Version 6.", Instructions(await (await client.SendAsync("POST", $"{Agent}/upgrade")).ShouldBeAsync(200)));
    }

    private async Task<HttpClient> DerivedAsync(string customizations = "{}")
    {
        var client = gateway.Client("admin");
        await (await client.SendAsync("POST", "/api/v1/templates", Samples.Template("desk"))).ShouldBeAsync(201);
        await (await client.SendAsync(
            "POST", $"{Template}/instantiate",
            $$"""{"id":"bot","name":"Bot","variables":{"brand":"Acme"},"customizations":{{customizations}}}""")).ShouldBeAsync(201);
        return client;
    }

    private static async Task PatchAsync(HttpClient client, string patch) => await (await client.SendAsync("PATCH", Agent, patch))
        .ShouldBeAsync(200);

    private static async Task PublishAsync(HttpClient client, string instructions, string tools) =>
        await (await client.SendAsync("PUT", Template, Samples.Template(null, instructions, tools))).ShouldBeAsync(200);

    private static string Instructions(JsonElement content) => content.GetProperty("config").GetProperty("instructions")
        .GetProperty("template").GetString()!;
}
