using AgentManagement.Tests.Files;

namespace AgentManagement.Tests.WebGateway;

/// <summary>What others refer to, over HTTP: agents, templates and files.</summary>
[Collection(typeof(GatewayTests))]
public sealed class ReferenceTests(Gateway gateway)
{
    private const string Template = "/api/v1/templates/desk";

    private const string TemplateContent =
        """
        {"name":"Desk","type":"conversational","variables":{"b":{"type":"string","required":true}},
         "config":{"model":{"provider":"openai","id":"m"},"instructions":{"template":"Hi {{b}}"}}}
        """;

    [Theory, InlineData(false), InlineData(true)]
    public async Task An_agent_that_others_hand_over_to_is_archived_and_purged_only_by_force(bool isLive)
    {
        var (editor, admin) = Clients();
        var target = await MakeAsync(editor, "target", isLive);
        var referrer = await MakeAsync(editor, "referrer", isLive, "target");

        var problem = await (await editor.SendAsync("DELETE", target)).ShouldBeProblemAsync(409, "in_use");
        AssertReferrers(problem, ("agent", "referrer"));
        var trial = await (await editor.SendAsync("DELETE", $"{target}?dryRun=true")).ShouldBeAsync(200);
        Assert.False(trial.GetProperty("valid").GetBoolean());
        AssertReferrers(trial, ("agent", "referrer"));
        await (await editor.SendAsync("DELETE", $"{target}?force=true")).ShouldBeProblemAsync(403, "permission_denied");
        trial = await (await admin.SendAsync("DELETE", $"{target}?force=true&dryRun=true")).ShouldBeAsync(200);
        Assert.True(trial.GetProperty("valid").GetBoolean());
        AssertReferrers(trial, ("agent", "referrer"));
        Assert.Equal(("warning", "in_use"), (trial.GetProperty("issues")[0].Text("severity"), trial.GetProperty("issues")[0].Text("code")));
        Assert.Empty(await DegradedAsync(editor, referrer));

        await (await admin.SendAsync("DELETE", $"{target}?force=true")).ShouldBeAsync(204);
        Assert.Equal(["agent/target"], await DegradedAsync(editor, referrer));
        Assert.Equal(1, (await editor.GetAsync($"{Api.Agents}?degraded=true", 200)).GetProperty("total").GetInt32());

        // It can be edited, whether it is live or not; and purging what is archived is no other thing.
        await (await editor.SendAsync(
            "PATCH", referrer, """{"description":"typo fixed"}""", ("Content-Type", "application/merge-patch+json"))).ShouldBeAsync(200);
        Assert.Equal(["agent/target"], await DegradedAsync(editor, referrer));
        AssertReferrers(
            await (await admin.SendAsync("DELETE", $"{target}?purge=true")).ShouldBeProblemAsync(409, "in_use"), ("agent", "referrer"));
        await (await admin.SendAsync("DELETE", $"{target}?purge=true&force=true")).ShouldBeAsync(204);

        await MakeAsync(editor, "target", isLive);
        Assert.Empty(await DegradedAsync(editor, referrer));
    }

    [Fact]
    public async Task A_template_that_hands_over_to_an_agent_refers_to_it_for_as_long_as_it_does()
    {
        static string Content(string handoffs) => $$"""
            {"name":"Desk","type":"conversational","variables":{"b":{"type":"string"} },
             "config":{"instructions":{"template":"Hi"},"handoffs":[{{handoffs}}]} }
            """;
        var (editor, admin) = Clients();
        var target = await MakeAsync(editor, "target");
        await MakeAsync(editor, "referrer", isLive: false, "target");
        await (await editor.SendAsync("PUT", Template, Content("""{"agentId":"target"},{"agentId":"nobody"}"""))).ShouldBeAsync(201);
        AssertReferrers(
            await (await editor.SendAsync("DELETE", target)).ShouldBeProblemAsync(409, "in_use"), ("agent", "referrer"),
            ("template", "desk"));
        AssertReferrers(
            await (await admin.SendAsync("DELETE", $"{target}?force=true&dryRun=true")).ShouldBeAsync(200), ("agent", "referrer"),
            ("template", "desk"));
        await (await editor.SendAsync("DELETE", $"{Api.Agents}/referrer")).ShouldBeAsync(204);

        await (await editor.SendAsync("PUT", Template, Content("""{"agentId":"other"}"""))).ShouldBeAsync(200);
        var trial = await (await editor.SendAsync("DELETE", $"{target}?dryRun=true")).ShouldBeAsync(200);
        Assert.True(trial.GetProperty("valid").GetBoolean());
        await (await editor.SendAsync("PUT", Template, Content("""{"agentId":"target"}"""))).ShouldBeAsync(200);
        await (await editor.SendAsync("DELETE", target)).ShouldBeProblemAsync(409, "in_use");
        await (await admin.SendAsync("DELETE", Template)).ShouldBeAsync(204);
        await (await editor.SendAsync("DELETE", target)).ShouldBeAsync(204);
    }

    [Fact]
    public async Task An_agent_that_is_restored_is_missed_no_more()
    {
        var (editor, admin) = Clients();
        var target = await MakeAsync(editor, "target");
        var referrer = await MakeAsync(editor, "referrer", isLive: false, "target");
        await (await admin.SendAsync("DELETE", $"{target}?force=true")).ShouldBeAsync(204);
        Assert.Equal(["agent/target"], await DegradedAsync(editor, referrer));
        await (await editor.SendAsync("POST", $"{target}/restore")).ShouldBeAsync(200);
        Assert.Empty(await DegradedAsync(editor, referrer));
    }

