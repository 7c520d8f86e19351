namespace AgentManagement.Tests.WebGateway;

[Collection(typeof(GatewayTests))]
public sealed class PatchTests(Gateway gateway)
{
    [Fact]
    public async Task A_patch_merges_removes_and_replaces_arrays_whole()
    {
        var client = gateway.Client();
        var path = await client.CreatePathAsync();

        var agent = await (await client.SendAsync("PATCH", path, """
            {"description":"New","tags":["c"],"config":{"model":{"params":{"temperature":null,"topP":0.5}}}}
            """)).ShouldBeAsync(200);

        Assert.Equal("""["c"]""", agent.GetProperty("tags").GetRawText());
        Assert.Equal("""{"topP":0.5}""", agent.GetProperty("config").GetProperty("model").GetProperty("params").GetRawText());
        Assert.Equal("New", agent.Text("description"));
    }

    [Fact]
    public async Task A_member_that_is_null_is_removed()
    {
        var client = gateway.Client();
        var path = await client.CreatePathAsync();
        await (await client.SendAsync("PATCH", path, """{"description":"Soon gone"}""")).ShouldBeAsync(200);
        var agent = await (await client.SendAsync("PATCH", path, """{"description":null}""")).ShouldBeAsync(200);
        Assert.Equal(JsonValueKind.Null, agent.GetProperty("description").ValueKind);
    }

    [Fact]
    public async Task How_an_agent_is_shown_is_kept_changed_and_removed()
    {
        var client = gateway.Client();
        var path = await client.CreatePathAsync();
        await (await client.SendAsync("PATCH", path, """{"icon":"🧭","licence":"MIT","homepage":"https://guide.example"}"""))
            .ShouldBeAsync(200);
        var agent = await (await client.SendAsync("PATCH", path, """{"icon":null,"category":"Travel"}""")).ShouldBeAsync(200);

        Assert.Equal(("MIT", "Travel", "https://guide.example"), (agent.Text("licence"), agent.Text("category"), agent.Text("homepage")));
        Assert.False(agent.TryGetProperty("icon", out _));
        var difference = await (await client.SendAsync("GET", $"{path}/versions/1/diff/3")).ShouldBeAsync(200);
        Assert.Contains("/category", difference.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_patch_makes_no_version()
    {
        var client = gateway.Client();
        Assert.Equal("\"1\"", (await client.SendAsync("PATCH", await client.CreatePathAsync(), "{}")).Headers.ETag?.ToString());
    }

    [Theory]
    [InlineData("""{"version":7}""", "read_only", "/version")]
    [InlineData("""{"status":"active"}""", "read_only", "/status")]
    [InlineData("""{"id":"other"}""", "immutable_field", "/id")]
    [InlineData("""{"name":null}""", "required", "/name")]
    [InlineData("""{"config":{"model":{"params":{"temperature":9}}}}""", "out_of_range", "/config/model/params/temperature")]
    [InlineData("""[]""", "wrong_type", "")]
    public async Task A_patch_that_leads_to_invalid_content_is_refused(string patch, string code, string pointer)
    {
        var client = gateway.Client();
        var problem = await (await client.SendAsync("PATCH", await client.CreatePathAsync(), patch))
            .ShouldBeProblemAsync(422, "invalid_content");
        Assert.Contains((code, pointer), problem.Errors());
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/plain")]
    public async Task Only_a_merge_patch_is_a_patch(string mediaType)
    {
        var client = gateway.Client();
        await (await client.SendAsync("PATCH", await client.CreatePathAsync(), "{}", ("Content-Type", mediaType)))
            .ShouldBeProblemAsync(415, "unsupported_media_type");
    }
}
