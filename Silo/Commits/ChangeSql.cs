using AgentManagement.Changes;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Changes;
using AgentManagement.Domain.Files;
using AgentManagement.Domain.Releases;
using AgentManagement.Domain.Templates;
using AgentManagement.Domain.Tenants;

namespace AgentManagement.Silo.Commits;

/// <summary>All statements of a commit, the same for PostgreSQL and SQLite.</summary>
internal static class ChangeSql
{
    // What is read first. The tenant's row stands for all that is the tenant's: whoever holds it changes what hangs on it.
    public static readonly RowStatement<string> Tenants = new Rows<string>()
        .Text("tenant_id", tenantId => tenantId)
        .Run(
            """
            SELECT tenant_id, revision, head_hash, agents, active_agents, creates_on, creates, templates, file_bytes, stored_bytes,
                settings_version
            FROM tenant WHERE tenant_id = {any} ORDER BY tenant_id {lock}
            """);

    public static readonly RowStatement<DateTimeOffset> Maintenance = new Rows<DateTimeOffset>()
        .Time("moment", moment => moment)
        .Run("SELECT until FROM maintenance JOIN {rows} ON maintenance.until > r.moment");

    // A subquery for one value does not become a join, which would read all of a table that was small when it was planned.
    public static readonly RowStatement<StoredState> States = new Rows<StoredState>()
        .Text("service_id", row => row.ServiceId)
        .Text("state_name", row => row.Change.State.Name)
        .Text("grain_key", row => row.Change.State.Grain)
        .Run(
            """
            SELECT r.state_name, r.grain_key, (SELECT s.version FROM grain_state AS s
                WHERE s.service_id = r.service_id AND s.state_name = r.state_name AND s.grain_key = r.grain_key)
            FROM {rows}
            """);

    public static readonly RowStatement<PendingChange> UsedKeys = new Rows<PendingChange>()
        .Text("tenant_id", change => change.Entry.TenantId)
        .Text("idempotency_key", change => change.Entry.IdempotencyKey)
        .Time("oldest", change => change.Entry.At - Lifetimes.OfIdempotencyKey)
        .Run(
            """
            SELECT r.tenant_id, r.idempotency_key FROM {rows} WHERE (SELECT k.created_at FROM idempotency AS k
                WHERE k.tenant_id = r.tenant_id AND k.idempotency_key = r.idempotency_key) > r.oldest
            """);

    public static readonly RowStatement<(string TenantId, string FileId)> Files = new Rows<(string TenantId, string FileId)>()
        .Text("tenant_id", file => file.TenantId)
        .Text("file_id", file => file.FileId)
        .Run("SELECT f.tenant_id, f.file_id FROM file_index AS f JOIN {rows} ON f.tenant_id = r.tenant_id AND f.file_id = r.file_id");

    public static readonly RowStatement<(string TenantId, string FileId)> FileUses = new Rows<(string TenantId, string FileId)>()
        .Text("tenant_id", file => file.TenantId)
        .Text("file_id", file => file.FileId)
        .Run(
            """
            SELECT DISTINCT u.tenant_id, u.file_id, u.subject FROM file_use AS u
            JOIN {rows} ON u.tenant_id = r.tenant_id AND u.file_id = r.file_id
            """);

    public static readonly RowStatement<(string TenantId, AgentVersionKey Version)> Versions =
        new Rows<(string TenantId, AgentVersionKey Version)>()
            .Text("tenant_id", each => each.TenantId)
            .Text("agent_id", each => each.Version.AgentId)
            .Integer("version", each => each.Version.Version)
            .Run(
                """
                SELECT v.tenant_id, v.agent_id, v.version FROM agent_version AS v
                JOIN {rows} ON v.tenant_id = r.tenant_id AND v.agent_id = r.agent_id AND v.version = r.version
                """);

    public static readonly RowStatement<(string TenantId, string AgentId)> Assigned = new Rows<(string TenantId, string AgentId)>()
        .Text("tenant_id", agent => agent.TenantId)
        .Text("agent_id", agent => agent.AgentId)
        .Run(
            """
            SELECT a.tenant_id, a.agent_id, a.label FROM label_assignment AS a
            JOIN {rows} ON a.tenant_id = r.tenant_id AND a.agent_id = r.agent_id
            """);

