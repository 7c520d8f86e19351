using AgentManagement.Tests.Validation;

namespace AgentManagement.Tests.WebGateway;

/// <summary>Whatever way content comes in, the same is wrong with it. Activation and revalidation: StoredContentTests.</summary>
[Collection(typeof(GatewayTests))]
public sealed class ValidationTests(Gateway gateway)
{
    private const string Path = $"{Api.Agents}/bot";

    // Made up; see SecretRulesTests.
    private const string Canary = "sk-" + "Canary0a1B2c3D4e5F6g7H8i9J0";

    [Theory, MemberData(nameof(InvalidConfigurations.All), MemberType = typeof(InvalidConfigurations))]
    public async Task The_same_issue_is_told_on_every_way_in(string code, string pointer, string section)
    {
        var client = gateway.Client("admin");
        var body = Body(section);
        // Content that is nobody's yet can hand over to anybody.
        var validated = (await (await client.SendAsync("POST", $"{Api.Agents}/validate", body)).ShouldBeAsync(200)).GetProperty("issues");
        Assert.Equal(code != "handoff_self", Reported(validated).Contains((code, pointer)));
        Assert.Contains((code, pointer), Reported(
            (await (await client.SendAsync("POST", $"{Api.Agents}?dryRun=true", body)).ShouldBeAsync(200)).GetProperty("issues")));
        await RefusedAsync("POST", Api.Agents, body);
        await RefusedAsync("PUT", Path, body);
        Assert.Equal((code, pointer), await ImportedAsync(client, body));

        await client.CreateAsync(Api.Content(id: "bot"));
        await RefusedAsync("PUT", Path, body);
        await RefusedAsync("PATCH", Path, $$"""{"config":{ {{section}} } }""");
        Assert.Equal((code, pointer), await ImportedAsync(client, body));
        Assert.Equal(1, (await client.GetAsync(Path, 200)).GetProperty("version").GetInt32());

        async Task RefusedAsync(string method, string path, string content) =>
            Assert.Equal([(code, pointer)],
                (await (await client.SendAsync(method, path, content)).ShouldBeProblemAsync(422, "invalid_content")).Errors());
    }

    [Fact]
    public async Task Warnings_are_told_by_validation_and_dry_runs_and_refuse_nothing()
    {
        var client = gateway.Client("admin");
        var body = Body(""" "mcpServers":[{"name":"a","url":"http://localhost/"}],"handoffs":[{"agentId":"absent"}] """);
        (string, string)[] expected = [("insecure_address", "/config/mcpServers/0/url"), ("local_address", "/config/mcpServers/0/url"),
            ("handoff_target_missing", "/config/handoffs/0/agentId")];

        Assert.Equal(expected, Reported((await (await client.SendAsync("POST", $"{Api.Agents}/validate", body)).ShouldBeAsync(200))
            .GetProperty("issues")));
        Assert.Equal(expected, Reported((await (await client.SendAsync("POST", $"{Api.Agents}?dryRun=true", body)).ShouldBeAsync(200))
            .GetProperty("issues")));
        await (await client.SendAsync("POST", Api.Agents, body)).ShouldBeAsync(201);
        // Live, it needs them.
        Assert.Equal(
            [("handoff_target_missing", "/config/handoffs/0/agentId")],
            (await (await client.SendAsync("POST", $"{Path}/activate")).ShouldBeProblemAsync(422, "invalid_content")).Errors());
    }

    [Theory]
    [InlineData($$"""{"id":"bot","name":"{{Canary}}","type":"rag","config":{} }""")]
    [InlineData($$"""{"id":"bot","name":"a","type":"rag","config":{"instructions":{"template":"Use {{Canary}}."} } }""")]
    [InlineData($$"""{"id":"bot","name":"a","type":"rag","config":{},"metadata":{"{{Canary}}":{"{{Canary}}":"x","password":"x"} } }""")]
    [InlineData($$"""{"id":"bot","name":"a","type":"rag","config":{},"{{Canary}}":1}""")]
    [InlineData(
        $$"""{"id":"bot","name":"a","type":"{{Canary}}","config":{"{{Canary}}":{"a":1},"mcpServers":[{"name":"{{Canary}}","url":"https://host/{{Canary}}"}]} }""")]
    [InlineData(
        $$"""{"id":"bot","name":"a","type":"rag","config":{"instructions":{"template":"x","variables":{"{{Canary}}":{"type":"{{Canary}}"} } } } }""")]
    public async Task A_pasted_key_is_in_no_answer_and_no_line_of_the_log(string body)
    {
        var client = gateway.Client("admin");
        var answers = new List<string>();
        foreach (var (method, path) in ((string, string)[])[("POST", $"{Api.Agents}/validate"), ("POST", $"{Api.Agents}?dryRun=true"),
            ("POST", Api.Agents), ("PUT", Path)])
        {
            answers.Add(await SendAsync(method, path));
        }
        Assert.All(answers, answer => Assert.Contains("secret_in_content", answer, StringComparison.Ordinal));
        Assert.Equal("secret_in_content", (await ImportedAsync(client, body)).Code);
        answers.Add((await client.GetAsync(Api.Tasks, 200)).GetRawText());
        await client.CreateAsync(Api.Content(id: "bot"));
        answers.Add(await SendAsync("PUT", Path));
        answers.Add(await SendAsync("PATCH", Path));
        answers.Add((await client.GetAsync("/api/v1/audit", 200)).GetRawText());

        Assert.All(answers, answer => Assert.DoesNotContain("Canary", answer, StringComparison.OrdinalIgnoreCase));
        Assert.All(gateway.Service.Logs.Lines, line => Assert.DoesNotContain("Canary0a1", line, StringComparison.OrdinalIgnoreCase));

        async Task<string> SendAsync(string method, string path)
        {
            var response = await client.SendAsync(method, path, body);
            return $"{response.Headers} {response.Content.Headers} {await response.Content.ReadAsStringAsync()}";
        }
    }

    private static string Body(string section) =>
        $$"""{"id":"bot","name":"Bot","type":"rag","config":{"model":{"provider":"openai","id":"gpt-5-mini"},"instructions":{"template":"Help."},{{section}}} }""";

    private static List<(string, string)> Reported(JsonElement issues) =>
        [.. issues.EnumerateArray().Select(issue => (issue.Text("code"), issue.Text("pointer")))];

    /// <summary>Why the only line was refused.</summary>
    private static async Task<(string Code, string Pointer)> ImportedAsync(HttpClient client, string body)
    {
        var task = (await (await client.SendAsync("POST", Api.Import, body.ReplaceLineEndings(" "))).ShouldBeAsync(202)).Text("id");
        var ended = await TaskTests.EndedAsync(client, task);
        Assert.DoesNotContain("Canary", ended.GetRawText(), StringComparison.OrdinalIgnoreCase);
        var failed = Assert.Single(ended.GetProperty("result").GetProperty("failed").EnumerateArray());
        return (failed.Text("code"), failed.Text("pointer"));
    }
}
