using AgentManagement.Domain.Webhooks;
using AgentManagement.Grains.Webhooks;
using AgentManagement.ServiceDefaults.Outgoing;
using AgentManagement.ServiceDefaults.Webhooks;
using AgentManagement.Silo.Storage;
using AgentManagement.Webhooks;

namespace AgentManagement.Tests.Webhooks;

/// <summary>A silo whose webhooks wait for milliseconds where they would for minutes.</summary>
internal static class WebhookSilo
{
    /// <summary>The same delays, shorter.</summary>
    public static readonly WebhookOptions Hasty = new(AllowsHttp: true, _ => true)
    {
        Delays = [TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(20)],
    };

    public static Task<TestSilo> StartAsync(
        TestDatabase database, TimeProvider? clock = null, LosingStore? store = null, UntrustedAddresses? addresses = null) =>
        TestSilo.StartAsync(
            database,
            configure: services =>
            {
                services.AddSingleton(Hasty);
                if (clock is not null) services.AddSingleton(clock);
                if (addresses is not null) services.AddSingleton(addresses);
            },
            adjust: services =>
            {
                if (store is null) return;
                services.AddSingleton<IWebhookStore>(provider =>
                {
                    store.Inner = provider.GetRequiredService<SqlWebhookStore>();
                    return store;
                });
            });

    public static IWebhooksGrain Webhooks(this TestSilo silo, string tenantId = "acme")
    {
        TestSilo.ActAs(tenantId);
        return silo.Grains.GetGrain<IWebhooksGrain>(GrainKeys.Tenant(tenantId));
    }

    /// <summary>Makes a webhook.</summary>
    public static async Task AddAsync(
        this TestSilo silo, string id, string url, ImmutableArray<string> events = default, string tenantId = "acme")
    {
        var (_, secret) = silo.Services.GetRequiredService<WebhookSecrets>().Make(tenantId, id);
        var outcome = await silo.Webhooks(tenantId).ApplyAsync(
            new CreateWebhook(url, null, events.IsDefault ? [] : events, IsDisabled: false, secret) { WebhookId = id });
        Assert.True(outcome.IsOk, outcome.Detail);
    }

    /// <summary>Makes a webhook to which nothing is sent.</summary>
    public static async Task AddDisabledAsync(this TestSilo silo, string id, string tenantId)
    {
        var outcome = await silo.Webhooks(tenantId).ApplyAsync(
            new CreateWebhook("http://127.0.0.1:9/", null, [], IsDisabled: true, "AQ==") { WebhookId = id });
        Assert.True(outcome.IsOk, outcome.Detail);
    }

    /// <summary>What a webhook is now.</summary>
    public static async Task<Webhook> WebhookAsync(this TestSilo silo, string id, string tenantId = "acme") =>
        (await silo.Webhooks(tenantId).GetAsync(id)).Value!;
}

/// <summary>A store that records nothing any more once its silo is to be as good as dead.</summary>
internal sealed class LosingStore : IWebhookStore
{
    public IWebhookStore Inner { get; set; } = null!;

    public bool IsDead { get; set; }

    public Task<bool> AnyAsync(string tenantId) => Inner.AnyAsync(tenantId);

    public Task<WebhookCursor?> FindAsync(string tenantId, string webhookId) => Inner.FindAsync(tenantId, webhookId);

    public Task<bool> RecordAsync(string tenantId, string webhookId, WebhookCursor cursor, WebhookDeadLetter? letter) =>
        IsDead ? throw new IOException("The silo is dead.") : Inner.RecordAsync(tenantId, webhookId, cursor, letter);

    public Task<ImmutableArray<WebhookDeadLetter>> ListDeadLettersAsync(
        string tenantId, string webhookId, long below, int limit, CancellationToken cancellationToken) =>
        Inner.ListDeadLettersAsync(tenantId, webhookId, below, limit, cancellationToken);

    public Task ForgetDeadLettersAsync(DateTimeOffset before) => Inner.ForgetDeadLettersAsync(before);

    public Task<ImmutableArray<string>> ListDueAsync(DateTimeOffset now, string after, int limit) => Inner.ListDueAsync(now, after, limit);
}
