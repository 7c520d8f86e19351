using System.Net;
using AgentManagement.Client;
using static AgentManagement.Tests.Client.ScriptedServer;
using AgentContent = AgentManagement.Client.AgentContent;

namespace AgentManagement.Tests.Client;

/// <summary>What the client does when an answer is late, cut off, or "not now".</summary>
public sealed class RepetitionTests
{
    private const string Bot =
        """{"id":"bot","name":"Bot","type":"rag","status":"draft","version":3,"config":{},"tags":[],"metadata":{}}""";

    private const string Busy = """{"code":"database_overloaded","detail":"Not now."}""";

    private static readonly AgentContent Content = new("Bot", "rag", JsonDocument.Parse("{}").RootElement);

    [Fact]
    public async Task A_write_that_is_cut_off_is_repeated_under_the_same_key()
    {
        await using var server = await StartAsync(CutOff, Says(201, Bot));
        var agent = await ClientOf(server).Agents.CreateAsync(Content);
        Assert.Equal(3, agent.Version);
        var keys = server.Asked.Select(asked => asked.Headers["Idempotency-Key"].ToString()).ToList();
        Assert.Equal(2, keys.Count);
        Assert.NotEmpty(Assert.Single(keys.Distinct()));
    }

    [Fact]
    public async Task Two_writes_have_two_keys_and_a_callers_own_key_is_kept()
    {
        await using var server = await StartAsync(Says(200, Bot));
        var client = ClientOf(server);
        await client.Agents.ReplaceAsync("bot", Content);
        await client.Agents.ReplaceAsync("bot", Content);
        await client.Agents.ReplaceAsync("bot", Content, new() { IdempotencyKey = "mine" });
        var keys = server.Asked.Select(asked => asked.Headers["Idempotency-Key"].ToString()).ToList();
        Assert.Equal((3, "mine"), (keys.Distinct().Count(), keys[^1]));
    }

    [Theory, InlineData(429), InlineData(502), InlineData(503), InlineData(504)]
    public async Task Not_now_is_asked_again(int status)
    {
        await using var server = await StartAsync(
            Says(status, Busy, ("Retry-After", "0")), Says(status, Busy, ("Retry-After", "0")), Says(200, Bot));
        Assert.NotNull(await ClientOf(server).Agents.FindAsync("bot"));
        Assert.Equal(3, server.Asked.Count);
    }

    [Theory, InlineData(400), InlineData(401), InlineData(403), InlineData(409), InlineData(412), InlineData(422), InlineData(500)]
    public async Task A_refusal_is_not(int status)
    {
        await using var server = await StartAsync(Says(status, """{"code":"no","detail":"No."}"""));
        var refusal = await Assert.ThrowsAsync<ApiException>(() => ClientOf(server).Agents.FindAsync("bot"));
        Assert.Equal((1, status, "no"), (server.Asked.Count, (int)refusal.Status, refusal.Code));
    }

    [Fact]
    public async Task A_longer_wait_than_the_caller_has_ends_the_call_with_the_wait()
    {
        await using var server = await StartAsync(Says(503, Busy, ("Retry-After", "3600")));
        var refusal = await Assert.ThrowsAsync<ApiException>(() => ClientOf(server).Agents.FindAsync("bot"));
        Assert.Equal((1, TimeSpan.FromHours(1)), (server.Asked.Count, refusal.RetryAfter));
    }