    public static readonly RowStatement<PendingChange> Logged = new Rows<PendingChange>()
        .Text("tenant_id", change => change.Entry.TenantId)
        .Text("agent_id", change => change.Entry.AgentId)
        .Integer("agent_version", change => change.Entry.Version)
        .Text("event_id", change => change.Entry.EventId)
        .Run(
            """
            SELECT l.event_id, l.revision FROM change_log AS l
            JOIN {rows} ON l.tenant_id = r.tenant_id AND l.agent_id = r.agent_id AND l.agent_version = r.agent_version
                AND l.event_id = r.event_id
            """);

    // What is written.
    public static readonly RowStatement<(string TenantId, DateOnly Today)> NewTenants = new Rows<(string TenantId, DateOnly Today)>()
        .Text("tenant_id", row => row.TenantId)
        .Date("creates_on", row => row.Today)
        .InsertInto("tenant", "ON CONFLICT DO NOTHING");

    public static readonly RowStatement<TenantTally> Advance = new Rows<TenantTally>()
        .Text("tenant_id", tenant => tenant.TenantId)
        .Long("revision", tenant => tenant.Revision)
        .Text("head_hash", tenant => tenant.HeadHash)
        .Integer("agents", tenant => tenant.Agents)
        .Integer("active_agents", tenant => tenant.ActiveAgents)
        .Date("creates_on", tenant => tenant.CreatesOn)
        .Integer("creates", tenant => tenant.Creates)
        .Integer("templates", tenant => tenant.Templates)
        .Long("file_bytes", tenant => tenant.FileBytes)
        .Long("stored_bytes", tenant => tenant.StoredBytes)
        .Integer("settings_version", tenant => tenant.SettingsVersion)
        .Run(
            """
            UPDATE tenant SET revision = r.revision, head_hash = r.head_hash, agents = r.agents, active_agents = r.active_agents,
                creates_on = r.creates_on, creates = r.creates, templates = r.templates, file_bytes = r.file_bytes,
                stored_bytes = r.stored_bytes, settings_version = r.settings_version
            FROM {rows} WHERE tenant.tenant_id = r.tenant_id
            """);

    // A state of another version than was locked becomes null, which the column refuses: the last fence.
    public static readonly RowStatement<StoredState> State = new Rows<StoredState>()
        .Text("service_id", row => row.ServiceId)
        .Text("state_name", row => row.Change.State.Name)
        .Text("grain_key", row => row.Change.State.Grain)
        .Integer("version", row => row.Change.StateVersion + 1)
        .Bytes("payload", row => row.Change.Payload)
        .InsertInto("grain_state",
            """
            ON CONFLICT (service_id, state_name, grain_key) DO UPDATE SET payload = excluded.payload,
                version = CASE WHEN grain_state.version = excluded.version - 1 THEN excluded.version END
            """);

    public static readonly RowStatement<CommittedChange> Log = new Rows<CommittedChange>()
        .Text("tenant_id", logged => logged.Row.TenantId)
        .Long("revision", logged => logged.Row.Revision)
        .Text("event_id", logged => logged.Row.EventId)
        .Text("kind", logged => logged.Row.Kind)
        .Text("agent_id", logged => logged.Row.AgentId)
        .Text("agent_name", logged => logged.Row.AgentName)
        .Integer("agent_version", logged => logged.Change.Entry.Version)
        .Text("status", logged => logged.Row.Status)
        .Time("at", logged => logged.Change.Entry.At)
        .Text("actor", logged => logged.Row.Actor)
        .Text("role", logged => logged.Row.Role)
        .Text("address", logged => logged.Row.Address)
        .Text("correlation_id", logged => logged.Row.CorrelationId)
        .Text("task_id", logged => logged.Row.TaskId)
        .Text("note", logged => logged.Row.Note)
        .Text("details", logged => logged.Row.Details)
        .Text("document_hash", logged => logged.Row.DocumentHash)
        .Text("hash", logged => logged.Row.Hash)
        .InsertInto("change_log");

