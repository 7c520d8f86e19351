using System.Net;
using AgentManagement.Changes;
using AgentManagement.ServiceDefaults.Outgoing;
using AgentManagement.Tests.Changes;
using AgentManagement.Tests.WebGateway;
using AgentManagement.Webhooks;
using Microsoft.AspNetCore.Http;

namespace AgentManagement.Tests.Webhooks;

/// <summary>Who gets what, in which order, and what happens to those who do not accept it.</summary>
public sealed class WebhookDeliveryTests(WebhookDeliveryTests.HastySilo shared) : IClassFixture<WebhookDeliveryTests.HastySilo>
{
    private const string Id = "0123456789abcdef";
    private const string Other = "fedcba9876543210";

    private readonly string _tenant = Gateway.NewTenant();

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_receiver_that_fails_at_random_gets_every_event_in_order_whichever_silos_end(string kind)
    {
        // Printed when it fails, so that the same can be done again.
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        await using var database = await TestDatabase.CreateAsync(kind);
        await using var everything = await Receiver.StartAsync();
        await using var activations = await Receiver.StartAsync();
        everything.Answer = activations.Answer = async (_, http) =>
        {
            int dice;
            lock (random) dice = random.Next(10);
            if (dice == 0) http.Abort();
            else if (dice == 1) await Task.Delay(Timeout.Infinite, http.RequestAborted).WaitAsync(TimeSpan.FromMilliseconds(20))
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (dice < 5) await Receiver.Status(http, dice == 2 ? 429 : 500);
            else await Receiver.Status(http, dice == 9 ? 204 : 200);
        };
        for (var life = 0; life < 4; life++)
        {
            var store = new LosingStore();
            await using var silo = await WebhookSilo.StartAsync(database, store: store);
            if (life == 0)
            {
                await silo.AddAsync(Id, everything.Url);
                await silo.AddAsync(Other, activations.Url, ["agent_activated"]);
            }
            for (var number = 0; number < 10; number++)
            {
                var agent = $"bot-{life}-{random.Next(3)}";
                await SinkWriterTests.WriteAsync(silo, agent, 1);
                if (random.Next(2) == 0) await silo.Tenant("acme").ApplyAsync(agent, new ActivateAgent(null));
                if (random.Next(3) == 0) await silo.Tenant("acme").ApplyAsync(agent, new DeactivateAgent(null));
            }
            // As if it was killed: what it does from here on is in no database.
            store.IsDead = life % 2 == 0;
        }
        await using var last = await WebhookSilo.StartAsync(database);
        TestSilo.ActAs("acme");
        var changes = await last.Services.GetRequiredService<AgentManagement.Grains.Storage.IChangeLog>()
            .ReadChangesAsync("acme", 0, 1_000, CancellationToken.None);

        try
        {
            await everything.HasAsync(changes.Select(change => change.Revision).Skip(1));
            await activations.HasAsync(changes.Where(change => change.Kind == ChangeKind.Activated).Select(change => change.Revision));
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"Seed {seed}. {exception.Message}", exception);
        }
        // Not only of those that were accepted: nothing was sent before what comes before it was accepted.
        foreach (var receiver in new[] { everything, activations })
        {
            var first = receiver.All.Select(each => each.Revision).Distinct().ToList();
            Assert.Equal(first.Order(), first);
            Assert.Single(receiver.All.GroupBy(each => each.Id).Select(each => each.Select(one => one.Text).Distinct().Count()).Distinct());
        }
    }

    [Fact]
    public async Task A_receiver_that_redirects_and_moves_its_name_gets_its_events_and_nothing_leaves_to_where_it_points()
    {
        await using var database = await TestDatabase.CreateAsync("sqlite");
        await using var receiver = await Receiver.StartAsync();
        // What is private here, at the same port.
        await using var inside = await Receiver.StartAsync("127.0.0.2", new Uri(receiver.Url).Port);
        // To the receiver, to what is inside, to both, to where a cloud hands out credentials, and nowhere, in turns.
        string[] answers = ["127.0.0.1", "127.0.0.2", "127.0.0.1 127.0.0.2", "169.254.169.254", "::ffff:127.0.0.2", ""];
        var looks = 0;
        var addresses = new UntrustedAddresses(
            new([IPNetwork.Parse("127.0.0.1/32")]),
            _ => [.. answers[looks++ % answers.Length].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(IPAddress.Parse)]);
        var answered = 0;
        receiver.Answer = async (_, http) =>
        {
            // So that the name is asked for again.
            http.Response.Headers.Connection = "close";
            switch (answered++ % 4)
            {
                case 0:
                    http.Response.Headers.Location = inside.Url;
                    await Receiver.Status(http, 307);
                    break;
                case 1:
                    http.Abort();
                    break;
                case 2:
                    http.Response.StatusCode = 500;
                    await http.Response.Body.WriteAsync(new byte[1_000_000], http.RequestAborted);
                    break;
                default:
                    await http.Response.Body.WriteAsync(new byte[1_000_000], http.RequestAborted);
                    break;
            }
        };
        await using var silo = await WebhookSilo.StartAsync(database, addresses: addresses);
        await silo.AddAsync(Id, $"http://hooks.example.com:{new Uri(receiver.Url).Port}/hook");
        await SinkWriterTests.WriteAsync(silo, "bot", 5);
        await receiver.HasAsync([2, 3, 4, 5, 6]);
        Assert.True(looks > answers.Length);
        Assert.Empty(inside.All);
    }

    [Fact]
    public async Task It_is_sent_one_event_at_a_time_and_who_hangs_holds_nobody_up()
    {
        var silo = shared.Silo;
        await using var hanging = await Receiver.StartAsync();
        await using var well = await Receiver.StartAsync();
        hanging.Answer = (_, http) => Task.Delay(Timeout.Infinite, http.RequestAborted);
        await silo.AddAsync(Id, hanging.Url, ["agent_created", "agent_updated"], tenantId: _tenant);
        await silo.AddAsync(Other, well.Url, ["agent_created", "agent_updated"], tenantId: _tenant);
        await SinkWriterTests.WriteAsync(silo, "bot", 20, _tenant);
        await well.HasAsync(Enumerable.Range(3, 20).Select(each => (long)each));
        Assert.Equal((1, 1), (well.MaxAtOnce, hanging.MaxAtOnce));
        Assert.Single(hanging.All);
        // Nor whoever manages them.
        await silo.Webhooks(_tenant).ApplyAsync(new DeleteWebhook { WebhookId = Id });
        Assert.Equal(Other, Assert.Single(await silo.Webhooks(_tenant).ListAsync()).Id);
    }

    [Fact]
    public async Task In_a_cluster_they_arrive_wherever_feeds_and_webhooks_are()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var cluster = await ServiceHost.StartClusterAsync(silos: 2);
        string[] tenants = ["a", "b", "c", "d", "e", "f"];
        foreach (var tenant in tenants)
        {
            using var client = cluster.CreateClient(tenant, "admin");
            await (await client.SendAsync("POST", "/api/v1/webhooks", $$"""{"url":"{{receiver.Url}}"}""")).ShouldBeAsync(201);
            for (var number = 0; number < 3; number++) await client.CreateAsync(Api.Content(id: $"bot-{number}"));
        }
        await Await.Until(
            () => Task.FromResult(tenants.All(tenant => receiver.Accepted
                .Where(each => each.Json.Text("tenant_id") == tenant).Select(each => each.Revision).SequenceEqual([2, 3, 4]))),
            "every tenant's changes have arrived");
    }

    [Fact]
    public async Task Changes_arrive_without_housekeeping_and_say_what_the_feed_says()
    {
        var silo = shared.Silo;
        await using var receiver = await Receiver.StartAsync();
        await silo.AddAsync(Id, receiver.Url, tenantId: _tenant);
        await SinkWriterTests.WriteAsync(silo, "bot", 1, _tenant);
        await receiver.HasAsync([2]);
        var sent = receiver.All.Single();
        Assert.Equal(["type", "timestamp", "tenant_id", "revision", "data"], sent.Json.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("agent_created", _tenant), (sent.Type, sent.Json.GetProperty("tenant_id").GetString()));
        Assert.Equal("bot", sent.Json.GetProperty("data").GetProperty("agent_id").GetString());
        var change = (await silo.Services.GetRequiredService<AgentManagement.Grains.Storage.IChangeLog>()
            .ReadChangesAsync(_tenant, 1, 1, CancellationToken.None)).Single();
        Assert.Equal(change.EventId, sent.Id);
    }

    [Fact]
    public async Task Who_answers_410_is_sent_nothing_more_until_somebody_enables_it_and_then_goes_on_where_it_was()
    {
        var silo = shared.Silo;
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = (_, http) => Receiver.Status(http, 410);
        await silo.AddAsync(Id, receiver.Url, tenantId: _tenant);
        await SinkWriterTests.WriteAsync(silo, "bot", 2, _tenant);
        await Await.Until(async () => (await silo.WebhookAsync(Id, _tenant)).Disabled == DisabledReason.Gone, "it is disabled");
        Assert.Single(receiver.All);
        var change = (await silo.Services.GetRequiredService<AgentManagement.Grains.Storage.IChangeLog>()
            .ReadChangesAsync(_tenant, 1, 10, CancellationToken.None)).Single(each => each.Kind == ChangeKind.WebhookDisabled);
        Assert.Equal("disabled", change.Status);

        receiver.Answer = (_, http) => Receiver.Status(http, 200);
        Assert.True((await silo.Webhooks(_tenant).ApplyAsync(new UpdateWebhook(null, null, null, false) { WebhookId = Id })).IsOk);
        await receiver.HasAsync([2, 3, 4, 5]);
    }

    [Fact]
    public async Task An_event_that_is_not_accepted_for_a_day_becomes_a_dead_letter_when_a_ping_is()
    {
        await using var database = await TestDatabase.CreateAsync("sqlite");
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = (delivery, http) => Receiver.Status(http, delivery.Type == "agent_created" ? 500 : 200);
        var clock = new ShiftedClock();
        await using var silo = await WebhookSilo.StartAsync(database, clock);
        await silo.AddAsync(Id, receiver.Url);
        await SinkWriterTests.WriteAsync(silo, "bot", 2);
        await Await.Until(async () => (await silo.WebhookAsync(Id)).Delivery!.Attempts > 1, "it has failed");
        Assert.Empty((await silo.Webhooks().ListDeadLettersAsync(Id, null, 10)).Value!.Items);
        clock.Advance(TimeSpan.FromHours(25));

        await receiver.HasAsync([3]);
        var letter = Assert.Single((await silo.Webhooks().ListDeadLettersAsync(Id, null, 10)).Value!.Items);
        Assert.Equal((2, "agent_created", "http_500"), (letter.Revision, letter.Event, letter.Failure));
        Assert.Contains(receiver.Accepted, delivery => delivery.Type == "ping");

        // It can be sent again, and with its webhook it goes.
        receiver.Answer = (_, http) => Receiver.Status(http, 200);
        Assert.True((await silo.Webhooks().ReplayAsync(Id, letter.Revision)).IsOk);
        await Await.Until(() => receiver.Revisions.Contains(2), "it is sent again");
        Assert.Equal([1, 1], [.. receiver.All.Where(each => each.Revision is 2 or 3 && each.Type != "ping")
            .GroupBy(each => each.Revision).Select(each => each.Select(one => one.Id).Distinct().Count())]);
        await silo.Webhooks().ApplyAsync(new DeleteWebhook { WebhookId = Id });
        Assert.Empty(await silo.Services.GetRequiredService<AgentManagement.Grains.Webhooks.IWebhookStore>()
            .ListDeadLettersAsync("acme", Id, long.MaxValue, 10, CancellationToken.None));
    }

    [Fact]
    public async Task Who_accepts_nothing_for_five_days_not_even_a_ping_is_disabled()
    {
        await using var database = await TestDatabase.CreateAsync("sqlite");
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = (_, http) => Receiver.Status(http, 500);
        var clock = new ShiftedClock();
        await using var silo = await WebhookSilo.StartAsync(database, clock);
        await silo.AddAsync(Id, receiver.Url);
        await SinkWriterTests.WriteAsync(silo, "bot", 1);
        await Await.Until(async () => (await silo.WebhookAsync(Id)).Delivery!.Attempts > 1, "it has failed");
        clock.Advance(TimeSpan.FromDays(5));
        await Await.Until(async () => (await silo.WebhookAsync(Id)).Disabled == DisabledReason.NotAccepting, "it is disabled");
        Assert.Empty((await silo.Webhooks().ListDeadLettersAsync(Id, null, 10)).Value!.Items);
    }

    [Fact]
    public async Task Everything_can_be_sent_again_from_any_revision_and_nothing_passed_over()
    {
        var silo = shared.Silo;
        await using var receiver = await Receiver.StartAsync();
        await silo.AddAsync(Id, receiver.Url, tenantId: _tenant);
        await SinkWriterTests.WriteAsync(silo, "bot", 3, _tenant);
        await receiver.HasAsync([2, 3, 4]);
        await Await.Until(async () => (await silo.WebhookAsync(Id, _tenant)).Delivery!.Revision == 4, "it has all");

        foreach (var wrong in (long[])[0, -1, 6, long.MaxValue])
        {
            (await silo.Webhooks(_tenant).ReplayAsync(Id, wrong)).Refused(OutcomeKind.Invalid, "invalid_content");
        }
        Assert.Equal(OutcomeKind.NotFound, (await silo.Webhooks(_tenant).ReplayAsync(Other, 1)).Kind);
        Assert.True((await silo.Webhooks(_tenant).ReplayAsync(Id, 1)).IsOk);
        await Await.Until(() => receiver.Accepted.Count == 7, "all is sent again");
        Assert.Equal([2, 3, 4, 1, 2, 3, 4], receiver.Accepted.Select(each => each.Revision));
    }

    [Fact]
    public async Task One_that_another_activation_has_moved_goes_on_from_there()
    {
        var silo = shared.Silo;
        await using var receiver = await Receiver.StartAsync();
        await silo.AddAsync(Id, receiver.Url, tenantId: _tenant);
        await SinkWriterTests.WriteAsync(silo, "bot", 1, _tenant);
        await receiver.HasAsync([2]);
        await Await.Until(async () => (await silo.WebhookAsync(Id, _tenant)).Delivery!.LastAcceptedAt is not null, "it is recorded");

        var store = silo.Services.GetRequiredService<AgentManagement.Grains.Webhooks.IWebhookStore>();
        await Await.Until(async () => (await store.FindAsync(_tenant, Id))!.Revision == 2, "it is recorded");
        var cursor = (await store.FindAsync(_tenant, Id))!;
        Assert.True(await store.RecordAsync(_tenant, Id, cursor with { Revision = 1 }));
        Assert.False(await store.RecordAsync(_tenant, Id, cursor));
        await SinkWriterTests.WriteAsync(silo, "another", 1, _tenant);
        await Await.Until(() => receiver.Accepted.Count(each => each.Revision == 2) == 2, "what the other has not is sent again");
        await receiver.HasAsync([2, 3]);
    }

    [Fact]
    public async Task Without_a_readable_secret_nothing_is_sent_and_a_rotation_mends_it()
    {
        var silo = shared.Silo;
        await using var receiver = await Receiver.StartAsync();
        Assert.True((await silo.Webhooks(_tenant).ApplyAsync(
            new CreateWebhook(receiver.Url, null, [], IsDisabled: false, "AQ==") { WebhookId = Id })).IsOk);
        await SinkWriterTests.WriteAsync(silo, "bot", 1, _tenant);
        await Await.Until(async () => (await silo.WebhookAsync(Id, _tenant)).Delivery!.LastFailure == "secret_unreadable", "it fails");
        Assert.Empty(receiver.All);
        var (_, secret) = silo.Services.GetRequiredService<AgentManagement.ServiceDefaults.Webhooks.WebhookSecrets>().Make(_tenant, Id);
        Assert.True((await silo.Webhooks(_tenant).ApplyAsync(new RotateWebhook(secret, TimeSpan.Zero) { WebhookId = Id })).IsOk);
        await receiver.HasAsync([2, 3]);
    }

    /// <summary>A silo that tests share.</summary>
    public sealed class HastySilo : IAsyncLifetime
    {
        internal TestSilo Silo { get; private set; } = null!;

        public async ValueTask InitializeAsync() =>
            Silo = await TestSilo.StartAsync("sqlite", configure: services => services.AddSingleton(WebhookSilo.Hasty));

        public ValueTask DisposeAsync() => Silo.DisposeAsync();
    }
}
