using System.Net.Http.Headers;

namespace AgentManagement.Tests.WebGateway;

/// <summary>Labels as OpenFeature's remote evaluation protocol has them.</summary>
[Collection(typeof(GatewayTests))]
public sealed class FlagTests(Gateway gateway)
{
    private const string Flags = "/api/v1/labels/production/ofrep/v1/evaluate/flags";
    private readonly string _tenant = Gateway.NewTenant();

    [Fact]
    public async Task An_agent_is_a_flag_and_its_version_the_variant()
    {
        var admin = gateway.Client("admin", _tenant);
        await MakeAsync(admin, "bot", "quiet");
        await admin.SendAsync("POST", "/api/v1/agents/bot/activate");

        var flag = await EvaluateAsync("bot", """{"context":{"targetingKey":"user-1","plan":{"name":"gold"}}}""");
        Assert.Equal(("bot", "STATIC", "v1"), (flag.Text("key"), flag.Text("reason"), flag.Text("variant")));
        Assert.Equal("First", flag.GetProperty("value").GetProperty("instructions").Text("template"));
        var metadata = flag.GetProperty("metadata");
        Assert.Equal((1, "active"), (metadata.GetProperty("version").GetInt32(), metadata.Text("status")));
        Assert.StartsWith("sha256:", metadata.Text("hash"), StringComparison.Ordinal);
        Assert.All(metadata.EnumerateObject(), each => Assert.True(each.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number));
        // No key is needed while there is no rollout, nor a body.
        foreach (var body in (string?[])[null, "{}", """{"context":null}""", """{"context":{"targetingKey":null}}"""])
        {
            Assert.Equal("v1", (await EvaluateAsync("bot", body)).Text("variant"));
        }
        // What is not active is not to be run: whoever does not look at the reason has no value either.
        var disabled = await EvaluateAsync("quiet", "{}");
        Assert.Equal(("DISABLED", false), (disabled.Text("reason"), disabled.TryGetProperty("value", out _)));
        await (await gateway.Client("viewer", _tenant).SendAsync("POST", $"{Flags}/bot", "{}")).ShouldBeAsync(200);
    }

    [Fact]
    public async Task A_rollout_is_a_split_by_the_targeting_key()
    {
        var admin = gateway.Client("admin", _tenant);
        await MakeAsync(admin, "bot", "other");
        foreach (var id in new[] { "bot", "other" }) await admin.SendAsync("POST", $"/api/v1/agents/{id}/activate");
        await RollOutAsync(admin, "bot");

        var variants = new HashSet<string?>();
        for (var user = 0; user < 30; user++)
        {
            var context = $$$"""{"context":{"targetingKey":"user-{{{user}}}"}}""";
            var flag = await EvaluateAsync("bot", context);
            Assert.Equal("SPLIT", flag.Text("reason"));
            var all = await (await admin.SendAsync("POST", Flags, context)).ShouldBeAsync(200);
            Assert.Equal(flag.GetRawText(), all.GetProperty("flags")[0].GetRawText());
            variants.Add(flag.Text("variant"));
        }
        Assert.Equal(["v1", "v2"], variants.Order());

        foreach (var body in (string?[])[null, "{}", """{"context":{"targetingKey":""}}"""])
        {
            await ShouldFailAsync($"{Flags}/bot", body, 400, "TARGETING_KEY_MISSING", "bot");
        }
        var flags = (await (await admin.SendAsync("POST", Flags, "{}")).ShouldBeAsync(200)).GetProperty("flags");
        Assert.Equal(("bot", "TARGETING_KEY_MISSING"), (flags[0].Text("key"), flags[0].Text("errorCode")));
        Assert.Equal(("other", "STATIC"), (flags[1].Text("key"), flags[1].Text("reason")));
    }