    // The record of a key that has expired may still be there.
    public static readonly RowStatement<CommittedChange> Key = new Rows<CommittedChange>()
        .Text("tenant_id", logged => logged.Row.TenantId)
        .Text("idempotency_key", logged => logged.Change.Entry.IdempotencyKey)
        .Text("fingerprint", logged => logged.Change.Entry.Fingerprint)
        .Text("kind", logged => logged.Row.Kind)
        .Text("agent_id", logged => logged.Row.AgentId)
        .Integer("version", logged => logged.Change.Entry.Version)
        .Text("document_hash", logged => logged.Row.DocumentHash)
        .Time("created_at", logged => logged.Change.Entry.At)
        .UpsertInto("idempotency", "tenant_id", "idempotency_key");

    public static readonly RowStatement<Written<AgentDocument>> AgentVersion = new Rows<Written<AgentDocument>>()
        .Text("tenant_id", agent => agent.Entry.TenantId)
        .Text("agent_id", agent => agent.Content.Id)
        .Integer("version", agent => agent.Content.Version)
        .Text("document", agent => agent.Document)
        .InsertInto("agent_version");

    public static readonly RowStatement<Written<AgentDocument>> AgentIndex = new Rows<Written<AgentDocument>>()
        .Text("tenant_id", agent => agent.Entry.TenantId)
        .Text("agent_id", agent => agent.Content.Id)
        .Text("name", agent => agent.Content.Name)
        .Text("name_key", agent => agent.Search.Name)
        .Text("description", agent => agent.Content.Description)
        .Text("type", agent => agent.Content.Type)
        .Text("status", agent => agent.Content.Status)
        .Text("tags", agent => agent.Search.Tags)
        .Text("search_text", agent => agent.Search.Text)
        .Integer("version", agent => agent.Content.Version)
        .Time("created_at", agent => agent.Content.CreatedAt)
        .Time("updated_at", agent => agent.Content.UpdatedAt)
        .Text("updated_by", agent => agent.Content.UpdatedBy)
        .OptionalTime("activated_at", agent => agent.Content.ActivatedAt)
        .OptionalTime("archived_at", agent => agent.Content.ArchivedAt)
        .Text("template_id", agent => agent.Content.Derivation?.TemplateId)
        .OptionalInteger("template_version", agent => agent.Content.Derivation?.Version)
        .Text("tool_keys", agent => agent.Search.Tools)
        .Text("handoffs", agent => agent.Search.Handoffs)
        .Text("models", agent => agent.Search.Models)
        .Text("model", agent => agent.Search.Model)
        .Text("degraded", agent => agent.Search.Degraded)
        .Integer("tools", agent => agent.Sizes.Tools)
        .Integer("mcp_servers", agent => agent.Sizes.McpServers)
        .Integer("collections", agent => agent.Sizes.Collections)
        .Integer("instruction_characters", agent => agent.Sizes.InstructionCharacters)
        .UpsertInto("agent_index", "tenant_id", "agent_id");

    public static readonly RowStatement<AgentTerm> Term = new Rows<AgentTerm>()
        .Text("kind", label => label.Kind)
        .Text("value", label => label.Value)
        .Text("tenant_id", label => label.TenantId)
        .Text("agent_id", label => label.AgentId)
        .InsertInto("agent_term", "ON CONFLICT DO NOTHING");

    public static readonly RowStatement<Written<TemplateDocument>> TemplateVersion = new Rows<Written<TemplateDocument>>()
        .Text("tenant_id", template => template.Entry.TenantId)
        .Text("template_id", template => template.Content.Id)
        .Integer("version", template => template.Content.Version)
        .Text("document", template => template.Document)
        .InsertInto("template_version");

    public static readonly RowStatement<Written<TemplateDocument>> TemplateIndex = new Rows<Written<TemplateDocument>>()
        .Text("tenant_id", template => template.Entry.TenantId)
        .Text("template_id", template => template.Content.Id)
        .Text("name", template => template.Content.Name)
        .Text("description", template => template.Content.Description)
        .Text("type", template => template.Content.Type)
        .Integer("version", template => template.Content.Version)
        .Time("created_at", template => template.Content.CreatedAt)
        .Time("updated_at", template => template.Content.UpdatedAt)
        .UpsertInto("template_index", "tenant_id", "template_id");

