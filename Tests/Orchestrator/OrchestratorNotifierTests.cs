using AgentManagement.Tests.Changes;

namespace AgentManagement.Tests.Orchestrator;

/// <summary>What an orchestrator behind a real socket is told.</summary>
public sealed class OrchestratorNotifierTests
{
    [Fact]
    public async Task It_is_told_every_change_in_order_by_a_caller_that_shows_the_service_token()
    {
        await using var orchestrator = await Orchestrator.StartAsync();
        await using var database = await TestDatabase.CreateAsync("sqlite");
        await using var silo = await StartAsync(database, orchestrator);
        await Task.WhenAll(SinkWriterTests.WriteAsync(silo, "bot", 10), SinkWriterTests.WriteAsync(silo, "bot", 5, "other"));

        await ToldAsync(orchestrator, "acme", 10);
        await ToldAsync(orchestrator, "other", 5);
        Assert.All(orchestrator.Authorizations, each => Assert.Equal("Bearer the-service-token", each));
    }

    [Fact]
    public async Task It_is_told_what_changed_and_what_running_sessions_are_to_do()
    {
        await using var orchestrator = await Orchestrator.StartAsync();
        await using var database = await TestDatabase.CreateAsync("sqlite");
        await using var silo = await StartAsync(database, orchestrator);
        await SinkWriterTests.WriteAsync(silo, "bot", 1);
        await silo.Tenant("acme").ApplyAsync("bot", new PatchAgent(new("""{"name":"New","config":{"tools":[{"id":"search"}]}}"""))
        {
            Options = new() { Policy = new(ApplyToNewInteractions: true, NotifySessions: true, ForceUpdateSessions: false) },
        });
        await ToldAsync(orchestrator, "acme", 2);

        var data = orchestrator.Received.Last().GetProperty("data");
        Assert.Equal((1, 2), (data.GetProperty("previous_version").GetInt32(), data.GetProperty("new_version").GetInt32()));
        Assert.Equal("""{"fields":["/name","/config/tools"],"tools_added":["search"],"tools_removed":[]}""", data.GetProperty("changes")
            .GetRawText());
        Assert.Equal(
            """{"apply_to_new_interactions":true,"notify_sessions":true,"force_update_sessions":false}""", data.GetProperty("update_policy")
                .GetRawText());
        Assert.Equal(JsonValueKind.Null, orchestrator.Received.First().GetProperty("data").GetProperty("previous_version").ValueKind);
    }

    [Fact]
    public async Task What_it_did_not_acknowledge_comes_again_when_it_is_back()
    {
        await using var orchestrator = await Orchestrator.StartAsync();
        await using var database = await TestDatabase.CreateAsync("sqlite");
        await using var silo = await StartAsync(database, orchestrator);
        await SinkWriterTests.WriteAsync(silo, "bot", 2);
        await ToldAsync(orchestrator, "acme", 2);
        await Await.Until(async () => await AcknowledgedAsync(silo) == 2, "the acknowledgement is recorded");

        orchestrator.Acknowledges = false;
        await SinkWriterTests.WriteAsync(silo, "bot-2", 1);
        await Await.Until(() => orchestrator.Received.Count >= 3, "the third change was sent");
        (orchestrator.IsClosed, orchestrator.Acknowledges) = (true, true);
        orchestrator.HangUp();
        await SinkWriterTests.WriteAsync(silo, "bot-3", 1);
        Assert.Equal(2, await AcknowledgedAsync(silo));
        orchestrator.IsClosed = false;

        await Await.Until(async () => await AcknowledgedAsync(silo) == 4, "everything is acknowledged");
        Assert.Equal([1, 2, 3, 3, 4], orchestrator.RevisionsOf("acme"));
    }

    private static Task<TestSilo> StartAsync(TestDatabase database, Orchestrator orchestrator) => TestSilo.StartAsync(
        database, change: settings => settings with
        {
            OrchestratorWebSocketUrl = orchestrator.Address,
            ServiceToken = "the-service-token"
        });

    private static Task ToldAsync(Orchestrator orchestrator, string tenantId, int changes)
    {
        long[] expected = [.. Enumerable.Range(1, changes)];
        return Await.Until(
            () => Task.FromResult(orchestrator.RevisionsOf(tenantId).SequenceEqual(expected)), $"{tenantId} has {changes} changes told");
    }

    private static async Task<long> AcknowledgedAsync(TestSilo silo) =>
        (await new Silo.Storage.SqlSinkCursorStore(silo.Database).FindAsync("acme", "orchestrator"))?.Revision ?? 0;
}
