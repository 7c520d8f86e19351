using System.Net;

namespace AgentManagement.Tests.WebGateway;

/// <summary>Which version runs where: labels and releases over HTTP.</summary>
[Collection(typeof(GatewayTests))]
public sealed class LabelledVersionTests(Gateway gateway)
{
    private const string Labels = "/api/v1/labels";
    private const string Releases = "/api/v1/releases";

    [Fact]
    public async Task A_version_is_released_by_steps_and_taken_back()
    {
        var tenant = Gateway.NewTenant();
        var (admin, service) = (gateway.Client("admin", tenant), gateway.Client("service", tenant));
        await MakeAsync(admin, "bot");
        var label = await (await admin.SendAsync("PUT", $"{Labels}/production", """{"description":"Customers."}""")).ShouldBeAsync(201);
        Assert.Equal((1, 0), (label.GetProperty("version").GetInt32(), label.GetProperty("revision").GetInt32()));
        await (await admin.SendAsync("PUT", "/api/v1/agents/bot/labels/production", """{"version":1}""")).ShouldBeAsync(200);

        const string steps = """{"steps":[{"weight":50000,"gate":"approval"}]}""";
        var made = await CreateAsync(admin, $$"""{"label":"production","items":[{"agent":"bot","version":2}],"rollout":{{steps}}}""");
        Assert.Equal("ready", made.Text("status"));
        var release = $"{Releases}/{made.Text("id")}";
        var started = await (await admin.SendAsync("POST", $"{release}/start")).ShouldBeAsync(200);
        Assert.Equal("running", started.Text("status"));

        var config = $"/internal/v1/tenants/{tenant}/agents/bot/config?label=production";
        await (await service.SendAsync("GET", config)).ShouldBeProblemAsync(422, "key_missing");
        var variants = new HashSet<string>();
        for (var user = 0; user < 50; user++)
        {
            var answer = await service.GetAsync($"{config}&key=user-{user}", 200);
            variants.Add($"{answer.Text("variant")} {answer.GetProperty("version").GetInt32()} {answer.Text("label")}");
            Assert.Equal(answer.Text("variant"), (await service.GetAsync($"{config}&key=user-{user}", 200)).Text("variant"));
        }
        Assert.Equal(["candidate 2 production", "stable 1 production"], variants.Order());
        var rules = await service.GetAsync($"/internal/v1/tenants/{tenant}/labels/production/rules", 200);
        Assert.Equal(50_000, rules.GetProperty("items")[0].GetProperty("weight").GetInt32());

        var back = await (await admin.SendAsync("POST", $"{release}/rollback", """{"reason":"Worse."}""")).ShouldBeAsync(200);
        Assert.Equal(("rolled_back", "Worse."), (back.Text("status"), back.Text("reason")));
        Assert.Equal(1, (await service.GetAsync(config, 200)).GetProperty("version").GetInt32());
        var diff = await admin.GetAsync($"{release}/diff", 200);
        Assert.Contains("/config/instructions/template", diff.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(3, (await admin.GetAsync(Releases, 200)).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Several_agents_are_resolved_of_one_revision_and_one_that_is_stopped_says_so()
    {
        var tenant = Gateway.NewTenant();
        var (admin, service) = (gateway.Client("admin", tenant), gateway.Client("service", tenant));
        foreach (var id in new[] { "one", "two", "three" }) await MakeAsync(admin, id);
        await (await admin.SendAsync("PUT", $"{Labels}/staging", "{}")).ShouldBeAsync(201);
        var made = await CreateAsync(
            admin, """{"label":"staging","items":[{"agent":"one","version":1},{"agent":"two","version":2,"expect":null}]}""");
        await (await admin.SendAsync("POST", $"{Releases}/{made.Text("id")}/start")).ShouldBeAsync(200);
        await (await admin.SendAsync("POST", "/api/v1/agents/two/activate")).ShouldBeAsync(200);

        var resolved = await (await service.SendAsync(
            "POST", $"/internal/v1/tenants/{tenant}/resolve", """{"ids":["one","two","three"],"label":"staging"}""")).ShouldBeAsync(200);
        Assert.Equal(["one 1 draft", "two 2 active"], resolved.GetProperty("items").EnumerateArray()
            .Select(item => $"{item.Text("id")} {item.GetProperty("version").GetInt32()} {item.Text("status")}"));
        Assert.Equal("""["three"]""", resolved.GetProperty("missing").GetRawText());
        var assigned = await admin.GetAsync($"{Labels}/staging/assignments", 200);
        Assert.Equal(resolved.GetProperty("labelRevision").GetInt32(), assigned.GetProperty("revision").GetInt32());
        // Without a label it is what it was: the current version.
        var current = await service.GetAsync($"/internal/v1/tenants/{tenant}/agents/one/config", 200);
        Assert.Equal(2, current.GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task A_protected_label_wants_somebody_elses_approval_of_exactly_the_plan_or_a_bypass()
    {
        var tenant = Gateway.NewTenant();
        var (admin, editor) = (gateway.Client("admin", tenant), gateway.Client("editor", tenant, subject: "ed"));
        await MakeAsync(admin, "bot");
        await (await admin.SendAsync("PUT", $"{Labels}/production", """{"approvals":1}""")).ShouldBeAsync(201);
        await (await editor.SendAsync("PUT", $"{Labels}/production", """{"approvals":0}""")).ShouldBeProblemAsync(403, "permission_denied");

        const string plan = """{"label":"production","items":[{"agent":"bot","version":1}]}""";
        var dry = await (await editor.SendAsync("POST", $"{Releases}?dryRun=true", plan)).ShouldBeAsync(200);
        Assert.Equal(("approval_required", true), (dry.GetProperty("gates")[0].Text("code"), dry.GetProperty("valid").GetBoolean()));
        var made = await CreateAsync(editor, plan);
        var release = $"{Releases}/{made.Text("id")}";
        await (await editor.SendAsync("PUT", "/api/v1/agents/bot/labels/production", """{"version":1}"""))
            .ShouldBeProblemAsync(409, "release_in_progress");
        await (await editor.SendAsync("POST", $"{release}/start")).ShouldBeProblemAsync(403, "permission_denied");
        await (await admin.SendAsync("POST", $"{release}/start")).ShouldBeProblemAsync(409, "approval_required");
        await (await editor.SendAsync("POST", $"{release}/approve", Vote(made))).ShouldBeProblemAsync(403, "permission_denied");

        var changed = await (await editor.SendAsync("PATCH", release, """{"items":[{"agent":"bot","version":2}]}""")).ShouldBeAsync(200);
        await (await admin.SendAsync("POST", $"{release}/approve", Vote(made))).ShouldBeProblemAsync(412, "plan_changed");
        var approved = await (await admin.SendAsync("POST", $"{release}/approve", Vote(changed))).ShouldBeAsync(200);
        Assert.Equal("ready", approved.Text("status"));
        await (await admin.SendAsync("POST", $"{release}/start")).ShouldBeAsync(200);

        const string bypassing = $"{Releases}?bypass=true";
        var urgent = plan[..^1] + ""","reason":"Fire."}""";
        await (await editor.SendAsync("POST", bypassing, urgent)).ShouldBeProblemAsync(403, "permission_denied");
        var bypass = await (await admin.SendAsync("POST", bypassing, urgent)).ShouldBeAsync(201);
        Assert.Equal(("bypass", "completed"), (bypass.Text("kind"), bypass.Text("status")));
        var logged = await admin.GetAsync("/api/v1/audit?kind=release_bypassed", 200);
        Assert.Equal("Fire.", logged.GetProperty("items")[0].Text("note"));
    }

    [Fact]
    public async Task Another_tenants_labels_and_releases_are_not_there()
    {
        var (theirs, ours) = (gateway.Client("admin"), gateway.Client("admin"));
        await MakeAsync(theirs, "bot");
        await (await theirs.SendAsync("PUT", $"{Labels}/production", "{}")).ShouldBeAsync(201);
        var made = await CreateAsync(theirs, """{"label":"production","items":[{"agent":"bot","version":1}]}""");
        var absent = $"{Releases}/rel_{new string('0', 32)}";
        foreach (var (method, action, body) in ((string, string, string?)[])[
            ("GET", "", null), ("GET", "/diff", null), ("PATCH", "", "{}"), ("POST", "/start", null), ("POST", "/cancel", null),
            ("POST", "/rollback", """{"reason":"Why"}"""), ("POST", "/approve", Vote(made)),
            ("POST", "/verdicts", """{"name":"a","ok":false}""")])
        {
            var foreign = await ours.SendAsync(method, $"{Releases}/{made.Text("id")}{action}", body);
            var missing = await ours.SendAsync(method, $"{absent}{action}", body);
            Assert.Equal(HttpStatusCode.NotFound, foreign.StatusCode);
            Assert.Equal(foreign.StatusCode, missing.StatusCode);
        }
        await (await ours.SendAsync("GET", $"{Labels}/production")).ShouldBeProblemAsync(404, "not_found");
        await (await ours.SendAsync("POST", Releases, """{"label":"production","items":[{"agent":"bot","version":1}]}"""))
            .ShouldBeProblemAsync(422, "invalid_content");
        Assert.Equal(0, (await ours.GetAsync(Releases, 200)).GetProperty("items").GetArrayLength());
        Assert.Equal("ready", (await theirs.GetAsync($"{Releases}/{made.Text("id")}", 200)).Text("status"));
    }

    [Theory]
    [InlineData("""{"label":"production","items":[]}""", "/items")]
    [InlineData("""{"label":"production","items":[{"agent":"bot"}]}""", "/items/0/version")]
    [InlineData("""{"label":"production","items":[{"agent":"absent","version":1}]}""", "/items/0/agent")]
    [InlineData("""{"label":"latest","items":[{"agent":"bot","version":1}]}""", "/label")]
    [InlineData("""{"label":"production","items":[{"agent":"bot","version":1}],"reason":"No."}""", "/reason")]
    [InlineData(
        """{"label":"production","items":[{"agent":"bot","version":1}],"rollout":{"steps":[{"weight":9,"minDuration":"P"}]}}""",
        "/rollout/steps/0/minDuration")]
    public async Task What_is_wrong_with_a_plan_is_told_at_its_place(string plan, string pointer)
    {
        var admin = gateway.Client("admin");
        await MakeAsync(admin, "bot");
        await (await admin.SendAsync("PUT", $"{Labels}/production", "{}")).ShouldBeAsync(201);
        var problem = await (await admin.SendAsync("POST", Releases, plan)).ShouldBeProblemAsync(422, "invalid_content");
        Assert.Equal(pointer, problem.GetProperty("errors")[0].Text("pointer"));
    }

    private static string Vote(JsonElement release) => $$"""{"planHash":"{{release.Text("planHash")}}"}""";

    private static async Task MakeAsync(HttpClient client, string id)
    {
        await client.CreateAsync(Api.Content(id: id));
        await (await client.SendAsync("PATCH", $"{Api.Agents}/{id}", """{"config":{"instructions":{"template":"Be brief."}}}"""))
            .ShouldBeAsync(200);
    }

    private static async Task<JsonElement> CreateAsync(HttpClient client, string plan) =>
        await (await client.SendAsync("POST", Releases, plan)).ShouldBeAsync(201);
}