    public static readonly RowStatement<Written<FileDocument>> File = new Rows<Written<FileDocument>>()
        .Text("tenant_id", file => file.Entry.TenantId)
        .Text("file_id", file => file.Content.Id)
        .Text("name", file => file.Content.Name)
        .Text("media_type", file => file.Content.MediaType)
        .Long("size", file => file.Content.Size)
        .Text("blob", file => file.Content.Blob)
        .Time("created_at", file => file.Content.CreatedAt)
        .Text("created_by", file => file.Content.CreatedBy)
        .InsertInto("file_index");

    public static readonly RowStatement<FileUse> FileUse = new Rows<FileUse>()
        .Text("tenant_id", use => use.TenantId)
        .Text("file_id", use => use.FileId)
        .Text("subject", use => use.Subject)
        .Integer("version", use => use.Version)
        .InsertInto("file_use");

    // A webhook begins after its own creation, and with each change of it what failed is tried again at once.
    public static readonly RowStatement<CommittedChange> Webhook = new Rows<CommittedChange>()
        .Text("tenant_id", logged => logged.Row.TenantId)
        .Text("webhook_id", logged => WebhookIdOf(logged.Change.Entry))
        .Integer("is_enabled", logged => logged.Row.Status == "active" ? 1 : 0)
        .Long("revision", logged => logged.Row.Revision)
        .Run(
            """
            INSERT INTO webhook_cursor (tenant_id, webhook_id, is_enabled, revision)
            SELECT r.tenant_id, r.webhook_id, r.is_enabled = 1, r.revision FROM {rows} WHERE true
            ON CONFLICT (tenant_id, webhook_id) DO UPDATE SET is_enabled = excluded.is_enabled, attempts = 0, failing_since = NULL,
                next_attempt_at = NULL, version = webhook_cursor.version + 1
            """);

    public static readonly RowStatement<Named> LabelIndex = new Rows<Named>()
        .Text("tenant_id", label => label.TenantId)
        .Text("label", label => label.Id)
        .InsertInto("label_index", "ON CONFLICT DO NOTHING");

    public static readonly RowStatement<AssignmentRow> Assignment = new Rows<AssignmentRow>()
        .Text("tenant_id", row => row.TenantId)
        .Text("label", row => row.Label)
        .Text("agent_id", row => row.AgentId)
        .OptionalInteger("stable", row => row.Assignment.Stable)
        .OptionalInteger("candidate", row => row.Assignment.Candidate)
        .Integer("weight", row => row.Assignment.Weight)
        .Text("release_id", row => row.Assignment.Release)
        .OptionalInteger("previous", row => row.Assignment.Previous)
        .Integer("revision", row => row.Assignment.Revision)
        .UpsertInto("label_assignment", "tenant_id", "label", "agent_id");

    public static readonly RowStatement<Written<ReleaseDocument>> Release = new Rows<Written<ReleaseDocument>>()
        .Text("tenant_id", release => release.Entry.TenantId)
        .Text("release_id", release => release.Content.Id)
        .Text("label", release => release.Content.Label)
        .Text("status", release => release.Content.Status)
        .Text("document", release => release.Document)
        .Time("created_at", release => release.Content.CreatedAt)
        .Time("updated_at", release => release.Content.UpdatedAt)
        .OptionalTime("blocked_at", release => release.Content.Blocked.IsEmpty ? null : release.Content.UpdatedAt)
        .UpsertInto("label_release", "tenant_id", "release_id");

    public static readonly RowStatement<Written<TenantDocument>> Settings = new Rows<Written<TenantDocument>>()
        .Text("tenant_id", tenant => tenant.Entry.TenantId)
        .Text("settings", tenant => tenant.Document)
        .Run("UPDATE tenant SET settings = r.settings FROM {rows} WHERE tenant.tenant_id = r.tenant_id");

