using AgentManagement.Audit;
using AgentManagement.Silo.Audit;
using AgentManagement.Silo.Storage;
using AgentManagement.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentManagement.Tests.Audit;

/// <summary>All rows are checked again and again, a few at a time, and what was found broken stays known until it is whole.</summary>
public sealed class AuditRoundTests
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private readonly ManualTimeProvider _clock = new();

    public static TheoryData<string> Kinds => TestDatabase.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task An_old_row_that_is_edited_is_found_and_stays_known_until_it_is_right_again(string kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        await using var silo = await TestSilo.StartAsync(database);
        var store = new SqlAuditStore(silo.Database);
        await Tampering.WriteAsync(silo);
        await Tampering.WriteAsync(silo, "other");
        await KeepAsync(silo);
        Assert.Equal(0, await store.CountBrokenAsync());

        await Tampering.ExecuteAsync(silo.Database, "UPDATE change_log SET note = 'x' WHERE tenant_id = 'acme' AND revision = 2");
        Assert.Empty(await store.ListUncheckedAsync(10));
        for (var look = 0; look < 3; look++)
        {
            await KeepAsync(silo);
            Assert.Equal(1, await store.CountBrokenAsync());
        }
        await Tampering.ExecuteAsync(silo.Database, "UPDATE change_log SET note = NULL WHERE tenant_id = 'acme' AND revision = 2");
        await KeepAsync(silo);
        Assert.Equal(0, await store.CountBrokenAsync());
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_few_rows_a_look_come_to_the_end_of_each_log_and_begin_anew(string kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        await using var silo = await TestSilo.StartAsync(database);
        var store = new SqlAuditStore(silo.Database);
        await Tampering.WriteAsync(silo);
        await Tampering.WriteAsync(silo, "other");
        var places = new List<string>();
        for (var look = 0; look < 8; look++)
        {
            await GoOnAsync(store, mostRows: 2);
            _clock.Advance(Period);
            places.Add(string.Join(' ', from log in await store.ListRoundAsync(10, _clock.GetUtcNow(), _clock.GetUtcNow())
                                        orderby log.TenantId
                                        select log.Position.Revision));
        }
        // Three rows are a step, and more than a look may have; each tenant has its turn.
        Assert.Equal(["3 0", "3 3", "0 3", "0 0", "3 0", "3 3", "0 3", "0 0"], places);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task What_is_broken_beyond_the_place_is_no_part_of_a_round_that_ends(string kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        await using var silo = await TestSilo.StartAsync(database);
        var store = new SqlAuditStore(silo.Database);
        await Tampering.WriteAsync(silo);
        await GoOnAsync(store, mostRows: 2);
        await Tampering.ExecuteAsync(silo.Database, "UPDATE change_log SET note = 'x' WHERE revision = 1");
        // Somebody asked.
        await store.RecordBrokenAsync("acme", _clock.GetUtcNow());
        for (var look = 0; look < 5; look++)
        {
            _clock.Advance(Period);
            await GoOnAsync(store, mostRows: 2);
            Assert.Equal(1, await store.CountBrokenAsync());
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task One_silo_is_at_it_at_a_time_and_a_clock_that_was_wrong_stops_none(string kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        await using var silo = await TestSilo.StartAsync(database);
        var store = new SqlAuditStore(silo.Database);
        await Tampering.WriteAsync(silo);
        await GoOnAsync(store);
        await Tampering.ExecuteAsync(silo.Database, "UPDATE change_log SET note = 'x' WHERE revision = 1");
        _clock.Advance(Period / 2);
        await GoOnAsync(store);
        Assert.Equal(0, await store.CountBrokenAsync());
        // From the future.
        Assert.True(await store.RecordRoundAsync("acme", ChainPosition.Start, ChainPosition.Start, isBroken: null, _clock.GetUtcNow().AddDays(1)));
        _clock.Advance(Period);
        await GoOnAsync(store);
        Assert.Equal(1, await store.CountBrokenAsync());
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Who_comes_too_late_with_a_place_changes_nothing(string kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        await using var silo = await TestSilo.StartAsync(database);
        var (store, now) = (new SqlAuditStore(silo.Database), _clock.GetUtcNow());
        await Tampering.WriteAsync(silo);
        Assert.True(await store.RecordRoundAsync("acme", ChainPosition.Start, new(2, "two"), isBroken: null, now));
        await store.RecordBrokenAsync("acme", now);
        Assert.False(await store.RecordRoundAsync("acme", new(2, "two"), ChainPosition.Start, isBroken: false, now));
        Assert.Equal(1, await store.CountBrokenAsync());
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_log_that_cannot_be_read_does_not_stand_before_the_others(string kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        await using var silo = await TestSilo.StartAsync(database);
        var store = new UnreadableLog(new SqlAuditStore(silo.Database));
        await Tampering.WriteAsync(silo);
        await Tampering.WriteAsync(silo, "other");
        await Tampering.ExecuteAsync(silo.Database, "UPDATE change_log SET note = 'x' WHERE tenant_id = 'other' AND revision = 1");
        await Assert.ThrowsAsync<TimeoutException>(() => GoOnAsync(store));
        _clock.Advance(Period);
        await Assert.ThrowsAsync<TimeoutException>(() => GoOnAsync(store));
        Assert.Equal(1, await store.CountBrokenAsync());
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_new_row_that_is_edited_and_a_tenant_that_is_gone_are_known_until_they_are_right_again(string kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        await using var silo = await TestSilo.StartAsync(database);
        var store = new SqlAuditStore(silo.Database);
        await Tampering.WriteAsync(silo);
        await Tampering.ExecuteAsync(silo.Database, "UPDATE change_log SET note = 'x' WHERE revision = 5");
        await KeepAsync(silo, mostRows: 0);
        Assert.Equal(1, await store.CountBrokenAsync());
        await Tampering.ExecuteAsync(silo.Database, "UPDATE change_log SET note = NULL WHERE revision = 5");
        await KeepAsync(silo, mostRows: 0);
        Assert.Equal(0, await store.CountBrokenAsync());

        await Tampering.ExecuteAsync(silo.Database, "DELETE FROM change_log; DELETE FROM tenant");
        await KeepAsync(silo);
        Assert.Equal(1, await store.CountBrokenAsync());
    }

    private Task GoOnAsync(IAuditStore store, int mostRows = 100) => RoundOf(store, mostRows).GoOnAsync();

    private AuditRound RoundOf(IAuditStore store, int mostRows) =>
        new(new ChainCheck(store, rowsAtOnce: 3), store, _clock, NullLogger<AuditRound>.Instance) { MostRows = mostRows };

    /// <summary>A look a minute after the one before.</summary>
    private async Task KeepAsync(TestSilo silo, int mostRows = 100)
    {
        var store = new SqlAuditStore(silo.Database);
        await new AuditKeeper(
            new ChainCheck(store), RoundOf(store, mostRows), store, new SqlRefusalStore(silo.Database), _clock, NullLogger<AuditKeeper>.Instance).LookAsync();
        _clock.Advance(Period);
    }

    /// <summary>The rows of one tenant are not to be had.</summary>
    private sealed class UnreadableLog(IAuditStore store) : IAuditStore
    {
        public Task<ImmutableArray<LoggedRow>> ReadRowsAsync(string tenantId, long from, long to, int limit) =>
            tenantId == "acme" ? throw new TimeoutException() : store.ReadRowsAsync(tenantId, from, to, limit);

        public Task<ChainHead> ReadHeadAsync(string tenantId) => store.ReadHeadAsync(tenantId);

        public Task<ImmutableArray<string>> ListTenantsAsync() => store.ListTenantsAsync();

        public Task<ImmutableArray<(string TenantId, ChainPosition Checked)>> ListUncheckedAsync(int limit) => store.ListUncheckedAsync(limit);

        public Task RecordCheckedAsync(string tenantId, ChainPosition position, bool isBroken, DateTimeOffset now) =>
            store.RecordCheckedAsync(tenantId, position, isBroken, now);

        public Task<ImmutableArray<(string TenantId, ChainPosition Position)>> ListRoundAsync(int limit, DateTimeOffset since, DateTimeOffset now) =>
            store.ListRoundAsync(limit, since, now);

        public Task<bool> RecordRoundAsync(string tenantId, ChainPosition from, ChainPosition to, bool? isBroken, DateTimeOffset now) =>
            store.RecordRoundAsync(tenantId, from, to, isBroken, now);

        public Task RecordBrokenAsync(string tenantId, DateTimeOffset now) => store.RecordBrokenAsync(tenantId, now);

        public Task<long> CountBrokenAsync() => store.CountBrokenAsync();
    }
}
