namespace AgentManagement.Tests.WebGateway;

[Collection(typeof(GatewayTests))]
public sealed class ConditionTests(Gateway gateway)
{
    [Theory]
    [InlineData("\"1\"")]
    [InlineData("W/\"1\"")]
    [InlineData("\"7\", \"1\"")]
    [InlineData("*")]
    public async Task A_client_that_has_the_version_gets_304(string header)
    {
        var client = gateway.Client();
        var response = await client.SendAsync("GET", await client.CreatePathAsync(), null, ("If-None-Match", header));

        await response.ShouldBeAsync(304);
        Assert.Equal("\"1\"", response.Headers.ETag?.ToString());
    }

    [Theory]
    [InlineData("\"2\"")]
    [InlineData("1")]
    public async Task A_client_that_does_not_have_it_gets_the_agent(string header)
    {
        var client = gateway.Client();
        await (await client.SendAsync("GET", await client.CreatePathAsync(), null, ("If-None-Match", header))).ShouldBeAsync(200);
    }

    [Fact]
    public async Task An_old_version_has_its_own_tag()
    {
        var client = gateway.Client();
        var path = await client.CreatePathAsync();
        await (await client.SendAsync("POST", $"{path}/activate")).ShouldBeAsync(200);
        await (await client.SendAsync("GET", $"{path}/versions/1", null, ("If-None-Match", "\"1\""))).ShouldBeAsync(304);
    }

    [Fact]
    public async Task A_condition_that_does_not_hold_is_answered_with_the_version_that_there_is()
    {
        var client = gateway.Client();
        var path = await client.CreatePathAsync();
        await (await client.SendAsync("POST", $"{path}/activate")).ShouldBeAsync(200);
        foreach (var (name, value, code) in new[] { ("If-Match", "\"1\"", "version_mismatch"), ("If-None-Match", "*", "already_exists") })
        {
            var response = await client.SendAsync("PUT", path, Api.Content(), (name, value));
            var problem = await response.ShouldBeProblemAsync(412, code);
            Assert.Equal("\"2\"", response.Headers.ETag?.ToString());
            Assert.Equal(2, problem.GetProperty("currentVersion").GetInt32());
        }
        var missing = await client.SendAsync("PUT", path + "-other", Api.Content(), ("If-Match", "\"1\""));
        Assert.False((await missing.ShouldBeProblemAsync(412, "version_mismatch")).TryGetProperty("currentVersion", out _));
        Assert.Null(missing.Headers.ETag);
    }

    public static TheoryData<string, string> Writes =>
        [.. Routes.OfOneAgent.Where(route => route.Method != "GET").Select(route => (route.Method, route.Path))];

    [Fact]
    public async Task Of_two_writers_with_the_same_version_one_wins()
    {
        var client = gateway.Client();
        var path = await client.CreatePathAsync();
        var answers = await Task.WhenAll(new[] { "One", "Other" }.Select(name =>
            client.SendAsync("PUT", path, Api.Content(name), ("If-Match", "\"1\""))));

        Assert.Equal([200, 412], answers.Select(answer => (int)answer.StatusCode).Order());
        Assert.Equal(2, (await client.GetAsync(path, 200)).GetProperty("version").GetInt32());
    }

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task Every_write_honours_if_match(string method, string path)
    {
        var client = gateway.Client("admin");
        await client.CreateAsync(Api.Content("Old", id: "bot"));
        var (at, body) = (path.Replace("{id}", "bot", StringComparison.Ordinal), Routes.Find(method, path).Body);

        foreach (var header in (string[])["\"2\"", "W/\"2\"", "\"abc\""])
        {
            await (await client.SendAsync(method, at, body, ("If-Match", header))).ShouldBeProblemAsync(412, "version_mismatch");
        }

        Assert.Equal(1, (await client.GetAsync($"{Api.Agents}/bot", 200)).GetProperty("version").GetInt32());
        Assert.NotEqual(412, (int)(await client.SendAsync(method, at, body, ("If-Match", "\"9\", \"1\""))).StatusCode);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("\"1")]
    [InlineData("*, \"1\"")]
    public async Task If_match_that_is_malformed_is_refused(string header)
    {
        var client = gateway.Client();
        await (await client.SendAsync("PATCH", await client.CreatePathAsync(), "{}", ("If-Match", header)))
            .ShouldBeProblemAsync(400, "invalid_header");
    }

    [Fact]
    public async Task If_match_with_a_star_asks_that_the_agent_exists()
    {
        var client = gateway.Client();
        await (await client.SendAsync("PUT", $"{Api.Agents}/bot", Api.Content(), ("If-Match", "*")))
            .ShouldBeProblemAsync(412, "version_mismatch");
        await client.CreateAsync(Api.Content(id: "bot"));
        await (await client.SendAsync("PUT", $"{Api.Agents}/bot", Api.Content("New"), ("If-Match", "*"))).ShouldBeAsync(200);
    }

    [Fact]
    public async Task If_none_match_with_a_star_asks_that_it_does_not()
    {
        var client = gateway.Client();
        await (await client.SendAsync("PUT", $"{Api.Agents}/bot", Api.Content(), ("If-None-Match", "*"))).ShouldBeAsync(201);
        await (await client.SendAsync("PUT", $"{Api.Agents}/bot", Api.Content(), ("If-None-Match", "*")))
            .ShouldBeProblemAsync(412, "already_exists");
    }

    [Fact]
    public async Task A_condition_that_cannot_be_kept_is_refused()
    {
        var client = gateway.Client();
        await (await client.SendAsync("PUT", $"{Api.Agents}/bot", Api.Content(), ("If-None-Match", "\"1\"")))
            .ShouldBeProblemAsync(400, "invalid_header");
        await (await client.SendAsync("POST", Api.Agents, Api.Content(), ("If-None-Match", "*")))
            .ShouldBeProblemAsync(400, "invalid_header");
    }
}