    [Fact]
    public async Task A_service_that_never_is_ready_is_given_up()
    {
        await using var server = await StartAsync(Says(503, Busy, ("Retry-After", "0")));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await Assert.ThrowsAsync<ApiException>(
            () => ClientOf(server, options => options.MaxRetries = 2).Agents.FindAsync("bot"))).Status);
        Assert.Equal(3, server.Asked.Count);
    }

    [Fact]
    public async Task Somebody_elses_page_in_place_of_an_answer_is_an_error_and_no_crash()
    {
        await using var server = await StartAsync(Says(500, "<html>"));
        Assert.Equal("unknown", (await Assert.ThrowsAsync<ApiException>(() => ClientOf(server).Agents.FindAsync("bot"))).Code);
    }

    [Fact]
    public async Task What_is_not_there_is_null()
    {
        await using var server = await StartAsync(Says(404, """{"code":"not_found","detail":"No."}"""));
        Assert.Null(await ClientOf(server).Agents.FindAsync("bot"));
    }

    [Fact]
    public async Task A_version_that_is_not_the_current_one_is_told_with_the_one_that_is()
    {
        await using var server = await StartAsync(Says(412, """{"code":"version_mismatch","detail":"No.","currentVersion":7}"""));
        var refusal = await Assert.ThrowsAsync<ApiException>(
            () => ClientOf(server).Agents.ReplaceAsync("bot", Content, new() { IfMatch = 3, Merge = true }));
        Assert.Equal(7, refusal.CurrentVersion);
        var headers = Assert.Single(server.Asked).Headers;
        Assert.Equal(("\"3\"", "merge=fields"), (headers.IfMatch.ToString(), headers["Prefer"].ToString()));
    }

    [Fact]
    public async Task An_expired_token_is_asked_for_once_more()
    {
        await using var server = await StartAsync(Says(401, """{"code":"token_expired","detail":"No."}"""), Says(200, Bot));
        var given = new List<bool>();
        var client = ClientOf(server, options => options.Token = (_, wasRefused) =>
        {
            given.Add(wasRefused);
            return new(wasRefused ? "new" : "old");
        });
        Assert.NotNull(await client.Agents.FindAsync("bot"));
        Assert.Equal(["Bearer old", "Bearer new"], server.Asked.Select(asked => asked.Headers.Authorization.ToString()));
        Assert.True(given[^1]);
    }

    [Fact]
    public async Task What_is_known_is_confirmed_and_not_sent_again_and_only_to_whom_it_was_told()
    {
        await using var server = await StartAsync(Says(200, Bot, ("ETag", "\"3\"")), Says(304, ""), Says(200, Bot, ("ETag", "\"3\"")));
        var token = "ann";
        var client = ClientOf(server, options => options.Token = (_, _) => new(token));
        var first = await client.Agents.FindAsync("bot");
        var second = await client.Agents.FindAsync("bot");
        token = "bob";
        await client.Agents.FindAsync("bot");
        Assert.Equal(first!.Version, second!.Version);
        Assert.Equal(["", "\"3\"", ""], server.Asked.Select(asked => asked.Headers.IfNoneMatch.ToString()));
    }

    [Fact]
    public async Task Pages_are_read_as_they_are_asked_for()
    {
        static string Page(string id, string cursor) => $$"""
            {"items":[{"id":"{{id}}","name":"A","type":"rag","status":"draft","version":1,"tags":[],"createdAt":"2026-01-01T00:00:00Z",
            "updatedAt":"2026-01-01T00:00:00Z","degraded":[]}],"nextCursor":{{cursor}},"total":2}
            """;
        await using var server = await StartAsync(Says(200, Page("a", "\"x+y\"")), Says(200, Page("b", "null")));
        var ids = new List<string>();
        await foreach (var agent in ClientOf(server).Agents.ListAsync(new() { Tags = ["a b", "c"], PageSize = 1 })) ids.Add(agent.Id);
        Assert.Equal(["a", "b"], ids);
        Assert.Equal(
            ["GET /api/v1/agents?limit=1&tag=a%20b&tag=c", "GET /api/v1/agents?limit=1&tag=a%20b&tag=c&cursor=x%2By"],
            server.Asked.Select(asked => asked.Line));
    }

    private static AgentManagementClient ClientOf(ScriptedServer server, Action<AgentManagementOptions>? configure = null)
    {
        var options = new AgentManagementOptions();
        configure?.Invoke(options);
        return new(server.Http, options);
    }
}