    [Fact]
    public async Task Who_is_archived_refers_to_nothing_and_nobody_stands_in_its_own_way()
    {
        var (editor, _) = Clients();
        var target = await MakeAsync(editor, "target");
        var referrer = await MakeAsync(editor, "referrer", isLive: false, "target");
        await (await editor.SendAsync("DELETE", referrer)).ShouldBeAsync(204);
        await (await editor.SendAsync("DELETE", target)).ShouldBeAsync(204);
    }

    [Fact]
    public async Task Another_tenants_agent_of_that_name_is_no_referrer()
    {
        var (editor, _) = Clients();
        var (neighbour, _) = Clients();
        var target = await MakeAsync(editor, "target");
        await MakeAsync(neighbour, "target");
        await MakeAsync(neighbour, "referrer", isLive: false, "target");
        await (await editor.SendAsync("DELETE", target)).ShouldBeAsync(204);
    }

    [Fact]
    public async Task A_template_that_is_made_anew_under_its_id_can_be_upgraded_to()
    {
        var (editor, admin) = Clients();
        await (await editor.SendAsync("PUT", Template, TemplateContent)).ShouldBeAsync(201);
        await (await editor.SendAsync(
            "POST", $"{Template}/instantiate", """{"id":"made","name":"D","variables":{"b":"1"}}""")).ShouldBeAsync(201);

        AssertReferrers(
            await (await admin.SendAsync("DELETE", Template)).ShouldBeProblemAsync(409, "in_use"), ("agent", "made"));
        var trial = await (await admin.SendAsync("DELETE", $"{Template}?dryRun=true")).ShouldBeAsync(200);
        Assert.False(trial.GetProperty("valid").GetBoolean());
        AssertReferrers(trial, ("agent", "made"));
        await (await editor.SendAsync("DELETE", $"{Template}?force=true")).ShouldBeProblemAsync(403, "permission_denied");
        await (await admin.SendAsync("DELETE", $"{Template}?force=true")).ShouldBeAsync(204);
        await editor.GetAsync(Template, 404);
        Assert.Equal(["template/desk"], await DegradedAsync(editor, $"{Api.Agents}/made"));
        await (await editor.SendAsync("POST", $"{Api.Agents}/made/upgrade", "{}")).ShouldBeProblemAsync(409, "template_version_not_kept");

        await (await editor.SendAsync("PUT", Template, TemplateContent.Replace("Hi", "Hello", StringComparison.Ordinal)))
            .ShouldBeAsync(201);
        Assert.Empty(await DegradedAsync(editor, $"{Api.Agents}/made"));
        var upgraded = await (await editor.SendAsync("POST", $"{Api.Agents}/made/upgrade", "{}")).ShouldBeAsync(200);
        Assert.Equal("Hello 1", upgraded.GetProperty("config").GetProperty("instructions").Text("template"));
    }

    [Fact]
    public async Task A_file_goes_by_force_and_comes_back_with_its_bytes()
    {
        var (editor, admin) = Clients();
        var bytes = FileClient.NewBytes();
        var file = $"{FileClient.Files}/{(await editor.AddAsync(bytes)).Text("id")}";
        var agent = await editor.CreatePathAsync(FileClient.Content(FileClient.IdOf(bytes)));
        var id = agent.Split('/')[^1];

        AssertReferrers(await (await admin.SendAsync("DELETE", file)).ShouldBeProblemAsync(409, "in_use"), ("agent", id));
        AssertReferrers(await (await admin.SendAsync("DELETE", $"{file}?dryRun=true")).ShouldBeAsync(200), ("agent", id));
        await (await editor.SendAsync("DELETE", $"{file}?force=true")).ShouldBeProblemAsync(403, "permission_denied");
        Assert.True((await (await admin.SendAsync("DELETE", $"{file}?force=true&dryRun=true")).ShouldBeAsync(200))
            .GetProperty("valid").GetBoolean());
        await editor.GetAsync(file, 200);

        await (await admin.SendAsync("DELETE", $"{file}?force=true")).ShouldBeAsync(204);
        await editor.GetAsync(file, 404);
        Assert.Equal([$"file/{FileClient.IdOf(bytes)}"], await DegradedAsync(editor, agent));
        await editor.AddAsync(bytes);
        Assert.Empty(await DegradedAsync(editor, agent));
    }

    private (HttpClient Editor, HttpClient Admin) Clients()
    {
        var tenant = Gateway.NewTenant();
        return (gateway.Client("editor", tenant: tenant), gateway.Client("admin", tenant: tenant));
    }

    private static async Task<string> MakeAsync(HttpClient client, string id, bool isLive = false, string? handoff = null)
    {
        var path = $"{Api.Agents}/{id}";
        var handoffs = handoff is null ? "" : $$""","handoffs":[{"agentId":"{{handoff}}"}]""";
        await (await client.SendAsync("PUT", path,
            $$$"""
            {"name":"A","type":"conversational",
             "config":{"model":{"provider":"openai","id":"gpt-5-mini"},"instructions":{"template":"Help."}{{{handoffs}}}}}
            """)).ShouldBeAsync(201);
        if (isLive) await (await client.SendAsync("POST", $"{path}/activate")).ShouldBeAsync(200);
        return path;
    }

    private static async Task<string[]> DegradedAsync(HttpClient client, string path) =>
        [.. (await client.GetAsync(path, 200)).GetProperty("degraded").EnumerateArray().Select(mark => mark.GetString()!)];

    private static void AssertReferrers(JsonElement answer, params (string, string)[] expected) => Assert.Equal(
        expected, answer.GetProperty("referrers").EnumerateArray().Select(referrer => (referrer.Text("kind"), referrer.Text("id"))));
}
