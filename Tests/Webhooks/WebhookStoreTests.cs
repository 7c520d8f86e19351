using AgentManagement.Domain.Webhooks;
using AgentManagement.Grains.Webhooks;
using AgentManagement.Silo.Storage;
using AgentManagement.Silo.Webhooks;
using AgentManagement.Tests.Changes;
using AgentManagement.Webhooks;

namespace AgentManagement.Tests.Webhooks;

/// <summary>How far webhooks have got, in both databases.</summary>
public sealed class WebhookStoreTests(SharedSilos silos) : IClassFixture<SharedSilos>
{
    private const string Id = "0123456789abcdef";
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 9, 30, 0, TimeSpan.Zero);

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task A_row_comes_with_its_webhook_is_written_by_who_has_read_it_and_goes_with_it(string kind)
    {
        var (silo, tenant) = (await silos.OfAsync(kind), WebGateway.Gateway.NewTenant());
        var store = silo.Services.GetRequiredService<IWebhookStore>();
        Assert.False(await store.AnyAsync(tenant));
        await SinkWriterTests.WriteAsync(silo, "bot", 2, tenant);
        await silo.AddDisabledAsync(Id, tenant);
        Assert.True(await store.AnyAsync(tenant));
        var cursor = (await store.FindAsync(tenant, Id))!;
        Assert.Equal(new WebhookCursor { Revision = 3 }, cursor);

        var failing = cursor with
        {
            Attempts = 2,
            FailingSince = Now,
            NextAttemptAt = Now.AddMinutes(1),
            LastFailure = "timeout",
            LastAcceptedAt = Now.AddDays(-1),
        };
        Assert.True(await store.RecordAsync(tenant, Id, failing, new WebhookDeadLetter(2, "e", "agent_updated", 9, "http_500", Now)));
        Assert.False(await store.RecordAsync(tenant, Id, failing, new WebhookDeadLetter(1, "e", "agent_created", 9, "http_500", Now)));
        Assert.Equal(failing with { Version = 1 }, await store.FindAsync(tenant, Id));
        Assert.Equal(
            [new WebhookDeadLetter(2, "e", "agent_updated", 9, "http_500", Now)],
            await store.ListDeadLettersAsync(tenant, Id, long.MaxValue, 10, CancellationToken.None));
        Assert.Empty(await store.ListDeadLettersAsync(tenant, Id, 2, 10, CancellationToken.None));

        // A change of the webhook has what failed tried again, and who has read the row before must read it again.
        Assert.True((await silo.Webhooks(tenant).ApplyAsync(new UpdateWebhook(null, "New.", null, null) { WebhookId = Id })).IsOk);
        var changed = (await store.FindAsync(tenant, Id))!;
        Assert.Equal(
            (3, 0, null, null, 2),
            (changed.Revision, changed.Attempts, changed.FailingSince, changed.NextAttemptAt, changed.Version));

        await store.ForgetDeadLettersAsync(Now);
        Assert.Single(await store.ListDeadLettersAsync(tenant, Id, long.MaxValue, 10, CancellationToken.None));
        Assert.True((await silo.Webhooks(tenant).ApplyAsync(new DeleteWebhook { WebhookId = Id })).IsOk);
        Assert.Null(await store.FindAsync(tenant, Id));
        Assert.Empty(await store.ListDeadLettersAsync(tenant, Id, long.MaxValue, 10, CancellationToken.None));
        Assert.False(await store.RecordAsync(tenant, Id, changed));
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Dead_letters_are_kept_for_thirty_days(string kind)
    {
        var (silo, tenant) = (await silos.OfAsync(kind), WebGateway.Gateway.NewTenant());
        var store = silo.Services.GetRequiredService<IWebhookStore>();
        await silo.AddDisabledAsync(Id, tenant);
        foreach (var days in new[] { 29, 31 })
        {
            var cursor = (await store.FindAsync(tenant, Id))!;
            Assert.True(await store.RecordAsync(
                tenant, Id, cursor, new(days, "e", "agent_updated", 9, "timeout", TimeProvider.System.GetUtcNow().AddDays(-days))));
        }
        await new DeadLetterCleanup(store, TimeProvider.System).RunAsync(CancellationToken.None);
        Assert.Equal(29, Assert.Single(await store.ListDeadLettersAsync(tenant, Id, long.MaxValue, 10, CancellationToken.None)).Revision);
    }

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Those_are_due_that_have_something_to_send_now_each_in_its_turn(string kind)
    {
        await using var silo = await TestSilo.StartAsync(kind);
        var store = silo.Services.GetRequiredService<IWebhookStore>();
        foreach (var tenant in (string[])["a", "b", "c", "d"])
        {
            await silo.AddDisabledAsync(Id, tenant);
            await SinkWriterTests.WriteAsync(silo, "bot", 1, tenant);
        }
        // Not those that are disabled.
        Assert.Empty(await store.ListDueAsync(Now, "", 10));
        await silo.Database.ExecuteAsync("UPDATE webhook_cursor SET is_enabled = (tenant_id <> 'd')");
        Assert.Equal(["a", "b", "c"], await store.ListDueAsync(Now, "", 10));
        Assert.Equal(["c", "a"], await store.ListDueAsync(Now, "b", 2));
        Assert.True(await store.RecordAsync(
            "a", Id, (await store.FindAsync("a", Id))! with { NextAttemptAt = Now.AddSeconds(1), FailingSince = Now.AddDays(-2) }));
        Assert.True(await store.RecordAsync("b", Id, (await store.FindAsync("b", Id))! with { Revision = 2 }));
        Assert.Equal(["c"], await store.ListDueAsync(Now, "", 10));
        Assert.Equal(["a", "c"], await store.ListDueAsync(Now.AddSeconds(1), "", 10));

        var health = await silo.Services.GetRequiredService<SqlWebhookStore>().MeasureAsync();
        Assert.Equal((3, 1, Now.AddDays(-2), 1), (health.Enabled, health.Failing.Count, health.Failing.Since, health.Disabled));
        // What a tenant never had was not sent.
        await silo.Database.ExecuteAsync("UPDATE webhook_cursor SET revision = 99 WHERE tenant_id = 'c'");
        Assert.Equal(2, (await store.FindAsync("c", Id))!.Revision);
    }
}
