using AgentManagement.Audit;
using AgentManagement.Domain.Audit;
using AgentManagement.Grains.Audit;
using AgentManagement.Silo.Audit;
using AgentManagement.Silo.Housekeeping;
using AgentManagement.Silo.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentManagement.Tests.Audit;

/// <summary>
/// What is new in the logs is checked as it comes, starting where they were found whole; all rows are checked again and again, a
/// few at a time; and what was found broken stays known until it is whole.
/// </summary>
public sealed class LogScrubTests(LogScrubTests.Silos silos) : IClassFixture<LogScrubTests.Silos>
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private readonly ManualTimeProvider _clock = new();
    private readonly string _tenant = WebGateway.Gateway.NewTenant();

    private string Other => $"{_tenant}-other";

    public static TheoryData<string> Kinds => TestDatabase.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task It_goes_on_where_it_ended_and_finds_nothing_to_do_twice(string kind)
    {
        var silo = await EmptyAsync(kind);
        var store = new SqlAuditStore(silo.Database);
        await Tampering.WriteAsync(silo, _tenant);
        await Tampering.WriteAsync(silo, Other);
        Assert.Equal(2, (await store.ListUncheckedAsync(10)).Length);
        await RunAsync(silo, maxScrubbedRows: 0);
        Assert.Empty(await store.ListUncheckedAsync(10));

        await silo.Tenant(_tenant).ApplyAsync("bot", new ArchiveAgent());
        var (tenantId, position) = Assert.Single(await store.ListUncheckedAsync(10));
        Assert.Equal((_tenant, 5), (tenantId, position.Revision));
        await RunAsync(silo, maxScrubbedRows: 0);
        Assert.Empty(await store.ListUncheckedAsync(10));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_broken_log_is_checked_again_and_again_and_its_position_stays(string kind)
    {
        var silo = await EmptyAsync(kind);
        var store = new SqlAuditStore(silo.Database);
        await Tampering.WriteAsync(silo, _tenant);
        await RunAsync(silo, maxScrubbedRows: 0);
        await silo.Tenant(_tenant).ApplyAsync("bot", new ArchiveAgent());
        await Tampering.ExecuteAsync(silo.Database, "UPDATE change_log SET actor = 'x' WHERE revision = 6");
        for (var look = 0; look < 2; look++)
        {
            await RunAsync(silo, maxScrubbedRows: 0);
            Assert.Equal(5, Assert.Single(await store.ListUncheckedAsync(10)).Checked.Revision);
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Who_makes_all_hashes_anew_is_found_by_what_was_there_before(string kind)
    {
        var silo = await EmptyAsync(kind);
        var store = new SqlAuditStore(silo.Database);
        await Tampering.WriteAsync(silo, _tenant);
        await RunAsync(silo, maxScrubbedRows: 0);
        var (rows, previous) = (await store.ReadRowsAsync(_tenant, 1, 5, 10, default), "");
        foreach (var row in rows)
        {
            previous = (row with { Actor = "x" }).HashAfter(previous);
            await Tampering.ExecuteAsync(silo.Database, "UPDATE change_log SET actor = 'x', hash = @previous WHERE revision = @Revision",
                new { previous, row.Revision });
        }
        await Tampering.ExecuteAsync(silo.Database, "UPDATE tenant SET head_hash = @previous", new { previous });
        Assert.Equal("whole 5", await Tampering.CheckAsync(silo, _tenant));

        var (_, position) = Assert.Single(await store.ListUncheckedAsync(10));
        Assert.Equal(new(5, ChainReason.Altered), (await new ChainCheck(store).StepAsync(_tenant, position)).Fault);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task An_old_row_that_is_edited_is_found_and_stays_known_until_it_is_right_again(string kind)
    {
        var silo = await EmptyAsync(kind);
        var store = new SqlAuditStore(silo.Database);
        await Tampering.WriteAsync(silo, _tenant);
        await Tampering.WriteAsync(silo, Other);
        await RunAsync(silo);
        Assert.Equal(0, await store.CountBrokenAsync());

        await Tampering.ExecuteAsync(silo.Database, "UPDATE change_log SET note = 'x' WHERE tenant_id = @_tenant AND revision = 2",
            new { _tenant });
        Assert.Empty(await store.ListUncheckedAsync(10));
        for (var look = 0; look < 3; look++)
        {
            await RunAsync(silo);
            Assert.Equal(1, await store.CountBrokenAsync());
        }
        await Tampering.ExecuteAsync(silo.Database, "UPDATE change_log SET note = NULL WHERE tenant_id = @_tenant AND revision = 2",
            new { _tenant });
        await RunAsync(silo);
        Assert.Equal(0, await store.CountBrokenAsync());
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_few_rows_a_look_come_to_the_end_of_each_log_and_begin_anew(string kind)
    {
        var silo = await EmptyAsync(kind);
        var store = new SqlAuditStore(silo.Database);
        await Tampering.WriteAsync(silo, _tenant);
        await Tampering.WriteAsync(silo, Other);
        var places = new List<string>();
        for (var look = 0; look < 8; look++)
        {
            await ScrubAsync(store, maxRows: 2);
            _clock.Advance(Period);
            places.Add(string.Join(' ', from log in await store.ListScrubAsync(10)
                                        orderby log.TenantId
                                        select log.Position.Revision));
        }
        // Three rows are a step, and more than a look may have; each tenant has its turn.
        Assert.Equal(["3 0", "3 3", "0 3", "0 0", "3 0", "3 3", "0 3", "0 0"], places);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task What_is_broken_beyond_the_position_is_no_part_of_a_scrub_that_ends(string kind)
    {
        var silo = await EmptyAsync(kind);
        var store = new SqlAuditStore(silo.Database);
        await Tampering.WriteAsync(silo, _tenant);
        await ScrubAsync(store, maxRows: 2);
        await Tampering.ExecuteAsync(silo.Database, "UPDATE change_log SET note = 'x' WHERE revision = 1");
        // Somebody asked.
        await store.RecordBrokenAsync(_tenant, _clock.GetUtcNow());
        for (var look = 0; look < 5; look++)
        {
            _clock.Advance(Period);
            await ScrubAsync(store, maxRows: 2);
            Assert.Equal(1, await store.CountBrokenAsync());
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Who_comes_too_late_with_a_position_changes_nothing(string kind)
    {
        var silo = await EmptyAsync(kind);
        var (store, now) = (new SqlAuditStore(silo.Database), _clock.GetUtcNow());
        await Tampering.WriteAsync(silo, _tenant);
        Assert.True(await store.RecordScrubAsync(_tenant, ChainPosition.Start, new(2, "two"), isBroken: null, now));
        await store.RecordBrokenAsync(_tenant, now);
        Assert.False(await store.RecordScrubAsync(_tenant, new(2, "two"), ChainPosition.Start, isBroken: false, now));
        Assert.Equal(1, await store.CountBrokenAsync());
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_log_that_cannot_be_read_does_not_stand_before_the_others(string kind)
    {
        var silo = await EmptyAsync(kind);
        var store = new UnreadableLog(new SqlAuditStore(silo.Database), _tenant);
        await Tampering.WriteAsync(silo, _tenant);
        await Tampering.WriteAsync(silo, Other);
        await Tampering.ExecuteAsync(silo.Database, "UPDATE change_log SET note = 'x' WHERE tenant_id = @Other AND revision = 1",
            new { Other });
        await Assert.ThrowsAsync<TimeoutException>(() => ScrubAsync(store));
        _clock.Advance(Period);
        await Assert.ThrowsAsync<TimeoutException>(() => ScrubAsync(store));
        Assert.Equal(1, await store.CountBrokenAsync());
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_new_row_that_is_edited_and_a_tenant_that_is_gone_are_known_until_they_are_right_again(string kind)
    {
        var silo = await EmptyAsync(kind);
        var store = new SqlAuditStore(silo.Database);
        await Tampering.WriteAsync(silo, _tenant);
        await Tampering.ExecuteAsync(silo.Database, "UPDATE change_log SET note = 'x' WHERE revision = 5");
        await RunAsync(silo, maxScrubbedRows: 0);
        Assert.Equal(1, await store.CountBrokenAsync());
        await Tampering.ExecuteAsync(silo.Database, "UPDATE change_log SET note = NULL WHERE revision = 5");
        await RunAsync(silo, maxScrubbedRows: 0);
        Assert.Equal(0, await store.CountBrokenAsync());

        await Tampering.ExecuteAsync(silo.Database, "DELETE FROM change_log; DELETE FROM tenant");
        await RunAsync(silo);
        Assert.Equal(1, await store.CountBrokenAsync());
    }

    /// <summary>The silo on that kind, without the logs of other tests.</summary>
    private async Task<TestSilo> EmptyAsync(string kind)
    {
        var silo = await silos.OfAsync(kind);
        await Tampering.ExecuteAsync(silo.Database, "DELETE FROM change_log; DELETE FROM tenant; DELETE FROM audit_check");
        return silo;
    }

    private Task ScrubAsync(IAuditStore store, int maxRows = 100) => ScrubOf(store, maxRows).ScrubAsync(CancellationToken.None);

    private LogScrub ScrubOf(IAuditStore store, int maxRows) =>
        new(new ChainCheck(store, rowsAtOnce: 3), store, _clock, NullLogger<LogScrub>.Instance) { MaxScrubbedRows = maxRows };

    /// <summary>A run a minute after the one before.</summary>
    private async Task RunAsync(TestSilo silo, int maxScrubbedRows = 100)
    {
        await ScrubOf(new SqlAuditStore(silo.Database), maxScrubbedRows).RunAsync(CancellationToken.None);
        _clock.Advance(Period);
    }

    /// <summary>Silos whose own scrub does not come in between.</summary>
    public sealed class Silos : SharedSilos
    {
        internal override Task<TestSilo> StartAsync(TestDatabase database) => TestSilo.StartAsync(
            database,
            adjust: services => services.Remove(services.Single(service => service.ImplementationType == typeof(HousekeepingPing))));
    }

    /// <summary>The rows of one tenant are not to be had.</summary>
    private sealed class UnreadableLog(IAuditStore store, string unreadable) : IAuditStore
    {
        public Task<ImmutableArray<LoggedRow>> ReadRowsAsync(
            string tenantId, long from, long to, int limit, CancellationToken cancellationToken) =>
            tenantId == unreadable ? throw new TimeoutException() : store.ReadRowsAsync(tenantId, from, to, limit, cancellationToken);

        public Task<ChainHead> ReadHeadAsync(string tenantId, CancellationToken cancellationToken) =>
            store.ReadHeadAsync(tenantId, cancellationToken);

        public Task<ImmutableArray<DayCount>> CountDaysAsync(
            string tenantId, DateOnly first, int days, CancellationToken cancellationToken) =>
            store.CountDaysAsync(tenantId, first, days, cancellationToken);

        public Task<ImmutableArray<string>> ListTenantsAsync() => store.ListTenantsAsync();

        public Task<ImmutableArray<(string TenantId, ChainPosition Checked)>> ListUncheckedAsync(int limit) =>
            store.ListUncheckedAsync(limit);

        public Task RecordCheckedAsync(string tenantId, ChainPosition position, bool isBroken, DateTimeOffset now) =>
            store.RecordCheckedAsync(tenantId, position, isBroken, now);

        public Task<ImmutableArray<(string TenantId, ChainPosition Position)>> ListScrubAsync(int limit) => store.ListScrubAsync(limit);

        public Task<bool> RecordScrubAsync(string tenantId, ChainPosition from, ChainPosition to, bool? isBroken, DateTimeOffset now) =>
            store.RecordScrubAsync(tenantId, from, to, isBroken, now);

        public Task RecordBrokenAsync(string tenantId, DateTimeOffset now) => store.RecordBrokenAsync(tenantId, now);

        public Task<long> CountBrokenAsync() => store.CountBrokenAsync();
    }
}
