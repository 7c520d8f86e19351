using System.Net.Sockets;
using AgentManagement.Client;
using static AgentManagement.Tests.Client.ScriptedServer;

namespace AgentManagement.Tests.Client;

/// <summary>What the client does beyond the conformance suite (Tests/Sdk) when it is refused or told "not now".</summary>
public sealed class RepetitionTests
{
    private const string Bot =
        """{"id":"bot","name":"Bot","type":"rag","status":"draft","version":3,"config":{},"tags":[],"metadata":{}}""";

    private const string Busy = """{"code":"database_overloaded","detail":"Not now."}""";

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
    public async Task What_is_not_there_is_null()
    {
        await using var server = await StartAsync(Says(404, """{"code":"not_found","detail":"No."}"""));
        Assert.Null(await ClientOf(server).Agents.FindAsync("bot"));
    }

    [Fact]
    public async Task A_connection_that_is_cut_off_as_it_begins_is_tried_again_and_then_a_failure_of_the_way()
    {
        var attempts = 0;
        using var cutOff = new HttpClient(new CutOff(() => attempts++)) { BaseAddress = new("http://localhost/") };
        var client = new AgentManagementClient(cutOff, new() { MaxRetries = 2 });
        await Assert.ThrowsAsync<HttpRequestException>(() => client.Agents.FindAsync("bot"));
        Assert.Equal(3, attempts);
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
    public async Task Whoever_gives_tokens_for_a_feed_learns_that_the_last_one_was_refused()
    {
        await using var server = await StartAsync(
            Says(401, """{"code":"token_expired","detail":"No."}"""),
            Feed(staysOpen: true, """{"event":"agent_updated","type":"change","revision":2,"data":{}}"""));
        var client = ClientOf(server, options => options.Token = (_, wasRefused) => new(wasRefused ? "new" : "old"));
        await foreach (var message in client.Changes.FollowAsync(1))
        {
            Assert.Equal(2, message.Revision);
            break;
        }
        Assert.Equal(["Bearer old", "Bearer new"], server.Asked.Select(asked => asked.Headers.Authorization.ToString()));
    }

    private static AgentManagementClient ClientOf(ScriptedServer server, Action<AgentManagementOptions>? configure = null)
    {
        var options = new AgentManagementOptions();
        configure?.Invoke(options);
        return new(server.Http, options);
    }

    /// <summary>What HttpClient lets through when a new connection is gone before it is asked for its other end.</summary>
    private sealed class CutOff(Action onAttempt) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            onAttempt();
            throw new SocketException((int)SocketError.NotConnected);
        }
    }
}
