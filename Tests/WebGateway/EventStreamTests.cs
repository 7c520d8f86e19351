using System.Net;
using System.Net.ServerSentEvents;
using AgentManagement.Changes;

namespace AgentManagement.Tests.WebGateway;

/// <summary>GET /changes: the tenant's changes as server-sent events.</summary>
[Collection(typeof(GatewayTests))]
public sealed class EventStreamTests(Gateway gateway)
{
    private const string Changes = "/api/v1/changes";

    [Fact]
    public async Task Every_change_is_told_in_order_under_its_event_name()
    {
        var client = gateway.Client("admin");
        var path = await client.CreatePathAsync(Api.Content());
        await (await client.SendAsync("PATCH", path, """{"description":"New."}""")).ShouldBeAsync(200);
        await (await client.SendAsync("POST", $"{path}/activate", null)).ShouldBeAsync(200);
        await (await client.SendAsync("DELETE", path, null)).ShouldBeAsync(204);

        var events = await ReadAsync(client, $"{Changes}?since=0", count: 5);

        Assert.Equal(
            ["ready", "agent_created", "agent_updated", "agent_activated", "agent_deleted"], events.Select(each => each.EventType));
        Assert.Equal(["0", "1", "2", "3", "4"], events.Select(each => each.EventId));
        var updated = JsonDocument.Parse(events[2].Data).RootElement;
        Assert.Equal(("agent_updated", 2L), (updated.Text("event"), updated.GetProperty("revision").GetInt64()));
        Assert.Equal(("agent_updated", 2), (updated.GetProperty("data").Text("kind"), updated.GetProperty("data").GetProperty("version")
            .GetInt32()));
        Assert.All(["event_id", "timestamp", "tenant_id", "correlation_id"], name => Assert.NotEmpty(updated.Text(name)!));
    }

    [Fact]
    public async Task A_change_is_told_while_the_client_waits()
    {
        var client = gateway.Client();
        var reading = ReadAsync(client, Changes, count: 2);
        // Begun without a revision, the stream tells of changes from its start on: change until it does.
        while (!reading.IsCompleted)
        {
            await client.CreatePathAsync(Api.Content());
            await Task.WhenAny(reading, Task.Delay(100));
        }
        Assert.Equal(["ready", "agent_created"], (await reading).Select(each => each.EventType));
    }

    [Fact]
    public async Task What_happens_before_the_first_change_was_told_is_told_to_who_comes_back()
    {
        var client = gateway.Client();
        await client.CreatePathAsync(Api.Content());
        // As a browser does it, whose connection is lost after the first event.
        var ready = Assert.Single(await ReadAsync(client, Changes, count: 1));
        var message = JsonDocument.Parse(ready.Data).RootElement;
        Assert.Equal(("ready", "control", 1), (message.Text("event"), message.Text("type"), message.GetProperty("revision").GetInt32()));
        await client.CreatePathAsync(Api.Content());
        var events = await ReadAsync(client, Changes, count: 2, lastEventId: ready.EventId);
        Assert.Equal([("ready", "1"), ("agent_created", "2")], events.Select(each => (each.EventType, each.EventId)));
    }

    [Fact]
    public async Task The_stream_says_where_it_begins_and_where_the_tenant_is()
    {
        var client = gateway.Client();
        for (var number = 0; number < 3; number++) await client.CreatePathAsync(Api.Content());
        var ready = JsonDocument.Parse((await ReadAsync(client, $"{Changes}?since=1", count: 1))[0].Data).RootElement;
        Assert.Equal((1, 3), (ready.GetProperty("revision").GetInt32(), ready.GetProperty("head").GetInt32()));
    }

    [Fact]
    public async Task The_last_event_id_wins_over_since()
    {
        var client = gateway.Client();
        for (var number = 0; number < 3; number++) await client.CreatePathAsync(Api.Content());
        var events = await ReadAsync(client, $"{Changes}?since=0", count: 2, lastEventId: "2");
        Assert.Equal(["2", "3"], events.Select(each => each.EventId));
    }

    [Fact]
    public async Task Nothing_of_another_tenant_is_told()
    {
        var (one, other) = (gateway.Client(), gateway.Client());
        await other.CreatePathAsync(Api.Content("Theirs"));
        await one.CreatePathAsync(Api.Content("Ours"));
        var events = await ReadAsync(one, $"{Changes}?since=0", count: 2);
        Assert.DoesNotContain(events, each => each.Data.Contains("Theirs", StringComparison.Ordinal));
        Assert.Contains("Ours", events[1].Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_revision_that_never_was_asks_for_a_resync() =>
        await (await gateway.Client().GetAsync($"{Changes}?since=99")).ShouldBeProblemAsync(410, "resync_required");

    [Theory, InlineData("-1"), InlineData("x"), InlineData("99999999999999999999")]
    public async Task What_is_no_revision_is_refused(string since) =>
        await (await gateway.Client().GetAsync($"{Changes}?since={since}")).ShouldBeProblemAsync(400, "invalid_parameter");

    [Fact]
    public async Task A_tier_bounds_its_open_streams_and_a_closed_one_makes_room()
    {
        var client = gateway.Client(tier: "free");
        var (first, second) = (await OpenAsync(client), await OpenAsync(client));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (first.StatusCode, second.StatusCode));
        await (await client.GetAsync(Changes)).ShouldBeProblemAsync(409, "quota_exceeded");
        first.Dispose();
        while (true)
        {
            using var again = await OpenAsync(client);
            if (again.IsSuccessStatusCode) break;
            await Task.Delay(100);
        }
        second.Dispose();
        // Otherwise there is room only when the watcher has not been heard of for a while.
        Assert.DoesNotContain(gateway.Service.Logs.Lines,
            line => line.Contains($"Denied {typeof(IFeedGrain).FullName}.{nameof(IFeedGrain.ReleaseAsync)}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_token_nothing_is_told() =>
        await (await gateway.Anonymous().GetAsync(Changes)).ShouldBeProblemAsync(401, "unauthenticated");

    private static Task<HttpResponseMessage> OpenAsync(HttpClient client) =>
        client.GetAsync(new Uri(Changes, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);

    private static Task<List<SseItem<string>>> ReadAsync(HttpClient client, string path, int count, string? lastEventId = null) =>
        Await.For(Task.Run(async () =>
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Accept", "text/event-stream");
        if (lastEventId is not null) request.Headers.Add("Last-Event-ID", lastEventId);
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        answer.EnsureSuccessStatusCode();
        var events = new List<SseItem<string>>();
        await foreach (var item in SseParser.Create(await answer.Content.ReadAsStreamAsync()).EnumerateAsync())
        {
            events.Add(item);
            if (events.Count == count) break;
        }
        return events;
    }), $"{count} events");
}
