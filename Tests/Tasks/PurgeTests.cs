using AgentManagement.Tasks;

namespace AgentManagement.Tests.Tasks;

/// <summary>What can no longer be restored is removed; nothing else is.</summary>
public sealed class PurgeTests
{
    private readonly string _task = TaskId.New();

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Only_what_was_archived_30_days_ago_is_purged(string kind)
    {
        await using var silo = await TaskSilo.StartAsync(kind);
        await ArchiveAsync(silo, "old");
        await ArchiveAsync(silo, "restored");
        silo.Clock.Advance(TimeSpan.FromDays(29));
        await silo.Silo.Tenant("acme").ApplyAsync("restored", new RestoreAgent());
        await ArchiveAsync(silo, "young");
        silo.Clock.Advance(TimeSpan.FromDays(1.1));

        await silo.StartAsync(_task, new PurgeExpiredAgents());
        var ended = await silo.FinishAsync(_task);

        Assert.Equal((1, 1), (ended.Total, ended.Count("purged")));
        Assert.Equal([("agent_purged", "old", "tester", "admin")], (await silo.LogAsync()).Where(change => change.Kind == "agent_purged"));
        Assert.True((await silo.Silo.Tenant("acme").ApplyAsync("young", new RestoreAgent())).IsOk);
    }

    [Fact]
    public async Task A_purge_repeated_after_a_crash_counts_once_and_leaves_what_was_made_anew()
    {
        await using var silo = await TaskSilo.StartAsync("sqlite");
        foreach (var id in (string[])["one", "two"]) await ArchiveAsync(silo, id);
        silo.Clock.Advance(TimeSpan.FromDays(31));
        await silo.StartAsync(_task, new PurgeExpiredAgents());
        silo.Store.NextWrite = new IOException("The silo dies here.");
        await Assert.ThrowsAnyAsync<Exception>(() => silo.StepAsync(_task));
        await silo.Silo.Tenant("acme").ApplyAsync("two", new CreateAgent(Sample.Content()));

        var ended = await silo.FinishAsync(_task);

        Assert.Equal(1, ended.Count("purged"));
        Assert.True((await silo.Silo.Agent("acme", "two").GetAsync()).IsOk);
        Assert.Equal(2, (await silo.LogAsync()).Count(change => change.Kind == "agent_purged"));
    }

    [Fact]
    public async Task What_is_made_anew_while_it_is_looked_at_stays()
    {
        await using var database = await TestDatabase.CreateAsync("sqlite");
        var meddling = new Meddling();
        await using var silo = await TaskSilo.StartAsync(
            database, adjust: services => services.AddSingleton<IIncomingGrainCallFilter>(meddling));
        await ArchiveAsync(silo, "bot");
        silo.Clock.Advance(TimeSpan.FromDays(31));
        await silo.StartAsync(_task, new PurgeExpiredAgents());
        meddling.Next = async () =>
        {
            await silo.Silo.Tenant("acme").ApplyAsync("bot", new PurgeAgent());
            await silo.Silo.Tenant("acme").ApplyAsync("bot", new CreateAgent(Sample.Content()));
        };

        Assert.Equal(0, (await silo.FinishAsync(_task)).Count("purged"));
        Assert.Equal("draft", (await silo.Silo.Agent("acme", "bot").GetAsync()).Value!.Status);
    }

    [Fact]
    public async Task Once_a_day_the_service_itself_purges_where_there_is_something_to_purge()
    {
        await using var database = await TestDatabase.CreateAsync("sqlite");
        await using var silo = await TaskSilo.StartAsync(database);
        await ArchiveAsync(silo, "old");
        await silo.Silo.Tenant("other").ApplyAsync("bot", new CreateAgent(Sample.Content()));
        await silo.KeepAsync();
        Assert.Empty(silo.Queue.TakeAll());

        silo.Clock.Advance(TimeSpan.FromDays(31));
        // As two silos would.
        await using var twin = await TaskSilo.StartAsync(database);
        twin.Clock.Advance(TimeSpan.FromDays(31));
        await silo.KeepAsync();
        await silo.KeepAsync();
        await twin.KeepAsync();
        var entry = await silo.Queue.NextAsync();
        Assert.Equal(("acme", TaskKind.Purge), (entry.TenantId, entry.Kind));
        Assert.Single(await silo.Store.ListAsync("acme", default, null, 10, default));
        await silo.FinishAsync(entry.TaskId);

        Assert.Equal(("agent_purged", "old", "system", "admin"), (await silo.LogAsync())[^1]);
        silo.Clock.Advance(TimeSpan.FromDays(1));
        await silo.KeepAsync();
        Assert.Empty(silo.Queue.TakeAll());
    }

    private static async Task ArchiveAsync(TaskSilo silo, string agentId)
    {
        await silo.Silo.Tenant("acme").ApplyAsync(agentId, new CreateAgent(Sample.Content()));
        await silo.Silo.Tenant("acme").ApplyAsync(agentId, new ArchiveAgent());
    }
}
