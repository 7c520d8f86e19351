using AgentManagement.Catalog;
using AgentManagement.ClusterClient;
using AgentManagement.Tenants;
using Orleans;

namespace AgentManagement.Tests.ClusterClient;

/// <summary>What a service beside the silos reads, and cannot do.</summary>
public sealed class AgentManagementClientTests : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private TestSilo _silo = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync("sqlite");
        _silo = await TestSilo.StartAsync(_database);
        await _silo.Tenant("acme").ApplyAsync("bot", new CreateAgent(Sample.Content(text: "First.")));
        await _silo.Tenant("acme").ApplyAsync("bot", new ReplaceAgent(Sample.Content(text: "Second.")));
        await _silo.Tenant("other").ApplyAsync("their-bot", new CreateAgent(Sample.Content()));
        Caller.Current = null;
    }

    public async ValueTask DisposeAsync()
    {
        await _silo.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task It_reads_configurations_of_any_tenant_at_any_version()
    {
        var current = await Client.FindAgentAsync("acme", "bot");
        Assert.Equal(2, current!.Version);
        Assert.Contains("Second.", current.Config.Text, StringComparison.Ordinal);
        Assert.Contains("First.", (await Client.FindAgentAsync("acme", "bot", version: 1))!.Config.Text, StringComparison.Ordinal);
        Assert.NotNull(await Client.FindAgentAsync("other", "their-bot"));
        Assert.Null(await Client.FindAgentAsync("acme", "their-bot"));
        Assert.Null(await Client.FindAgentAsync("acme", "bot", version: 3));
        Assert.Equal(["bot"], (await Client.ListAgentsAsync("acme", new AgentQuery())).Items.Select(agent => agent.Id));
        await Assert.ThrowsAsync<ArgumentException>(() => Client.FindAgentAsync("acme/bot", "bot"));
    }

    [Fact]
    public async Task A_refused_query_is_an_exception_with_its_code()
    {
        var refused = await Assert.ThrowsAsync<AgentManagementException>(() =>
            Client.ListAgentsAsync("acme", new AgentQuery { Cursor = "broken" }));
        Assert.Equal("invalid_cursor", refused.Code);
    }

    [Fact]
    public async Task A_watch_tells_every_change_once_in_order()
    {
        var seen = new List<long>();
        var watching = Task.Run(async () =>
        {
            await foreach (var change in Client.WatchAsync("acme", since: 0, TestContext.Current.CancellationToken))
            {
                seen.Add(change.Revision);
                if (change.Revision == 5) break;
            }
        });
        for (var number = 3; number <= 5; number++)
        {
            await _silo.Tenant("acme").ApplyAsync("bot", new ReplaceAgent(Sample.Content(text: $"Version {number}.")));
        }
        await Await.For(watching, "five changes");
        Assert.Equal([1, 2, 3, 4, 5], seen);
        Assert.Equal(5, await Client.GetRevisionAsync("acme"));
    }

    [Fact]
    public async Task A_watch_from_a_revision_that_never_was_asks_for_a_resync()
    {
        var resync = await Assert.ThrowsAsync<ResyncRequiredException>(async () =>
        {
            await foreach (var _ in Client.WatchAsync("acme", since: 99)) Assert.Fail("There is no such change.");
        });
        Assert.Equal(2, resync.Revision);
    }

    [Fact]
    public async Task A_watch_ends_when_it_is_told_to()
    {
        using var ending = new CancellationTokenSource();
        var watching = Task.Run(async () =>
        {
            await foreach (var _ in Client.WatchAsync("acme", since: 2, ending.Token)) Assert.Fail("There is no such change.");
        });
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Await.For(watching, "the end of the watch"));
    }

    [Fact]
    public async Task Every_write_of_its_role_is_refused()
    {
        foreach (var command in AllCommands)
        {
            Caller.Current = new Caller("acme", "reader", "service", null, "test");
            var denied = await Assert.ThrowsAsync<AccessDeniedException>(() =>
                _silo.Grains.GetGrain<ITenantGrain>(GrainKeys.Tenant("acme")).ApplyAsync("bot", command));
            Assert.Equal("permission_denied", denied.Code);
        }
        Caller.Current = null;
        Assert.Equal(2, await Client.GetRevisionAsync("acme"));
    }

    [Fact]
    public async Task It_leaves_no_caller_behind_for_other_calls()
    {
        await Client.FindAgentAsync("acme", "bot");
        Assert.Null(Caller.Current);
    }

    private static AgentCommand[] AllCommands =>
    [
        new CreateAgent(Sample.Content()), new ReplaceAgent(Sample.Content()), new PatchAgent(Sample.Content()),
        new CloneAgent("bot", "Copy"),
        new RollbackAgent(1, null), new ActivateAgent(null), new DeactivateAgent(null), new ArchiveAgent(), new RestoreAgent(),
        new PurgeAgent(),
    ];

    private AgentManagementClusterClient Client => new(_silo.Services.GetRequiredService<IClusterClient>(), "reader");
}