    [Fact]
    public async Task All_flags_are_confirmed_until_one_of_them_changes_for_the_key()
    {
        var admin = gateway.Client("admin", _tenant);
        await MakeAsync(admin, "bot", "other");
        const string context = """{"context":{"targetingKey":"user-1"}}""";
        var first = await admin.SendAsync("POST", Flags, context);
        Assert.Equal(2, (await first.ShouldBeAsync(200)).GetProperty("flags").GetArrayLength());
        var tag = first.Headers.ETag!;
        Assert.Equal(304, await StatusAsync(tag));
        await admin.SendAsync("POST", "/api/v1/agents/bot/activate");
        var activated = await admin.SendAsync("POST", Flags, context);
        Assert.NotEqual(tag, activated.Headers.ETag);
        Assert.Equal(200, await StatusAsync(tag));
        Assert.Equal(304, await StatusAsync(activated.Headers.ETag!));
        await (await admin.SendAsync("PUT", "/api/v1/agents/other/labels/production", """{"version":2}""")).ShouldBeAsync(200);
        Assert.Equal(200, await StatusAsync(activated.Headers.ETag!));

        async Task<int> StatusAsync(EntityTagHeaderValue known)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Flags)
            {
                Content = new StringContent(context, new MediaTypeHeaderValue("application/json")),
            };
            request.Headers.IfNoneMatch.Add(known);
            using var answer = await admin.SendAsync(request);
            return (int)answer.StatusCode;
        }
    }

    [Fact]
    public async Task What_cannot_be_evaluated_is_told_in_the_words_of_the_protocol()
    {
        var admin = gateway.Client("admin", _tenant);
        await MakeAsync(admin, "bot");
        await ShouldFailAsync($"{Flags}/none", "{}", 404, "FLAG_NOT_FOUND", "none");
        var other = "/api/v1/labels/nowhere/ofrep/v1/evaluate/flags";
        await ShouldFailAsync($"{other}/bot", "{}", 404, "FLAG_NOT_FOUND", "bot");
        await ShouldFailAsync(other, "{}", 404, "GENERAL", key: null);
        await ShouldFailAsync("/api/v1/labels/latest/ofrep/v1/evaluate/flags/bot", "{}", 404, "FLAG_NOT_FOUND", "bot");
        await ShouldFailAsync($"{Flags}/No_Agent!", "{}", 404, "FLAG_NOT_FOUND", "No_Agent!");
        await ShouldFailAsync($"{Flags}/bot", "{", 400, "PARSE_ERROR", "bot");
        await ShouldFailAsync(Flags, """{"context":{},"context":{}}""", 400, "PARSE_ERROR", key: null);
        foreach (var body in (string[])[
            "[]", "1", """{"context":[]}""", """{"context":"user-1"}""", """{"context":{"targetingKey":7}}""",
            $$$"""{"context":{"targetingKey":"{{{new string('a', 501)}}}"}}"""])
        {
            await ShouldFailAsync($"{Flags}/bot", body, 400, "INVALID_CONTEXT", "bot");
        }
        // Another tenant's label is none.
        var theirs = await gateway.Client("admin").SendAsync("POST", $"{Flags}/bot", "{}");
        Assert.Equal("FLAG_NOT_FOUND", (await theirs.ShouldBeAsync(404)).Text("errorCode"));
        // Elsewhere the members are not there.
        var missing = await (await admin.SendAsync("GET", "/api/v1/labels/nowhere")).ShouldBeAsync(404);
        Assert.False(missing.TryGetProperty("errorCode", out _));
    }

    private static async Task MakeAsync(HttpClient admin, params string[] ids)
    {
        await (await admin.SendAsync("PUT", "/api/v1/labels/production", "{}")).ShouldBeAsync(201);
        foreach (var id in ids)
        {
            await (await admin.SendAsync("PUT", $"/api/v1/agents/{id}", Api.Content(text: "First"))).ShouldBeAsync(201);
            await (await admin.SendAsync("PUT", $"/api/v1/agents/{id}", Api.Content(text: "Second"))).ShouldBeAsync(200);
            await (await admin.SendAsync("PUT", $"/api/v1/agents/{id}/labels/production", """{"version":1}""")).ShouldBeAsync(200);
        }
    }

    private static async Task RollOutAsync(HttpClient admin, string id)
    {
        var made = await (await admin.SendAsync(
            "POST", "/api/v1/releases",
            $$$"""
            {"label":"production","items":[{"agent":"{{{id}}}","version":2}],"rollout":{"steps":[{"weight":50000,"gate":"approval"}]}}
            """)).ShouldBeAsync(201);
        await (await admin.SendAsync("POST", $"/api/v1/releases/{made.Text("id")}/start")).ShouldBeAsync(200);
    }

    private async Task<JsonElement> EvaluateAsync(string id, string? body) =>
        await (await gateway.Client("viewer", _tenant).SendAsync("POST", $"{Flags}/{id}", body)).ShouldBeAsync(200);

    private async Task ShouldFailAsync(string path, string? body, int status, string errorCode, string? key)
    {
        var problem = await (await gateway.Client("viewer", _tenant).SendAsync("POST", path, body)).ShouldBeAsync(status);
        Assert.Equal((errorCode, key), (problem.Text("errorCode"), problem.TryGetProperty("key", out var of) ? of.GetString() : null));
        Assert.Equal(problem.Text("detail"), problem.Text("errorDetails"));
    }
}
