using AgentManagement.Client;
using static AgentManagement.Tests.Client.ScriptedServer;

namespace AgentManagement.Tests.Client;

/// <summary>The client's change feed, beyond what the conformance suite plays (Tests/Sdk).</summary>
public sealed class FollowingTests
{
    [Fact]
    public async Task Notices_are_told_to_those_who_ask_for_them()
    {
        await using var server = await StartAsync(Feed(
            staysOpen: true, Ready(6), Change(7), """{"event":"task_completed","type":"notice","revision":7,"data":{}}""", Change(8)));
        var told = new List<(string, long)>();
        await foreach (var message in new AgentManagementClient(server.Http, new()).Changes.FollowAsync(6, new() { Notices = true }))
        {
            told.Add((message.Event, message.Revision));
            if (message.Revision == 8) break;
        }
        Assert.Equal([("agent_updated", 7), ("task_completed", 7), ("agent_updated", 8)], told);
    }

    [Fact]
    public async Task Who_stops_listening_ends_the_connection()
    {
        await using var server = await StartAsync(Feed(staysOpen: true, Ready(1)));
        using var ending = new CancellationTokenSource();
        var listening = FirstAsync(new(server.Http, new()), 1, ending.Token);
        await Await.Until(() => Task.FromResult(!server.Asked.IsEmpty), "the feed is asked for");
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => listening);
    }

    private static async Task FirstAsync(AgentManagementClient client, long since, CancellationToken cancellationToken)
    {
        await foreach (var message in client.Changes.FollowAsync(since, options: null, cancellationToken)) Assert.Fail(message.Event);
    }

    private static string Ready(long revision) => $$"""{"event":"ready","type":"control","revision":{{revision}}}""";

    private static string Change(long revision) =>
        $$$"""{"event":"agent_updated","type":"change","revision":{{{revision}}},"data":{"agent_id":"bot"}}""";
}
