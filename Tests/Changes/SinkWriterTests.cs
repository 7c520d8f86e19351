using System.Collections.Concurrent;
using AgentManagement.Changes;
using AgentManagement.Grains.Changes;
using AgentManagement.Silo.Storage;
using Dapper;

namespace AgentManagement.Tests.Changes;

/// <summary>What a sink is told, whatever is lost on the way.</summary>
public sealed class SinkWriterTests(SinkWriterTests.Silos silos) : IClassFixture<SinkWriterTests.Silos>
{
    private readonly string _tenant = WebGateway.Gateway.NewTenant();

    public static TheoryData<string> Kinds => TestDatabase.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task Every_change_arrives_once_in_order_and_is_recorded(string kind)
    {
        var sink = new RecordingSink();
        var silo = await StartAsync(kind, sink);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(number => WriteAsync(silo, $"bot-{number}", 20, _tenant)));

        await HasAsync(sink, 100);
        await Await.Until(async () => await RecordedAsync(silo) == (100, "first"), "the cursor is recorded");
        Assert.Equal(100, sink.Batches.SelectMany(batch => batch.Changes).Select(change => change.EventId).Distinct().Count());
    }

    [Fact]
    public async Task A_change_of_which_no_signal_comes_is_found_in_the_log()
    {
        var sink = new RecordingSink();
        var silo = await StartAsync("sqlite", sink);
        // A silo without sinks, of which the other hears nothing: every signal is lost.
        await using var stranger = await TestSilo.StartAsync(await silos.DatabaseAsync("sqlite"));
        await WriteAsync(stranger, "bot", 3, _tenant);
        await HasAsync(sink, 3);
    }

    [Fact]
    public async Task What_was_changed_while_the_sink_was_away_arrives_when_it_is_back()
    {
        var sink = new RecordingSink { Incarnation = null };
        var silo = await StartAsync("sqlite", sink);
        await WriteAsync(silo, "bot", 3, _tenant);
        Assert.Empty(sink.Batches);
        sink.Incarnation = "first";
        await HasAsync(sink, 3);
    }

    [Fact]
    public async Task What_fails_is_sent_again()
    {
        var sink = new RecordingSink { Failures = 2 };
        var silo = await StartAsync("sqlite", sink);
        await WriteAsync(silo, "bot", 3, _tenant);
        await HasAsync(sink, 3);
    }

    [Fact]
    public async Task A_service_that_starts_anew_goes_on_where_the_last_one_was()
    {
        var sink = new RecordingSink();
        var first = await StartAsync("sqlite", sink);
        await WriteAsync(first, "bot", 3, _tenant);
        await Await.Until(async () => (await RecordedAsync(first)).Revision == 3, "the cursor is recorded");
        await silos.StopAsync("sqlite");
        await using (var without = await TestSilo.StartAsync(await silos.DatabaseAsync("sqlite")))
        {
            await WriteAsync(without, "bot-2", 2, _tenant);
        }
        sink.Batches.Clear();

        await silos.OfAsync("sqlite");
        await HasAsync(sink, 5);
        Assert.Equal([4, 5], sink.Batches.SelectMany(batch => batch.Changes).Select(change => change.Revision));
    }

    [Theory, InlineData(0, 1_000, 1), InlineData(6, 1_000, 7), InlineData(0, 4, 7)]
    public async Task A_sink_that_lost_something_is_filled_up_and_nobody_told_again(long kept, int capacity, long from)
    {
        var sink = new RecordingSink { Capacity = capacity };
        var silo = await StartAsync("sqlite", sink);
        await WriteAsync(silo, "bot", 10, _tenant);
        await Await.Until(async () => (await RecordedAsync(silo)).Revision == 10, "the cursor is recorded");
        sink.Batches.Clear();

        sink.Lose(beyond: kept);
        sink.Incarnation = "second";

        await HasAsync(sink, kept == 0 && from > 1 ? Enumerable.Range((int)from, 4) : Enumerable.Range(1, 10));
        Assert.Equal(from, sink.Batches.SelectMany(batch => batch.Changes).First().Revision);
        Assert.All(sink.Batches, batch => Assert.Equal(10, batch.Published));
        await Await.Until(async () => await RecordedAsync(silo) == (10, "second"), "the cursor is recorded");
    }

    [Fact]
    public async Task A_sink_ahead_of_a_restored_database_begins_anew()
    {
        var sink = new RecordingSink();
        await using (var lost = await TestDatabase.CreateAsync("sqlite"))
        {
            await using var before = await StartAsync(lost, sink);
            await WriteAsync(before, "bot", 7);
            await HasAsync(sink, 7);
        }
        await using var database = await TestDatabase.CreateAsync("sqlite");
        await using var silo = await StartAsync(database, sink);
        sink.Incarnation = "second";
        await WriteAsync(silo, "other-bot", 2);

        await HasAsync(sink, 2);
        Assert.Contains(sink.Batches, batch => batch.Restart);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Of_many_tenants_whose_changes_a_sink_lacks_each_gets_its_turn(string kind)
    {
        await using var silo = await TestSilo.StartAsync(kind);
        foreach (var tenant in new[] { "acme", "beta", "coda" }) await WriteAsync(silo, "bot", 1, tenant);
        var cursors = new SqlSinkCursorStore(silo.Database);
        async Task<string[]> ListAsync(string after) => [.. await cursors.ListBehindAsync("recording", "first", after, limit: 2)];

        Assert.Equal(["acme", "beta"], await ListAsync(""));
        Assert.Equal(["coda", "acme"], await ListAsync("beta"));
        Assert.Equal(["beta", "coda"], await ListAsync("acme"));
        await cursors.RecordAsync("beta", "recording", new(1, "first"));
        Assert.Equal(["coda", "acme"], await ListAsync("acme"));
        // A silo that cannot reach the sink does not know its incarnation.
        await cursors.RecordAsync("coda", "recording", new(1, "before"));
        Assert.Equal(["coda", "acme"], await ListAsync("acme"));
        Assert.Equal(["acme"], await cursors.ListBehindAsync("recording", incarnation: null, "acme", limit: 2));
    }

    [Fact]
    public async Task The_feeds_of_those_tenants_are_woken_page_by_page()
    {
        await using var database = await TestDatabase.CreateAsync("sqlite");
        var cursors = new StuckCursors();
        await using var silo = await TestSilo.StartAsync(
            database, configure: services => services.AddSingleton<IChangeSink>(new RecordingSink()),
            adjust: services => services.AddSingleton<ISinkCursorStore>(cursors));

        await Await.Until(() => cursors.Asked.Count >= 2, "two pages were asked for");

        Assert.Equal(["", "beta"], cursors.Asked.Take(2));
    }

    private sealed class StuckCursors : ISinkCursorStore
    {
        public ConcurrentQueue<string> Asked { get; } = new();

        public Task<SinkCursor?> FindAsync(string tenantId, string sink) => Task.FromResult<SinkCursor?>(null);

        public Task RecordAsync(string tenantId, string sink, SinkCursor cursor) => Task.CompletedTask;

        public Task<ImmutableArray<string>> ListBehindAsync(string sink, string? incarnation, string after, int limit)
        {
            Asked.Enqueue(after);
            return Task.FromResult(ImmutableArray.Create("acme", "beta"));
        }
    }

    /// <summary>The silo on that kind, which tells this sink what is this test's tenant's.</summary>
    private Task<TestSilo> StartAsync(string kind, RecordingSink sink)
    {
        silos.Sink.Add(_tenant, sink);
        return silos.OfAsync(kind);
    }

    private static Task<TestSilo> StartAsync(TestDatabase database, IChangeSink sink) =>
        TestSilo.StartAsync(database, configure: services => services.AddSingleton<IChangeSink>(sink));

    private static Task HasAsync(RecordingSink sink, int changes) => HasAsync(sink, Enumerable.Range(1, changes));

    private static async Task HasAsync(RecordingSink sink, IEnumerable<int> revisions)
    {
        long[] expected = [.. revisions];
        await Await.Until(() => Task.FromResult(sink.Revisions.SequenceEqual(expected)), $"the sink has {expected.Length} changes");
    }

    private async Task<(long Revision, string Incarnation)> RecordedAsync(TestSilo silo)
    {
        var found = await new SqlSinkCursorStore(silo.Database).FindAsync(_tenant, "recording");
        return found is null ? (0, "") : (found.Revision, found.Incarnation);
    }

    internal static async Task WriteAsync(TestSilo silo, string agentId, int changes, string tenantId = "acme")
    {
        for (var number = 0; number < changes; number++)
        {
            var outcome = await silo.Tenant(tenantId).ApplyAsync(agentId, new ReplaceAgent(Sample.Content(text: $"Version {number}.")));
            Assert.True(outcome.IsOk, outcome.Detail);
        }
    }

    public sealed class Silos : SharedSilos
    {
        internal SinkOfTests Sink { get; } = new();

        internal override Task<TestSilo> StartAsync(TestDatabase database) => SinkWriterTests.StartAsync(database, Sink);
    }

    /// <summary>The sinks of all tests, each for its tenant, where there can be one only.</summary>
    internal sealed class SinkOfTests : IChangeSink
    {
        private readonly ConcurrentDictionary<string, RecordingSink> _all = new();
        private volatile RecordingSink _newest = new();

        public string Name => _newest.Name;

        public string? Incarnation => _newest.Incarnation;

        public int Capacity => _newest.Capacity;

        public void Add(string tenantId, RecordingSink sink) => _all[tenantId] = _newest = sink;

        public Task<long> SendAsync(SinkBatch batch, CancellationToken cancellationToken) =>
            _all[batch.TenantId].SendAsync(batch, cancellationToken);

        public Task PublishAsync(string tenantId, long revision, Notice notice) =>
            _all[tenantId].PublishAsync(tenantId, revision, notice);
    }
}
