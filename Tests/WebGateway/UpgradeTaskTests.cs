using AgentManagement.Grains.Tasks;

namespace AgentManagement.Tests.WebGateway;

/// <summary>Upgrading all agents of a template in waves, and undoing it.</summary>
[Collection(typeof(GatewayTests))]
public sealed class UpgradeTaskTests(Gateway gateway)
{
    private const string Template = "/api/v1/templates/desk";

    [Fact]
    public async Task All_agents_are_upgraded_what_conflicts_is_reported_and_all_of_it_can_be_undone()
    {
        var client = await DerivedAsync(12);
        for (var number = 0; number < 3; number++) await EditAsync(client, number, """{"config":{"instructions":{"template":"Ours."}}}""");
        for (var number = 3; number < 6; number++) await EditAsync(client, number, """{"config":{"limits":{"maxIterations":3}}}""");
        await (await client.SendAsync("DELETE", "/api/v1/agents/bot-11")).ShouldBeAsync(204);
        var before = await ContentsAsync(client);
        await PublishAsync(client, "New.");

        var task = await RunAsync(client, $"{Template}/upgrade", """{"maxFailures":3}""");
        var result = task.GetProperty("result");
        Assert.Equal((8, 3, false), (result.GetProperty("upgraded").GetInt32(), result.GetProperty("failedCount").GetInt32(),
            result.GetProperty("stopped").GetBoolean()));
        Assert.All(result.GetProperty("failed").EnumerateArray(), failed =>
            Assert.Equal(("merge_conflict", """["config.instructions.template"]"""),
                (failed.Text("code"), failed.GetProperty("conflicts").GetRawText())));
        var agent = await client.GetAsync("/api/v1/agents/bot-03", 200);
        Assert.Equal(("New.", 2, "tester"), (
            Instructions(agent), agent.GetProperty("templateVersion").GetInt32(), agent.Text("updatedBy")));

        await EditAsync(client, 10, """{"name":"Edited since"}""");
        await (await client.SendAsync("POST", "/api/v1/agents/bot-09/activate")).ShouldBeAsync(200);
        var undone = (await RunAsync(client, $"/api/v1/tasks/{task.Text("id")}/undo", null)).GetProperty("result");
        Assert.Equal((7, 1), (undone.GetProperty("undone").GetInt32(), undone.GetProperty("failedCount").GetInt32()));
        Assert.Equal(
            ("bot-10", "changed_since"), (undone.GetProperty("failed")[0].Text("id"), undone.GetProperty("failed")[0].Text("code")));
        var after = await ContentsAsync(client);
        Assert.Equal(before.Where(each => each.Key != "bot-10"), after.Where(each => each.Key != "bot-10"));
        Assert.Equal("active", (await client.GetAsync("/api/v1/agents/bot-09", 200)).Text("status"));
    }

