namespace AgentManagement.Tests.WebGateway;

/// <summary>Agents as code over HTTP.</summary>
[Collection(typeof(GatewayTests))]
public sealed class ApplyTests(Gateway gateway)
{
    private const string Path = $"{Api.Agents}/bot/apply";

    [Fact]
    public async Task A_file_that_is_applied_twice_changes_nothing_the_second_time()
    {
        var client = gateway.Client();
        var made = await (await client.SendAsync("POST", Path, File("Bot"))).ShouldBeAsync(201);
        Assert.Equal(("ci", 1, "agent_created"), (made.Text("manager"), made.GetProperty("version").GetInt32(), made.Text("change")));
        var again = await (await client.SendAsync("POST", Path, File("Bot"))).ShouldBeAsync(200);
        Assert.Equal((1, "none"), (again.GetProperty("version").GetInt32(), again.Text("change")));
        var changed = await (await client.SendAsync("POST", Path, File("Other"))).ShouldBeAsync(200);
        Assert.Equal((2, "agent_updated"), (changed.GetProperty("version").GetInt32(), changed.Text("change")));
        Assert.False((await client.GetAsync($"{Api.Agents}/bot", 200)).TryGetProperty("change", out _));
        // What a write answered may be sent back.
        await (await client.SendAsync("PUT", $"{Api.Agents}/bot", changed.GetRawText())).ShouldBeAsync(200);
    }

    [Fact]
    public async Task A_dry_run_tells_what_would_differ_what_is_kept_and_what_clashes()
    {
        var client = gateway.Client();
        await (await client.SendAsync("POST", Path, File("Bot"))).ShouldBeAsync(201);
        await (await client.SendAsync("PATCH", $"{Api.Agents}/bot", """{"description":"By hand"}""")).ShouldBeAsync(200);

        var tried = await (await client.SendAsync("POST", $"{Path}?dryRun=true", File("New"))).ShouldBeAsync(200);
        var difference = Assert.Single(tried.GetProperty("effect").GetProperty("differences").EnumerateArray());
        Assert.Equal(("name", "Bot", "New"), (difference.Text("label"), difference.Text("from"), difference.Text("to")));
        Assert.Equal(
            "texts_changed", Assert.Single(tried.GetProperty("effect").GetProperty("risks").EnumerateArray()).Text("code"));
        Assert.Equal("description", Assert.Single(tried.GetProperty("merged").EnumerateArray()).GetString());
        Assert.Equal("Bot", (await client.GetAsync($"{Api.Agents}/bot", 200)).Text("name"));

        await (await client.SendAsync("PATCH", $"{Api.Agents}/bot", """{"name":"Hand"}""")).ShouldBeAsync(200);
        tried = await (await client.SendAsync("POST", $"{Path}?dryRun=true", File("New"))).ShouldBeAsync(200);
        Assert.False(tried.GetProperty("valid").GetBoolean());
        var conflict = Assert.Single(tried.GetProperty("conflicts").EnumerateArray());
        Assert.Equal(("name", "Hand", "New"), (conflict.Text("label"), conflict.Text("theirs"), conflict.Text("mine")));
        await (await client.SendAsync("POST", Path, File("New"))).ShouldBeAsync(409);
        await (await client.SendAsync("POST", Path, File("New", """{"name":"file"}"""))).ShouldBeAsync(200);
        Assert.Equal("New", (await client.GetAsync($"{Api.Agents}/bot", 200)).Text("name"));
    }

    [Fact]
    public async Task Lists_find_what_was_made_of_a_managers_files()
    {
        var client = gateway.Client();
        await (await client.SendAsync("POST", Path, File("Bot"))).ShouldBeAsync(201);
        await client.CreateAsync(Api.Content(id: "other"));
        await (await client.SendAsync("POST", $"{Api.Agents}/other/apply", $$"""{"manager":"ci","content":{{Api.Content()}}}"""))
            .ShouldBeAsync(200);
        var found = await client.GetAsync($"{Api.Agents}?manager=ci", 200);
        Assert.Equal("bot", Assert.Single(found.GetProperty("items").EnumerateArray()).Text("id"));
        Assert.Equal(0, (await client.GetAsync($"{Api.Agents}?manager=CI", 200)).GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task An_answer_that_was_lost_is_given_again()
    {
        var client = gateway.Client();
        var first = await (await client.SendAsync("POST", Path, File("Bot"), ("Idempotency-Key", "k"))).ShouldBeAsync(201);
        var again = await (await client.SendAsync("POST", Path, File("Bot"), ("Idempotency-Key", "k"))).ShouldBeAsync(201);
        Assert.Equal(first.ToString(), again.ToString());
    }

    [Theory]
    [InlineData("""{"content":{}}""", "/manager")]
    [InlineData("""{"manager":"Upper","content":{}}""", "/manager")]
    [InlineData("""{"manager":"ci"}""", "/content")]
    [InlineData("""{"manager":"ci","content":[]}""", "/content")]
    [InlineData("""{"manager":"ci","content":{},"decisions":{"name":"theirs"}}""", "/decisions/name")]
    public async Task A_body_that_is_none_is_refused(string body, string pointer)
    {
        var problem = await (await gateway.Client().SendAsync("POST", Path, body)).ShouldBeProblemAsync(422, "invalid_content");
        Assert.Contains(pointer, problem.Errors().Select(error => error.Item2));
    }

    private static string File(string name, string decisions = "{}") =>
        $$"""{"manager":"ci","content":{{Api.Content(name)}},"decisions":{{decisions}}}""";
}
