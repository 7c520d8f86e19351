namespace AgentManagement.Tests.WebGateway;

/// <summary><c>Prefer: merge=fields</c>: an outdated edit is put over what was changed since.</summary>
[Collection(typeof(GatewayTests))]
public sealed class MergeTests(Gateway gateway)
{
    private static readonly (string, string) Merge = ("Prefer", "merge=fields");
    private static readonly (string, string) First = ("If-Match", "\"1\"");

    [Theory, InlineData("PUT"), InlineData("PATCH")]
    public async Task Fields_that_nobody_else_touched_are_merged_and_told(string method)
    {
        var client = gateway.Client();
        var path = await client.CreatePathAsync(Api.Content("Old", text: "Old."));
        await (await client.SendAsync("PATCH", path, """{"config":{"model":{"params":{"temperature":1}}},"tags":["a","b","theirs"]}"""))
            .ShouldBeAsync(200);

        var mine = method == "PUT"
            ? Api.Content("Mine", text: "Mine.", tags: """["mine","a","b"]""")
            : """{"name":"Mine","tags":["mine","a","b"],"config":{"instructions":{"template":"Mine."}}}""";
        await (await client.SendAsync(method, path, mine, First)).ShouldBeProblemAsync(412, "version_mismatch");
        var would = await (await client.SendAsync(method, $"{path}?dryRun=true", mine, First, Merge)).ShouldBeAsync(200);
        var response = await client.SendAsync(method, path, mine, First, Merge);

        var merged = await response.ShouldBeAsync(200);
        Assert.Equal(
            ("merge=fields", "\"3\""), (response.Headers.GetValues("Preference-Applied").Single(), response.Headers.ETag?.ToString()));
        Assert.Equal(["config.model.params.temperature", "tags[theirs]"], Labels(merged));
        Assert.Equal(Labels(merged), Labels(would.GetProperty("effect").GetProperty("agent")));
        Assert.Equal(("Mine", """["mine","a","b","theirs"]"""), (merged.Text("name"), merged.GetProperty("tags").GetRawText()));
        var config = merged.GetProperty("config");
        Assert.Equal(("1", "Mine."), (config.GetProperty("model").GetProperty("params").GetProperty("temperature").GetRawText(),
            config.GetProperty("instructions").Text("template")));
        Assert.False((await client.GetAsync(path, 200)).TryGetProperty("merged", out _));
    }

    [Fact]
    public async Task The_same_field_changed_on_both_sides_is_a_conflict_that_changes_nothing()
    {
        var client = gateway.Client();
        var path = await client.CreatePathAsync(Api.Content("Old"));
        await (await client.SendAsync("PATCH", path, """{"name":"Theirs"}""")).ShouldBeAsync(200);

        var refused = await (await client.SendAsync("PATCH", path, """{"name":"Mine","tags":[]}""", First, Merge)).ShouldBeAsync(409);
        Assert.Equal("merge_conflict", refused.Text("code"));
        var conflict = refused.GetProperty("conflicts").EnumerateArray().Single();
        Assert.Equal(("/name", "name", "Old", "Theirs", "Mine"),
            (conflict.Text("path"), conflict.Text("label"), conflict.Text("base"), conflict.Text("theirs"), conflict.Text("mine")));
        Assert.Equal("theirs\n~ name: \"Old\" → \"Theirs\"\nmine\n~ name: \"Old\" → \"Mine\"\n", conflict.Text("text"));
        Assert.Equal("Theirs", (await client.GetAsync(path, 200)).Text("name"));
    }

    [Fact]
    public async Task What_differs_in_too_many_places_is_neither_merged_nor_told()
    {
        var client = gateway.Client("admin");
        var path = await client.CreatePathAsync();
        await (await client.SendAsync("PATCH", path, """{"metadata":{"list":["first"]}}""")).ShouldBeAsync(200);
        var texts = string.Join(',', Enumerable.Range(0, 10_001).Select(number => $"\"{number}\""));
        await (await client.SendAsync("PATCH", path, $$$"""{"metadata":{"list":[{{{texts}}}]}}""")).ShouldBeAsync(200);

        await (await client.SendAsync("PATCH", path, """{"name":"Mine"}""", ("If-Match", "\"2\""), Merge))
            .ShouldBeProblemAsync(409, "too_different");
        await (await client.SendAsync("GET", $"{path}/versions/2/diff/3")).ShouldBeProblemAsync(409, "too_different");
        // From nothing to all of it is one place.
        await client.GetAsync($"{path}/versions/1/diff/3", 200);
    }

    [Fact]
    public async Task A_change_of_status_is_nothing_to_merge_with()
    {
        var client = gateway.Client();
        var path = await client.CreatePathAsync();
        await (await client.SendAsync("POST", $"{path}/activate")).ShouldBeAsync(200);
        var merged = await (await client.SendAsync("PATCH", path, """{"name":"Mine"}""", First, Merge)).ShouldBeAsync(200);
        Assert.Equal(("Mine", "active", 0), (merged.Text("name"), merged.Text("status"), Labels(merged).Count()));
    }

    [Fact]
    public async Task The_merged_whole_must_be_valid_for_a_live_agent()
    {
        var client = gateway.Client();
        var path = await client.CreatePathAsync();
        await (await client.SendAsync("POST", $"{path}/activate")).ShouldBeAsync(200);
        await (await client.SendAsync("PATCH", path, """{"config":{"model":null}}""", First, Merge))
            .ShouldBeProblemAsync(422, "invalid_content");
    }

    [Theory]
    [InlineData("\"7\"")]
    [InlineData("\"1\", \"7\"")]
    public async Task Without_the_one_version_that_was_edited_the_write_is_refused_as_ever(string ifMatch)
    {
        var client = gateway.Client();
        var path = await client.CreatePathAsync();
        await (await client.SendAsync("PATCH", path, """{"name":"Theirs"}""")).ShouldBeAsync(200);
        await (await client.SendAsync("PATCH", path, """{"tags":[]}""", ("If-Match", ifMatch), Merge))
            .ShouldBeProblemAsync(412, "version_mismatch");
        await (await client.SendAsync("POST", $"{path}/activate", null, First, Merge)).ShouldBeProblemAsync(412, "version_mismatch");
    }

    [Fact]
    public async Task Of_many_writers_of_different_fields_nobody_loses_an_edit()
    {
        var client = gateway.Client();
        var path = await client.CreatePathAsync(Api.Content(tags: "[]"));
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(number =>
            client.SendAsync("PATCH", path, $$$"""{"metadata":{"field{{{number}}}":{{{number}}}}}""", First, Merge)));
        Assert.All(answers, answer => Assert.Equal(200, (int)answer.StatusCode));
        Assert.Equal(12, (await client.GetAsync(path, 200)).GetProperty("metadata").EnumerateObject().Count());
    }

    private static IEnumerable<string> Labels(JsonElement agent) => agent.GetProperty("merged").EnumerateArray()
        .Select(label => label.GetString()!);
}
