namespace AgentManagement.Tests.WebGateway;

[Collection(typeof(GatewayTests))]
public sealed class DryRunTests(Gateway gateway)
{
    [Fact]
    public async Task A_dry_run_of_every_write_tells_its_effect_and_changes_nothing()
    {
        var client = gateway.Client("admin");
        await (await client.SendAsync("POST", "/api/v1/templates",
            """{"id":"desk","name":"Desk","type":"rag","config":{"model":{"provider":"openai","id":"gpt-5-mini"},"instructions":{"template":"Help."}}}""")).ShouldBeAsync(201);
        var before = await (await client.SendAsync("POST", "/api/v1/templates/desk/instantiate", """{"id":"bot","name":"Old"}"""))
            .ShouldBeAsync(201);
        foreach (var (method, path, body, _) in Routes.OfOneAgent.Where(route => route.Method != "GET"))
        {
            var at = path.Replace("{id}", "bot", StringComparison.Ordinal);
            var response = await client.SendAsync(method, $"{at}{(at.Contains('?') ? '&' : '?')}dryRun=true", body);
            // A draft cannot be deactivated, restored or purged, dry or not.
            if (path.EndsWith("/deactivate", StringComparison.Ordinal) || path.EndsWith("/restore", StringComparison.Ordinal)
                || path.EndsWith("purge=true", StringComparison.Ordinal))
            {
                await response.ShouldBeProblemAsync(409, "illegal_transition");
                continue;
            }
            Assert.Equal(["valid", "issues", "effect"], (await response.ShouldBeAsync(200)).EnumerateObject()
                .Select(member => member.Name));
            Assert.Null(response.Headers.ETag);
        }

        Assert.Equal(before.GetRawText(), (await client.GetAsync($"{Api.Agents}/bot", 200)).GetRawText());
        Assert.Equal(2, (await client.GetAsync("/api/v1/tenant", 200)).GetProperty("revision").GetInt32());
    }

    [Fact]
    public async Task A_dry_run_under_its_own_address_answers_the_same_and_writes_nothing_whatever_the_query_says()
    {
        var client = gateway.Client("admin");
        await (await client.SendAsync("POST", Api.Agents, Api.Content(id: "bot"))).ShouldBeAsync(201);
        foreach (var (method, path, body, _) in Routes.OfOneAgent.Where(route => route.Method != "GET"))
        {
            var at = path.Replace("{id}", "bot", StringComparison.Ordinal);
            var separator = at.Contains('?') ? '&' : '?';
            var own = at.Replace("/api/v1/", "/api/v1/dry-run/", StringComparison.Ordinal);
            var (asked, answered) = (
                await client.SendAsync(method, $"{at}{separator}dryRun=true", body), await client.SendAsync(method, own, body));
            Assert.Equal(asked.StatusCode, answered.StatusCode);
            Assert.Equal(WithoutId(await asked.Content.ReadAsStringAsync()), WithoutId(await answered.Content.ReadAsStringAsync()));

            await (await client.SendAsync(method, $"{own}{separator}dryRun=false", body)).ShouldBeProblemAsync(400, "invalid_parameter");
            await (await gateway.Anonymous().SendAsync(method, own, body)).ShouldBeProblemAsync(401, "unauthenticated");
        }
        await (await client.SendAsync("GET", "/api/v1/dry-run/agents/bot")).ShouldBeProblemAsync(400, "unknown_parameter");
        Assert.Equal(1, (await client.GetAsync("/api/v1/tenant", 200)).GetProperty("revision").GetInt32());

        // What differs from call to call: who asked, when, and the id of a copy.
        static string WithoutId(string body) => System.Text.RegularExpressions.Regex.Replace(
            body, @"""(correlationId|createdAt|updatedAt|activatedAt|archivedAt|id)"":""[^""]*""|\d{4}-\d\d-\d\dT[\d:.]+Z", "");
    }

    [Fact]
    public async Task A_dry_run_of_creating_shows_the_agent()
    {
        var client = gateway.Client();
        var answer = await (await client.SendAsync("POST", $"{Api.Agents}?dryRun=true", Api.Content(id: "bot"))).ShouldBeAsync(200);

        Assert.True(answer.GetProperty("valid").GetBoolean());
        var effect = answer.GetProperty("effect");
        Assert.Equal(("agent_created", 1, "bot"), (
            effect.Text("kind"), effect.GetProperty("version").GetInt32(), effect.GetProperty("agent").Text("id")));
        await client.GetAsync($"{Api.Agents}/bot", 404);
    }

    [Fact]
    public async Task Invalid_content_is_an_answer_and_not_a_problem()
    {
        var answer = await (await gateway.Client().SendAsync("POST", $"{Api.Agents}?dryRun=true", "{}")).ShouldBeAsync(200);

        Assert.False(answer.GetProperty("valid").GetBoolean());
        Assert.Equal(["/config", "/name", "/type"], answer.GetProperty("issues").EnumerateArray().Select(issue => issue.Text("pointer"))
            .Order());
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("effect").ValueKind);
    }

    [Fact]
    public async Task What_would_change_nothing_has_no_effect()
    {
        var client = gateway.Client();
        var answer = await (await client.SendAsync("PUT", $"{await client.CreatePathAsync()}?dryRun=true", Api.Content()))
            .ShouldBeAsync(200);
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("effect").ValueKind);
    }

    [Fact]
    public async Task A_dry_run_does_not_use_up_an_idempotency_key()
    {
        var client = gateway.Client();
        await (await client.SendAsync("POST", $"{Api.Agents}?dryRun=true", Api.Content(), ("Idempotency-Key", "k"))).ShouldBeAsync(200);
        await (await client.SendAsync("POST", Api.Agents, Api.Content(), ("Idempotency-Key", "k"))).ShouldBeAsync(201);
    }

    [Theory]
    [InlineData("yes")]
    [InlineData("True")]
    [InlineData("")]
    public async Task A_flag_that_is_neither_true_nor_false_is_refused(string flag) =>
        await (await gateway.Client().SendAsync("POST", $"{Api.Agents}?dryRun={flag}", Api.Content()))
            .ShouldBeProblemAsync(400, "invalid_parameter");
}