    [Fact]
    public async Task After_a_wave_that_went_badly_the_rest_is_left_alone()
    {
        var client = await DerivedAsync(12);
        await EditAsync(client, 0, """{"config":{"instructions":{"template":"Ours."}}}""");
        await PublishAsync(client, "New.");

        var result = (await RunAsync(client, $"{Template}/upgrade", null)).GetProperty("result");
        Assert.Equal(
            (0, 1, 11, true),
            (result.GetProperty("upgraded").GetInt32(), result.GetProperty("failedCount").GetInt32(), result.GetProperty("notTried")
                .GetInt32(), result.GetProperty("stopped").GetBoolean()));
        Assert.Equal("For Acme.", Instructions(await client.GetAsync("/api/v1/agents/bot-05", 200)));

        var decided = (await RunAsync(client, $"{Template}/upgrade", """{"onConflict":"theirs"}""")).GetProperty("result");
        Assert.Equal(12, decided.GetProperty("upgraded").GetInt32());
        Assert.Equal(0, (await RunAsync(client, $"{Template}/upgrade", null)).GetProperty("progress").GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task Only_an_upgrade_of_ones_own_can_be_undone()
    {
        var client = await DerivedAsync(1);
        var other = await RunAsync(client, "/api/v1/tasks", """{"kind":"revalidate"}""");
        await (await client.SendAsync("POST", $"/api/v1/tasks/{other.Text("id")}/undo")).ShouldBeProblemAsync(409, "not_undoable");
        await (await client.SendAsync("POST", $"/api/v1/tasks/{new string('0', 32)}/undo")).ShouldBeProblemAsync(404, "not_found");
        var upgrade = await RunAsync(client, $"{Template}/upgrade", null);
        await (await gateway.Client().SendAsync("POST", $"/api/v1/tasks/{upgrade.Text("id")}/undo")).ShouldBeProblemAsync(404, "not_found");
    }

    [Fact]
    public async Task An_upgrade_can_be_undone_by_its_tenant_after_its_task_is_gone()
    {
        await using var service = await ServiceHost.StartAsync();
        using var acme = service.CreateClient("acme");
        using var other = service.CreateClient("other");
        var client = await DerivedAsync(3, acme);
        await PublishAsync(client, "New.");
        var upgrade = await RunAsync(client, $"{Template}/upgrade", null);
        var revalidation = await RunAsync(client, "/api/v1/tasks", """{"kind":"revalidate"}""");
        await EditAsync(client, 2, """{"name":"Edited since"}""");
        await service.Services.GetRequiredService<ITaskStore>().DeleteEndedAsync(DateTimeOffset.MaxValue);
        await (await client.SendAsync("GET", $"/api/v1/tasks/{upgrade.Text("id")}")).ShouldBeProblemAsync(404, "not_found");

        await (await other.SendAsync("POST", $"/api/v1/tasks/{upgrade.Text("id")}/undo")).ShouldBeProblemAsync(404, "not_found");
        await (await client.SendAsync("POST", $"/api/v1/tasks/{revalidation.Text("id")}/undo")).ShouldBeProblemAsync(404, "not_found");
        using var viewer = service.CreateClient("acme", "viewer");
        await (await viewer.SendAsync("POST", $"/api/v1/tasks/{upgrade.Text("id")}/undo")).ShouldBeAsync(403);
        var undone = (await RunAsync(client, $"/api/v1/tasks/{upgrade.Text("id")}/undo", null)).GetProperty("result");
        Assert.Equal((2, 1), (undone.GetProperty("undone").GetInt32(), undone.GetProperty("failedCount").GetInt32()));
        Assert.Equal("For Acme.", Instructions(await client.GetAsync("/api/v1/agents/bot-00", 200)));
        Assert.Equal("New.", Instructions(await client.GetAsync("/api/v1/agents/bot-02", 200)));
    }

    private async Task<HttpClient> DerivedAsync(int agents, HttpClient? of = null)
    {
        var client = of ?? gateway.Client();
        await (await client.SendAsync("POST", "/api/v1/templates", Samples.Template("desk"))).ShouldBeAsync(201);
        for (var number = 0; number < agents; number++)
        {
            await (await client.SendAsync(
                "POST", $"{Template}/instantiate", $$$"""{"id":"bot-{{{number:00}}}","name":"Bot","variables":{"brand":"Acme"}}"""))
                    .ShouldBeAsync(201);
        }
        return client;
    }

    private static async Task<JsonElement> RunAsync(HttpClient client, string path, string? body)
    {
        var started = await (await client.SendAsync("POST", path, body)).ShouldBeAsync(202);
        JsonElement task = default;
        await Await.Until(async () =>
            (task = await client.GetAsync($"/api/v1/tasks/{started.Text("id")}", 200)).Text("status") is "completed" or "failed",
            "the task ends");
        Assert.Equal("completed", task.Text("status"));
        return task;
    }

    private static async Task EditAsync(HttpClient client, int number, string patch) =>
        await (await client.SendAsync("PATCH", $"/api/v1/agents/bot-{number:00}", patch)).ShouldBeAsync(200);

    private static async Task PublishAsync(HttpClient client, string instructions) =>
        await (await client.SendAsync("PUT", Template, Samples.Template(null, instructions))).ShouldBeAsync(200);

    private static async Task<Dictionary<string, string>> ContentsAsync(HttpClient client)
    {
        var contents = new Dictionary<string, string>();
        foreach (var summary in (await client.GetAsync("/api/v1/agents?limit=200", 200)).GetProperty("items").EnumerateArray())
        {
            var agent = await client.GetAsync($"/api/v1/agents/{summary.Text("id")}", 200);
            contents[summary.Text("id")] = string.Join(
                '\n', new[] { "name", "description", "config", "tags", "metadata", "templateVersion" }
                .Select(part => agent.GetProperty(part).GetRawText()));
        }
        return contents;
    }

    private static string Instructions(JsonElement agent) => agent.GetProperty("config").GetProperty("instructions").GetProperty("template")
        .GetString()!;
}
