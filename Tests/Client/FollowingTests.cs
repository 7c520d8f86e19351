using AgentManagement.Client;
using static AgentManagement.Tests.Client.ScriptedServer;

namespace AgentManagement.Tests.Client;

/// <summary>The client's change feed, over connections that break, repeat themselves and fall silent.</summary>
public sealed class FollowingTests
{
    [Fact]
    public async Task A_feed_that_breaks_goes_on_where_it_was_and_tells_nothing_twice()
    {
        await using var server = await StartAsync(
            Feed(staysOpen: false, Ready(4), Change(5), Change(6)), CutOff,
            Says(503, """{"code":"not_ready","detail":"No."}""", ("Retry-After", "0")),
            Feed(staysOpen: true, Ready(6), Change(6), Change(7), """{"event":"task_completed","type":"notice","revision":7,"data":{}}""",
                """{"event":"of_tomorrow","type":"unheard_of","revision":7}""", Change(8)));
        var told = new List<(string, long)>();
        await foreach (var message in Client(server).Changes.FollowAsync(4))
        {
            told.Add((message.Event, message.Revision));
            if (message.Revision == 8) break;
        }
        Assert.Equal(
            [("agent_updated", 5), ("agent_updated", 6), ("agent_updated", 7), ("task_completed", 7), ("agent_updated", 8)], told);
        Assert.Equal(
            ["GET /api/v1/changes?since=4", "GET /api/v1/changes?since=6", "GET /api/v1/changes?since=6", "GET /api/v1/changes?since=6"],
            server.Asked.Select(asked => asked.Line));
    }

    [Fact]
    public async Task Without_a_revision_it_begins_with_the_next_change_and_keeps_its_place_from_the_first_word_on()
    {
        await using var server = await StartAsync(Feed(staysOpen: false, Ready(9)), Feed(staysOpen: true, Ready(9), Change(10)));
        await foreach (var message in Client(server).Changes.FollowAsync())
        {
            Assert.Equal(10, message.Revision);
            break;
        }
        Assert.Equal(["GET /api/v1/changes", "GET /api/v1/changes?since=9"], server.Asked.Select(asked => asked.Line));
    }

    [Fact]
    public async Task A_feed_that_falls_silent_is_opened_anew()
    {
        await using var server = await StartAsync(Feed(staysOpen: true, Ready(1)), Feed(staysOpen: true, Ready(1), Change(2)));
        await foreach (var message in Client(server, TimeSpan.FromMilliseconds(300)).Changes.FollowAsync(1))
        {
            Assert.Equal(2, message.Revision);
            break;
        }
    }

    [Fact]
    public async Task A_revision_that_the_tenant_never_had_is_told_with_the_one_that_it_has()
    {
        await using var server = await StartAsync(
            Says(410, """{"code":"resync_required","detail":"No."}"""),
            Says(200, """{"id":"acme","tier":"free","limits":{},"usage":{},"revision":3}"""));
        Assert.Equal(3, (await Assert.ThrowsAsync<ResyncRequiredException>(() => FirstAsync(Client(server), 99))).Revision);
    }

    [Fact]
    public async Task A_feed_that_must_be_read_anew_in_its_middle_says_so()
    {
        await using var server = await StartAsync(
            Feed(staysOpen: true, Ready(5), """{"event":"resync_required","type":"control","revision":2}"""));
        Assert.Equal(2, (await Assert.ThrowsAsync<ResyncRequiredException>(() => FirstAsync(Client(server), 5))).Revision);
    }

    [Fact]
    public async Task A_refused_caller_hears_why()
    {
        await using var server = await StartAsync(Says(403, """{"code":"missing_permission","detail":"No."}"""));
        Assert.Equal("missing_permission", (await Assert.ThrowsAsync<ApiException>(() => FirstAsync(Client(server), 1))).Code);
    }

    [Fact]
    public async Task Who_stops_listening_ends_the_connection()
    {
        await using var server = await StartAsync(Feed(staysOpen: true, Ready(1)));
        using var ending = new CancellationTokenSource();
        var listening = FirstAsync(Client(server), 1, ending.Token);
        await Await.Until(() => Task.FromResult(!server.Asked.IsEmpty), "the feed is asked for");
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => listening);
    }

    private static async Task FirstAsync(AgentManagementClient client, long since, CancellationToken cancellationToken = default)
    {
        await foreach (var message in client.Changes.FollowAsync(since, cancellationToken)) Assert.Fail(message.Event);
    }

    private static AgentManagementClient Client(ScriptedServer server, TimeSpan? silence = null) =>
        new(server.Http, new() { FeedTimeout = silence ?? TimeSpan.FromMinutes(1) });

    private static string Ready(long revision) => $$"""{"event":"ready","type":"control","revision":{{revision}}}""";

    private static string Change(long revision) =>
        $$$"""{"event":"agent_updated","type":"change","revision":{{{revision}}},"data":{"agent_id":"bot"}}""";
}