    // What is removed: all of an agent, a template or a file, and of an agent whose terms change the old ones.
    public static readonly RowStatement<Named> AgentTermsGone = Remove("agent_term", "agent_id");
    public static readonly RowStatement<Named> AgentGone = Remove("agent_index", "agent_id");
    public static readonly RowStatement<Named> AgentVersionsGone = Remove("agent_version", "agent_id");
    public static readonly RowStatement<Named> AgentBytesGone = Uncount("agent_version", "agent_id");
    public static readonly RowStatement<Named> TemplateGone = Remove("template_index", "template_id");
    public static readonly RowStatement<Named> FileGone = Remove("file_index", "file_id");
    public static readonly RowStatement<Named> WebhookGone = Remove("webhook_cursor", "webhook_id");
    public static readonly RowStatement<Named> DeadLettersGone = Remove("webhook_dead_letter", "webhook_id");
    public static readonly RowStatement<Named> FileUsesGone = Remove("file_use", "subject");
    public static readonly RowStatement<Named> LabelGone = Remove("label_index", "label");

    public static readonly RowStatement<AssignmentGone> AssignmentGone = new Rows<AssignmentGone>()
        .Text("tenant_id", gone => gone.TenantId)
        .Text("label", gone => gone.Label)
        .Text("agent_id", gone => gone.AgentId)
        .Run(
            """
            DELETE FROM label_assignment
            WHERE (tenant_id, label, agent_id) IN (SELECT r.tenant_id, r.label, r.agent_id FROM {rows})
            """);

    /// <summary>The webhook that a change is of.</summary>
    public static string WebhookIdOf(ChangeEntry entry) => ChangeSubject.TryReadWebhook(entry.AgentId, out var id) ? id : entry.AgentId;

    private static Rows<Named> Gones => new Rows<Named>().Text("tenant_id", gone => gone.TenantId).Text("id", gone => gone.Id);

    private static RowStatement<Named> Remove(string table, string column) => Gones.Run(
        $$"""DELETE FROM {{table}} WHERE (tenant_id, {{column}}) IN (SELECT r.tenant_id, r.id FROM {rows})""");

    private static RowStatement<Named> Uncount(string table, string column) => Gones.Run(
        $$"""
        UPDATE tenant SET stored_bytes = tenant.stored_bytes - kept.bytes
        FROM (SELECT v.tenant_id, sum(octet_length(v.document)) AS bytes FROM {{table}} AS v
              WHERE (v.tenant_id, v.{{column}}) IN (SELECT r.tenant_id, r.id FROM {rows}) GROUP BY v.tenant_id) AS kept
        WHERE tenant.tenant_id = kept.tenant_id
        """);
}

/// <summary>A change's row of grain state.</summary>
/// <param name="ServiceId">Of Orleans, which is part of the row's key.</param>
internal sealed record StoredState(string ServiceId, PendingChange Change);

/// <summary>A change that left a document.</summary>
internal sealed record Written<T>(ChangeEntry Entry, T Content, string Document)
{
    public SearchKeys Search => Entry.Search ?? throw new InvalidOperationException("An agent without what lists look for.");

    public AgentSizes Sizes => Entry.Sizes ?? throw new InvalidOperationException("An agent without its sizes.");
}

/// <summary>What lists look for of which an agent has several.</summary>
internal sealed record AgentTerm(string TenantId, string AgentId, string Kind, string Value);

/// <summary>What a label has of an agent.</summary>
internal sealed record AssignmentRow(string TenantId, string Label, string AgentId, AssignmentDocument Assignment);

/// <summary>An agent that a label has nothing of any more.</summary>
internal readonly record struct AssignmentGone(string TenantId, string Label, string AgentId);

/// <summary>A version that mentions a file.</summary>
internal sealed record FileUse(string TenantId, string FileId, string Subject, int Version);

/// <summary>Something of a tenant, by the id under which the table has it.</summary>
internal readonly record struct Named(string TenantId, string Id);

/// <summary>How long things are kept that nobody deletes.</summary>
internal static class Lifetimes
{
    public static readonly TimeSpan OfIdempotencyKey = TimeSpan.FromHours(24);
}
