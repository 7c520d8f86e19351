using AgentManagement.Agents;
using AgentManagement.Audit;
using AgentManagement.Silo.Audit;
using AgentManagement.Silo.Storage;
using AgentManagement.Tests.Support;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentManagement.Tests.Audit;

/// <summary>What is new in the logs is checked as it comes, starting where they were found whole.</summary>
public sealed class AuditKeeperTests
{
    public static TheoryData<string> Kinds => TestDatabase.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task It_goes_on_where_it_ended_and_finds_nothing_to_do_twice(string kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        await using var silo = await TestSilo.StartAsync(database);
        var store = new SqlAuditStore(silo.Database);
        await Tampering.WriteAsync(silo);
        await Tampering.WriteAsync(silo, "other");
        Assert.Equal(2, (await store.ListUncheckedAsync(10)).Length);
        await LookAsync(silo);
        Assert.Empty(await store.ListUncheckedAsync(10));

        await silo.Tenant("acme").ApplyAsync("bot", new ArchiveAgent());
        var (tenantId, position) = Assert.Single(await store.ListUncheckedAsync(10));
        Assert.Equal(("acme", 5), (tenantId, position.Revision));
        await LookAsync(silo);
        Assert.Empty(await store.ListUncheckedAsync(10));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_broken_log_is_looked_at_again_and_again_and_its_place_stays(string kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        await using var silo = await TestSilo.StartAsync(database);
        var store = new SqlAuditStore(silo.Database);
        await Tampering.WriteAsync(silo);
        await LookAsync(silo);
        await silo.Tenant("acme").ApplyAsync("bot", new ArchiveAgent());
        await Tampering.ExecuteAsync(silo.Database, "UPDATE change_log SET actor = 'x' WHERE revision = 6");
        for (var look = 0; look < 2; look++)
        {
            await LookAsync(silo);
            Assert.Equal(5, Assert.Single(await store.ListUncheckedAsync(10)).Checked.Revision);
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Who_makes_all_hashes_anew_is_found_by_what_was_there_before(string kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        await using var silo = await TestSilo.StartAsync(database);
        var store = new SqlAuditStore(silo.Database);
        await Tampering.WriteAsync(silo);
        await LookAsync(silo);
        var (rows, previous) = (await store.ReadRowsAsync("acme", 1, 5, 10), "");
        foreach (var row in rows)
        {
            previous = (row with { Actor = "x" }).HashAfter(previous);
            await Tampering.ExecuteAsync(silo.Database, "UPDATE change_log SET actor = 'x', hash = @previous WHERE revision = @Revision", new { previous, row.Revision });
        }
        await Tampering.ExecuteAsync(silo.Database, "UPDATE tenant SET head_hash = @previous", new { previous });
        Assert.Equal("whole 5", await Tampering.CheckAsync(silo));

        var (_, position) = Assert.Single(await store.ListUncheckedAsync(10));
        Assert.Equal(new(5, ChainReason.Altered), (await new ChainCheck(store).StepAsync("acme", position)).Fault);
    }

    private static Task LookAsync(TestSilo silo)
    {
        var store = new SqlAuditStore(silo.Database);
        var check = new ChainCheck(store);
        return new AuditKeeper(
            check, new AuditRound(check, store, TimeProvider.System, NullLogger<AuditRound>.Instance), store, new SqlRefusalStore(silo.Database), TimeProvider.System, NullLogger<AuditKeeper>.Instance).LookAsync();
    }
}
