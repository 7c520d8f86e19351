using AgentManagement.Domain.Webhooks;
using AgentManagement.Webhooks;

namespace AgentManagement.Grains.Webhooks;

/// <summary>How far webhooks have got, and their dead letters. A commit makes and removes the rows with the webhooks themselves.</summary>
public interface IWebhookStore
{
    /// <summary>Whether a tenant has webhooks.</summary>
    Task<bool> AnyAsync(string tenantId);

    /// <summary>How far a webhook has got; null where there is none.</summary>
    Task<WebhookCursor?> FindAsync(string tenantId, string webhookId);

    /// <summary>Records how far a webhook has got, and what was given up; false when another has recorded since it was read.</summary>
    /// <param name="cursor">With the version that was read; that of the row is one more afterwards.</param>
    /// <param name="letter">Null for none.</param>
    Task<bool> RecordAsync(string tenantId, string webhookId, WebhookCursor cursor, WebhookDeadLetter? letter = null);

    /// <summary>The dead letters below a revision, newest first.</summary>
    Task<ImmutableArray<WebhookDeadLetter>> ListDeadLettersAsync(
        string tenantId, string webhookId, long below, int limit, CancellationToken cancellationToken);

    /// <summary>Forgets the dead letters of before a time.</summary>
    Task ForgetDeadLettersAsync(DateTimeOffset before);

    /// <summary>
    /// Some of the tenants that have something to send now, in the order of their ids from the one after <paramref name="after"/>, and
    /// round again: asked for with the last of the page before, each gets its turn.
    /// </summary>
    Task<ImmutableArray<string>> ListDueAsync(DateTimeOffset now, string after, int limit);
}
