using System.Data.Common;
using System.Text.Json;
using AgentManagement.Changes;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Changes;
using AgentManagement.Domain.Files;
using AgentManagement.Domain.Releases;
using AgentManagement.Domain.Templates;
using AgentManagement.Domain.Tenants;
using AgentManagement.Silo.Hosting;
using AgentManagement.Silo.Storage;

namespace AgentManagement.Silo.Commits;

/// <summary>
/// Commits changes in one transaction and two round trips: one locks the tenants and reads what is to be known, in between
/// <see cref="BatchRules"/> decide, the other one writes all rows.
/// </summary>
/// <param name="serviceId">Of Orleans, which is part of the key of grain state.</param>
/// <param name="fence">Keeps a silo from committing that may be dead; null where there is but one.</param>
internal sealed class ChangeBatch(DbConnection connection, string serviceId, SiloFence? fence, TimeProvider time)
{
    /// <summary>What became of each change, in their order.</summary>
    /// <param name="changes">No two of the same state.</param>
    /// <param name="isRepeated">Whether they may be in the log already, as their outcome was lost.</param>
    /// <exception cref="DbException">Nothing is committed, or it is not known whether.</exception>
    public async Task<ImmutableArray<ChangeResult>> CommitAsync(IReadOnlyList<PendingChange> changes, bool isRepeated)
    {
        var rows = await LockAsync(changes, isRepeated);
        CommitPoints.Reached?.Invoke(CommitPoint.Locked);
        // Whoever takes over a grain of this silo reads its state without waiting for this lock. From here on the server ends the
        // transaction when it has to wait longer than this silo can be thought to be alive.
        if (fence is not null) await fence.ConfirmAsync();
        var decision = BatchRules.Decide(rows, changes);
        var writing = StatementBatch.On(connection);
        if (!decision.Committed.IsEmpty) AddRows(writing, decision);
        writing.Add("COMMIT");
        await writing.ExecuteAsync();
        return decision.Results;
    }

    private async Task<LockedRows> LockAsync(IReadOnlyList<PendingChange> changes, bool isRepeated)
    {
        var rows = new LockedRows();
        var tenants = changes.Select(change => change.Entry.TenantId).Distinct().ToList();
        await ReadAsync();
        if (rows.Tenants.Count == tenants.Count) return rows;

        // The first changes of tenants. Their rows are made apart, so that nobody waits for a row while holding others.
        await ExecuteAsync("ROLLBACK");
        var making = StatementBatch.On(connection);
        making.Add(ChangeSql.NewTenants, [
            .. changes.GroupBy(change => change.Entry.TenantId)
                .Select(group => (group.Key, DateOnly.FromDateTime(group.First().Entry.At.UtcDateTime))),
        ]);
        await making.ExecuteAsync();
        CommitPoints.Reached?.Invoke(CommitPoint.TenantsMade);
        rows = new LockedRows();
        await ReadAsync();
        return rows;

        async Task ReadAsync()
        {
            var reading = StatementBatch.On(connection);
            reading.Begin();
            reading.Add(ChangeSql.Tenants, tenants, reader => rows.Tenants.Add(reader.GetString(0), ReadTenant(reader)));
            // Once the tenants are held: a window that opens waits for those who hold them.
            reading.Add(ChangeSql.Maintenance, [time.GetUtcNow()], _ => rows.AreWritesStopped = true);
            reading.Add(ChangeSql.States, [.. changes.Select(change => new StoredState(serviceId, change))],
                reader => AddState(rows.States, reader));
            reading.Add(ChangeSql.UsedKeys, [.. changes.Where(change => change.Entry.IdempotencyKey is not null)],
                reader => rows.UsedKeys.Add((reader.GetString(0), reader.GetString(1))));
            reading.Add(ChangeSql.Files, [.. changes.SelectMany(FilesFound).Distinct()],
                reader => rows.Files.Add((reader.GetString(0), reader.GetString(1))));
            reading.Add(ChangeSql.FileUses, [.. changes.SelectMany(FilesToGo).Distinct()], reader => AddTo(rows.FileUses, reader));
            reading.Add(ChangeSql.Versions, [.. changes.SelectMany(VersionsFound).Distinct()],
                reader => rows.Versions.Add((reader.GetString(0), new(reader.GetString(1), reader.GetInt32(2)))));
            reading.Add(ChangeSql.Assigned, [.. changes.Where(IsPurge).Select(change => (change.Entry.TenantId, change.Entry.AgentId))],
                reader => AddTo(rows.Assigned, reader));
            if (isRepeated) reading.Add(ChangeSql.Logged, changes, reader => rows.Logged[reader.GetString(0)] = reader.GetInt64(1));
            await reading.ExecuteAsync();
        }
    }

