using AgentManagement.Agents;
using AgentManagement.Changes;
using AgentManagement.Silo.Storage;
using AgentManagement.Tests.Support;
using Dapper;
using Microsoft.Extensions.DependencyInjection;

namespace AgentManagement.Tests.Changes;

/// <summary>What a destination is told, whatever is lost on the way.</summary>
public sealed class DeliveryTests
{
    public static TheoryData<string> Kinds => TestDatabase.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task Every_change_arrives_once_in_order_and_is_recorded(string kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var destination = new RecordingDestination();
        await using var silo = await StartAsync(database, destination);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(number => WriteAsync(silo, $"bot-{number}", 20)));

        await HasAsync(destination, 100);
        await Await.Until(async () => await RecordedAsync(silo) == (100, "first"), "the delivery is recorded");
        Assert.Equal(100, destination.Shipments.SelectMany(shipment => shipment.Changes).Select(change => change.EventId).Distinct().Count());
    }

    [Fact]
    public async Task A_change_of_which_no_hint_comes_is_found_in_the_log()
    {
        await using var database = await TestDatabase.CreateAsync("sqlite");
        var destination = new RecordingDestination();
        await using var silo = await StartAsync(database, destination);
        // A silo without destinations, of which the other hears nothing: every hint is lost.
        await using var stranger = await TestSilo.StartAsync(database);
        await WriteAsync(stranger, "bot", 3);
        await HasAsync(destination, 3);
    }

    [Fact]
    public async Task What_was_changed_while_the_destination_was_away_arrives_when_it_is_back()
    {
        await using var database = await TestDatabase.CreateAsync("sqlite");
        var destination = new RecordingDestination { Epoch = null };
        await using var silo = await StartAsync(database, destination);
        await WriteAsync(silo, "bot", 3);
        Assert.Empty(destination.Shipments);
        destination.Epoch = "first";
        await HasAsync(destination, 3);
    }

    [Fact]
    public async Task What_fails_is_sent_again()
    {
        await using var database = await TestDatabase.CreateAsync("sqlite");
        var destination = new RecordingDestination { Failures = 2 };
        await using var silo = await StartAsync(database, destination);
        await WriteAsync(silo, "bot", 3);
        await HasAsync(destination, 3);
    }

    [Fact]
    public async Task A_service_that_starts_anew_goes_on_where_the_last_one_was()
    {
        await using var database = await TestDatabase.CreateAsync("sqlite");
        var destination = new RecordingDestination();
        await using (var first = await StartAsync(database, destination))
        {
            await WriteAsync(first, "bot", 3);
            await Await.Until(async () => (await RecordedAsync(first)).Revision == 3, "the delivery is recorded");
        }
        await using (var without = await TestSilo.StartAsync(database)) await WriteAsync(without, "bot-2", 2);
        destination.Shipments.Clear();

        await using var second = await StartAsync(database, destination);
        await HasAsync(destination, 5);
        Assert.Equal([4, 5], destination.Shipments.SelectMany(shipment => shipment.Changes).Select(change => change.Revision));
    }

    [Theory, InlineData(0, 1_000, 1), InlineData(6, 1_000, 7), InlineData(0, 4, 7)]
    public async Task A_destination_that_lost_something_is_filled_up_and_nobody_told_again(long kept, int capacity, long from)
    {
        await using var database = await TestDatabase.CreateAsync("sqlite");
        var destination = new RecordingDestination { Capacity = capacity };
        await using var silo = await StartAsync(database, destination);
        await WriteAsync(silo, "bot", 10);
        await Await.Until(async () => (await RecordedAsync(silo)).Revision == 10, "the delivery is recorded");
        destination.Shipments.Clear();

        destination.Lose(beyond: kept);
        destination.Epoch = "second";

        await HasAsync(destination, kept == 0 && from > 1 ? Enumerable.Range((int)from, 4) : Enumerable.Range(1, 10));
        Assert.Equal(from, destination.Shipments.SelectMany(shipment => shipment.Changes).First().Revision);
        Assert.All(destination.Shipments, shipment => Assert.Equal(10, shipment.Told));
        await Await.Until(async () => await RecordedAsync(silo) == (10, "second"), "the delivery is recorded");
    }

    [Fact]
    public async Task A_destination_ahead_of_a_restored_database_begins_anew()
    {
        var destination = new RecordingDestination();
        await using (var lost = await TestDatabase.CreateAsync("sqlite"))
        {
            await using var before = await StartAsync(lost, destination);
            await WriteAsync(before, "bot", 7);
            await HasAsync(destination, 7);
        }
        await using var database = await TestDatabase.CreateAsync("sqlite");
        await using var silo = await StartAsync(database, destination);
        destination.Epoch = "second";
        await WriteAsync(silo, "other-bot", 2);

        await HasAsync(destination, 2);
        Assert.Contains(destination.Shipments, shipment => shipment.Restart);
    }

    private static Task<TestSilo> StartAsync(TestDatabase database, RecordingDestination destination) =>
        TestSilo.StartAsync(database, configure: services => services.AddSingleton<IDestination>(destination));

    private static Task HasAsync(RecordingDestination destination, int changes) => HasAsync(destination, Enumerable.Range(1, changes));

    private static async Task HasAsync(RecordingDestination destination, IEnumerable<int> revisions)
    {
        long[] expected = [.. revisions];
        await Await.Until(() => Task.FromResult(destination.Revisions.SequenceEqual(expected)), $"the destination has {expected.Length} changes");
    }

    private static async Task<(long Revision, string Epoch)> RecordedAsync(TestSilo silo)
    {
        var found = await new SqlDeliveryStore(silo.Database).FindAsync("acme", "recording");
        return found is null ? (0, "") : (found.Revision, found.Epoch);
    }

    internal static async Task WriteAsync(TestSilo silo, string agentId, int changes, string tenantId = "acme")
    {
        for (var number = 0; number < changes; number++)
        {
            var outcome = await silo.Tenant(tenantId).ApplyAsync(agentId, new ReplaceAgent(Sample.Content(text: $"Version {number}.")));
            Assert.True(outcome.IsOk, outcome.Detail);
        }
    }
}
