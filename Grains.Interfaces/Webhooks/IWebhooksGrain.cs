using AgentManagement.Access;
using AgentManagement.Changes;
using AgentManagement.Outcomes;
using Orleans.Concurrency;

namespace AgentManagement.Webhooks;

/// <summary>
/// The webhooks of one tenant, and what sends to them. Their secrets are made and shown by a gateway; here they are encrypted.
/// Key: <see cref="Keys.GrainKeys.Tenant"/>.
/// </summary>
[Alias("IWebhooksGrain"), KeyedBy(KeyedBy.Tenant)]
public interface IWebhooksGrain : IGrainWithStringKey
{
    /// <summary>Does a command.</summary>
    [Alias("Apply"), RequiresOfCommand]
    Task<Outcome<WebhookChange>> ApplyAsync(WebhookCommand command);

    /// <summary>All of them, in the order in which they were made.</summary>
    [Alias("List"), Requires(Permissions.WebhooksManage), SafeToRetry]
    Task<ImmutableArray<Webhook>> ListAsync();

    /// <summary>One of them; NotFound when there is none.</summary>
    [Alias("Get"), Requires(Permissions.WebhooksManage), SafeToRetry]
    Task<Outcome<Webhook>> GetAsync(string webhookId);

    /// <summary>Sends a ping at once, also to one that is disabled. Meanwhile the others go on.</summary>
    [Alias("Ping"), Requires(Permissions.WebhooksManage), AlwaysInterleave]
    Task<Outcome<WebhookPing>> PingAsync(string webhookId);

    /// <summary>Has everything sent again from a revision on.</summary>
    /// <param name="webhookId">The webhook.</param>
    /// <param name="from">The first revision to send: from 1 to the one that comes next.</param>
    [Alias("Replay"), Requires(Permissions.WebhooksManage), SafeToRetry]
    Task<Outcome<Webhook>> ReplayAsync(string webhookId, long from);

    /// <summary>The events that were given up, newest first.</summary>
    [Alias("ListDeadLetters"), Requires(Permissions.WebhooksManage), SafeToRetry, AlwaysInterleave]
    Task<Outcome<Page<WebhookDeadLetter>>> ListDeadLettersAsync(
        string webhookId, string? cursor, int limit, CancellationToken cancellationToken = default);

    /// <summary>
    /// There are changes to send, or attempts are due. Nobody waits for this call.
    /// </summary>
    /// <param name="news">Changes as they were committed; none to look in the log.</param>
    [Alias("Wake"), Requires(Permissions.AgentsRead), AlwaysInterleave, OneWay]
    Task WakeAsync(ImmutableArray<ChangeEvent> news);
}