    private void AddRows(StatementBatch writing, BatchDecision decision)
    {
        var changes = decision.Committed.Select(committed => committed.Change).ToList();
        writing.Add(ChangeSql.Advance, decision.Tenants);
        writing.Add(ChangeSql.State, [.. changes.Select(change => new StoredState(serviceId, change))]);
        writing.Add(ChangeSql.Log, decision.Committed);
        writing.Add(ChangeSql.Key, [.. decision.Committed.Where(committed => committed.Change.Entry.IdempotencyKey is not null)]);

        var agents = Written<AgentDocument>(changes);
        writing.Add(ChangeSql.AgentVersion, agents);
        writing.Add(ChangeSql.AgentIndex, agents);
        var relabelled = agents.Where(agent => agent.Entry.ChangesTerms).ToList();
        var templates = Written<TemplateDocument>(changes);
        writing.Add(ChangeSql.AgentTermsGone, [
            .. relabelled.Select(agent => new Named(agent.Entry.TenantId, agent.Content.Id)),
            .. templates.Select(template => new Named(template.Entry.TenantId, template.Entry.AgentId)),
        ]);
        writing.Add(ChangeSql.Term, [.. relabelled.SelectMany(TermsOf), .. templates.SelectMany(TermsOf)]);

        writing.Add(ChangeSql.TemplateVersion, templates);
        writing.Add(ChangeSql.TemplateIndex, templates);
        writing.Add(ChangeSql.Settings, Written<TenantDocument>(changes));
        writing.Add(ChangeSql.File, Written<FileDocument>(changes));
        writing.Add(ChangeSql.FileUse, [
            .. changes.Select(change => change.Entry).SelectMany(entry => entry.Files.Select(
                fileId => new FileUse(entry.TenantId, fileId, entry.AgentId, entry.Version))),
        ]);
        writing.Add(ChangeSql.Webhook, [
            .. decision.Committed.Where(committed => committed.Change.Entry is { Resource: ChangeSubject.Webhook } entry
                && entry.Kind != ChangeKind.WebhookDeleted),
        ]);
        AddLabels(writing, Written<LabelWrite>(changes));
        AddRemovals(writing, [.. changes.Where(change => change.Content is null).Select(change => change.Entry)]);
    }

    private static void AddLabels(StatementBatch writing, List<Written<LabelWrite>> labels)
    {
        if (labels.Count == 0) return;
        var (gone, kept) = (labels.Where(label => label.Content.IsGone), labels.Where(label => !label.Content.IsGone));
        writing.Add(ChangeSql.LabelIndex, [.. kept.Select(label => new Named(label.Entry.TenantId, label.Content.Name))]);
        writing.Add(ChangeSql.LabelGone, [.. gone.Select(label => new Named(label.Entry.TenantId, label.Content.Name))]);
        var assigned = labels.SelectMany(
            label => label.Content.Assignments, (label, pair) => (Label: label, pair.Key, pair.Value)).ToList();
        writing.Add(ChangeSql.AssignmentGone, [
            .. assigned.Where(each => each.Value is null)
                .Select(each => new AssignmentGone(each.Label.Entry.TenantId, each.Label.Content.Name, each.Key)),
        ]);
        writing.Add(ChangeSql.Assignment, [
            .. assigned.Where(each => each.Value is not null)
                .Select(each => new AssignmentRow(each.Label.Entry.TenantId, each.Label.Content.Name, each.Key, each.Value!)),
        ]);
        writing.Add(ChangeSql.Release, [
            .. labels.SelectMany(label => label.Content.Releases, (label, release) =>
                new Written<ReleaseDocument>(label.Entry, release, Write(release))),
        ]);
    }

    private static string Write<T>(T document) => JsonSerializer.Serialize(document, GrainStateSerializer.Options);

