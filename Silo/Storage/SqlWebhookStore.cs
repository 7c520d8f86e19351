using AgentManagement.Domain.Webhooks;
using AgentManagement.Grains.Webhooks;
using AgentManagement.Silo.Housekeeping;
using AgentManagement.Webhooks;
using Dapper;

namespace AgentManagement.Silo.Storage;

/// <summary>How far webhooks have got, over SQL that PostgreSQL and SQLite both understand.</summary>
internal sealed class SqlWebhookStore(Database database) : IWebhookStore
{
    public Task<bool> AnyAsync(string tenantId) =>
        database.QuerySingleAsync<bool>("SELECT EXISTS (SELECT 1 FROM webhook_cursor WHERE tenant_id = @tenantId)", new { tenantId });

    public async Task<WebhookCursor?> FindAsync(string tenantId, string webhookId)
    {
        // After a backup was restored in part a tenant may not have what was sent once.
        return await database.FindAsync<WebhookCursor>(
            """
            SELECT CASE WHEN webhook.revision > tenant.revision THEN tenant.revision ELSE webhook.revision END AS revision,
                   webhook.attempts, webhook.failing_since, webhook.next_attempt_at, webhook.last_failure, webhook.last_accepted_at,
                   webhook.version
            FROM webhook_cursor AS webhook JOIN tenant ON tenant.tenant_id = webhook.tenant_id
            WHERE webhook.tenant_id = @tenantId AND webhook.webhook_id = @webhookId
            """, new { tenantId, webhookId });
    }

    public async Task<bool> RecordAsync(string tenantId, string webhookId, WebhookCursor cursor, WebhookDeadLetter? letter)
    {
        await using var connection = await database.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var recorded = await connection.ExecuteAsync(
            """
            UPDATE webhook_cursor
            SET revision = @Revision, attempts = @Attempts, failing_since = @FailingSince, next_attempt_at = @NextAttemptAt,
                last_failure = @LastFailure, last_accepted_at = @LastAcceptedAt, version = version + 1
            WHERE tenant_id = @tenantId AND webhook_id = @webhookId AND version = @Version
            """,
            new
            {
                tenantId, webhookId, cursor.Revision, cursor.Attempts, cursor.FailingSince, cursor.NextAttemptAt, cursor.LastFailure,
                cursor.LastAcceptedAt, cursor.Version,
            },
            transaction);
        if (recorded == 0) return false;
        if (letter is not null)
        {
            // Sent again from there it may be given up again.
            await connection.ExecuteAsync(
                """
                INSERT INTO webhook_dead_letter (tenant_id, webhook_id, revision, event_id, event, attempts, failure, at)
                VALUES (@tenantId, @webhookId, @Revision, @EventId, @Event, @Attempts, @Failure, @At)
                ON CONFLICT (tenant_id, webhook_id, revision) DO UPDATE
                SET attempts = excluded.attempts, failure = excluded.failure, at = excluded.at
                """,
                new
                {
                    tenantId, webhookId, letter.Revision, letter.EventId, letter.Event, letter.Attempts, letter.Failure, letter.At,
                },
                transaction);
        }
        await transaction.CommitAsync();
        return true;
    }

    public async Task<ImmutableArray<WebhookDeadLetter>> ListDeadLettersAsync(
        string tenantId, string webhookId, long below, int limit, CancellationToken cancellationToken)
    {
        var rows = await database.QueryAsync<LetterRow>(
            """
            SELECT revision, event_id, event, attempts, failure, at FROM webhook_dead_letter
            WHERE tenant_id = @tenantId AND webhook_id = @webhookId AND revision < @below ORDER BY revision DESC LIMIT @limit
            """, new { tenantId, webhookId, below, limit }, cancellationToken);
        return [.. rows.Select(row => row.ToDeadLetter())];
    }

    public async Task ForgetDeadLettersAsync(DateTimeOffset before)
    {
        await database.ExecuteAsync("DELETE FROM webhook_dead_letter WHERE at < @before", new { before });
    }

    public async Task<ImmutableArray<string>> ListDueAsync(DateTimeOffset now, string after, int limit)
    {
        return
        [
            .. await database.QueryAsync<string>(
                """
                SELECT webhook.tenant_id FROM webhook_cursor AS webhook
                JOIN tenant ON tenant.tenant_id = webhook.tenant_id AND webhook.revision < tenant.revision
                WHERE webhook.is_enabled AND (webhook.next_attempt_at IS NULL OR webhook.next_attempt_at <= @now)
                GROUP BY webhook.tenant_id
                ORDER BY webhook.tenant_id > @after DESC, webhook.tenant_id
                LIMIT @limit
                """, new { now, after, limit }),
        ];
    }

    /// <summary>How all webhooks of all tenants fare.</summary>
    public async Task<WebhookHealth> MeasureAsync()
    {
        var row = await database.QuerySingleAsync<HealthRow>(
            """
            SELECT count(CASE WHEN is_enabled THEN 1 END) AS enabled,
                   count(CASE WHEN is_enabled AND failing_since IS NOT NULL THEN 1 END) AS failing,
                   count(CASE WHEN is_enabled THEN NULL ELSE 1 END) AS disabled,
                   min(CASE WHEN is_enabled THEN failing_since END) AS since
            FROM webhook_cursor
            """);
        return new(row.Enabled, new() { Count = row.Failing, Since = row.Since }, row.Disabled);
    }

    private sealed class LetterRow
    {
        public long Revision { get; set; }
        public string EventId { get; set; } = "";
        public string Event { get; set; } = "";
        public int Attempts { get; set; }
        public string Failure { get; set; } = "";
        public DateTimeOffset At { get; set; }

        public WebhookDeadLetter ToDeadLetter() => new(Revision, EventId, Event, Attempts, Failure, At);
    }

    private sealed class HealthRow
    {
        public long Enabled { get; set; }
        public long Failing { get; set; }
        public long Disabled { get; set; }
        public DateTimeOffset? Since { get; set; }
    }
}