    private static void AddRemovals(StatementBatch writing, List<ChangeEntry> entries)
    {
        if (entries.Count == 0) return;
        List<Named> agents = [.. entries.Where(entry => entry.Resource == ChangeSubject.Agent).Select(GoneOf)];
        writing.Add(ChangeSql.AgentBytesGone, agents);
        writing.Add(ChangeSql.AgentVersionsGone, agents);
        writing.Add(ChangeSql.AgentTermsGone, [
            .. entries.Where(entry => entry.Resource is ChangeSubject.Agent or ChangeSubject.Template).Select(GoneOf),
        ]);
        writing.Add(ChangeSql.AgentGone, agents);
        List<AgedVersions> templates =
        [
            .. entries.Where(entry => entry.Resource == ChangeSubject.Template)
                .Select(entry => new AgedVersions(new(entry.Resource, entry.TenantId, entry.AgentId), int.MaxValue)),
        ];
        // As with those that are too old: what an agent was made from stays.
        writing.Add(RetentionSql.Templates.Uncount, templates);
        writing.Add(RetentionSql.Templates.Remove, templates);
        writing.Add(RetentionSql.Templates.RemoveFileUses, templates);
        writing.Add(ChangeSql.TemplateGone, [.. templates.Select(template => new Named(template.Of.TenantId, template.Id))]);
        writing.Add(ChangeSql.FileUsesGone, [.. entries.Where(entry => entry.Resource == ChangeSubject.Agent).Select(GoneOf)]);
        writing.Add(ChangeSql.FileGone, [
            .. entries.Where(entry => entry.Resource == ChangeSubject.File)
                .Select(entry => ChangeSubject.TryReadFile(entry.AgentId, out var id) ? new Named(entry.TenantId, id) : GoneOf(entry)),
        ]);

        List<Named> webhooks =
        [
            .. entries.Where(entry => entry.Kind == ChangeKind.WebhookDeleted)
                .Select(entry => new Named(entry.TenantId, ChangeSql.WebhookIdOf(entry))),
        ];
        writing.Add(ChangeSql.WebhookGone, webhooks);
        writing.Add(ChangeSql.DeadLettersGone, webhooks);

        static Named GoneOf(ChangeEntry entry) => new(entry.TenantId, entry.AgentId);
    }

    private async Task ExecuteAsync(string sql)
    {
        var batch = StatementBatch.On(connection);
        batch.Add(sql);
        await batch.ExecuteAsync();
    }

    private static TenantTally ReadTenant(DbDataReader row) => new(
        row.GetString(0), row.GetInt64(1), row.GetString(2), row.GetInt32(3), row.GetInt32(4), row.GetFieldValue<DateOnly>(5),
        row.GetInt32(6), row.GetInt32(7), row.GetInt64(8), row.GetInt64(9), row.GetInt32(10));

    /// <summary>The version of a state that is there.</summary>
    private static void AddState(Dictionary<StateKey, int> versions, DbDataReader row)
    {
        if (!row.IsDBNull(2)) versions.Add(new(row.GetString(0), row.GetString(1)), row.GetInt32(2));
    }

    /// <summary>A row of whose, of what, and one of several.</summary>
    private static void AddTo(Dictionary<(string, string), HashSet<string>> several, DbDataReader row)
    {
        var key = (row.GetString(0), row.GetString(1));
        if (!several.TryGetValue(key, out var values)) several[key] = values = new(StringComparer.Ordinal);
        values.Add(row.GetString(2));
    }

    private static bool IsPurge(PendingChange change) => change.Content is null && change.Entry.Resource == ChangeSubject.Agent;

    private static IEnumerable<(string TenantId, AgentVersionKey Version)> VersionsFound(PendingChange change) =>
        change.Entry.VersionsFound.Select(version => (change.Entry.TenantId, version));

    private static IEnumerable<(string TenantId, string FileId)> FilesFound(PendingChange change) =>
        change.Entry.FilesFound.Select(fileId => (change.Entry.TenantId, fileId));

    private static IEnumerable<(string TenantId, string FileId)> FilesToGo(PendingChange change) =>
        change.Content is null && ChangeSubject.TryReadFile(change.Entry.AgentId, out var fileId)
            ? [(change.Entry.TenantId, fileId)] : [];

    private static List<Written<T>> Written<T>(List<PendingChange> changes) =>
        [.. changes.Where(change => change is { Content: T, Document: not null })
            .Select(change => new Written<T>(change.Entry, (T)change.Content!, change.Document!))];

    private static IEnumerable<AgentTerm> TermsOf(Written<AgentDocument> agent)
    {
        var search = agent.Search;
        return from several in new (string Kind, string Items)[]
               {
                   ("tag", SearchKeys.Fold(search.Tags)), ("tool", search.Tools), ("handoff", search.Handoffs), ("model", search.Models),
                   ("pin", search.Pins),
                   ("manager", SearchKeys.Join([agent.Content.Manager])),
               }
               from value in SearchKeys.Split(several.Items).Distinct()
               select new AgentTerm(agent.Entry.TenantId, agent.Content.Id, several.Kind, value);
    }

    /// <summary>A template is looked up by its hand-offs alone, under its name in the log.</summary>
    private static IEnumerable<AgentTerm> TermsOf(Written<TemplateDocument> template) =>
        from agentId in AgentReferences.HandoffsOf(template.Content)
        select new AgentTerm(template.Entry.TenantId, template.Entry.AgentId, "handoff", agentId);
}
