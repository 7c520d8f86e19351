using System.Globalization;
using AgentManagement.Changes;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Audit;
using AgentManagement.Domain.Outcomes;
using AgentManagement.Domain.Releases;
using AgentManagement.Files;

namespace AgentManagement.Domain.Changes;

/// <summary>What became of a change.</summary>
/// <param name="Result">Written, or why not.</param>
/// <param name="Revision">The tenant's revision that it made; 0 when it was refused.</param>
/// <param name="Limit">The limit that refused it: agents, activeAgents, creates, templates or fileBytes.</param>
public readonly record struct ChangeResult(WriteResult Result, long Revision = 0, string? Limit = null);

/// <summary>A change with its row of the log.</summary>
public sealed record CommittedChange(PendingChange Change, LoggedRow Row);

/// <summary>What a batch comes to.</summary>
/// <param name="Results">Of each change, in their order.</param>
/// <param name="Committed">The changes that are to be written.</param>
/// <param name="Tenants">The tenants that they advance, as they are afterwards.</param>
public sealed record BatchDecision(
    ImmutableArray<ChangeResult> Results, ImmutableArray<CommittedChange> Committed, ImmutableArray<TenantTally> Tenants);

/// <summary>
/// (rows, changes) → which of them are committed, with which revisions and hashes, and which are refused. Pure. It comes to the same as
/// committing them one after the other: a refusal leaves no trace, and a change sees what those before it did.
/// </summary>
public static class BatchRules
{
    private const string TimeForm = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    public static BatchDecision Decide(LockedRows rows, IReadOnlyList<PendingChange> changes)
    {
        var results = ImmutableArray.CreateBuilder<ChangeResult>(changes.Count);
        var committed = ImmutableArray.CreateBuilder<CommittedChange>(changes.Count);
        var advanced = new HashSet<string>(StringComparer.Ordinal);
        foreach (var change in changes)
        {
            var entry = change.Entry;
            if (rows.Logged.TryGetValue(entry.EventId, out var revision))
            {
                results.Add(new(WriteResult.Written, revision));
                continue;
            }
            var tenant = rows.Tenants[entry.TenantId];
            var next = Count(tenant, change);
            if (Refuse(rows, change, next) is { } refusal)
            {
                results.Add(refusal);
                continue;
            }
            var row = RowOf(change, next.Revision);
            row = row with { Hash = row.HashAfter(tenant.HeadHash) };
            rows.Tenants[entry.TenantId] = next with { HeadHash = row.Hash };
            Follow(rows, change);
            advanced.Add(entry.TenantId);
            committed.Add(new(change, row));
            results.Add(new(WriteResult.Written, next.Revision));
        }
        return new(results.ToImmutable(), committed.ToImmutable(), [.. advanced.Select(tenantId => rows.Tenants[tenantId])]);
    }

    /// <summary>The tenant after the change, but for its hash.</summary>
    private static TenantTally Count(TenantTally tenant, PendingChange change)
    {
        var (delta, today) = (change.Entry.Delta, DateOnly.FromDateTime(change.Entry.At.UtcDateTime));
        // A day later than ours was written by a process whose clock is ahead.
        if (today > tenant.CreatesOn) tenant = tenant with { CreatesOn = today, Creates = 0 };
        return tenant with
        {
            Revision = tenant.Revision + 1,
            Agents = tenant.Agents + delta.Agents,
            ActiveAgents = tenant.ActiveAgents + delta.ActiveAgents,
            Creates = tenant.Creates + delta.Creates,
            Templates = tenant.Templates + delta.Templates,
            FileBytes = tenant.FileBytes + delta.FileBytes,
            StoredBytes = tenant.StoredBytes + change.VersionBytes,
            SettingsVersion = change.Entry.Resource == ChangeSubject.Tenant ? change.Entry.Version : tenant.SettingsVersion,
        };
    }

    private static ChangeResult? Refuse(LockedRows rows, PendingChange change, TenantTally next)
    {
        var entry = change.Entry;
        // First of all: whoever repeats a request is to be told of its first answer, whatever else there is to say.
        if (entry.IdempotencyKey is { } key && rows.UsedKeys.Contains((entry.TenantId, key))) return new(WriteResult.IdempotencyConflict);
        if (rows.AreWritesStopped) return new(WriteResult.Stopped);
        if (rows.States.GetValueOrDefault(change.State) != change.StateVersion) return new(WriteResult.Conflict);
        if (entry.SettingsVersion is { } settings && settings != next.SettingsVersion) return new(WriteResult.Conflict);
        if (ExceededLimit(entry, next) is { } limit) return new(WriteResult.QuotaExceeded, Limit: limit);
        // A file that was found is gone: the decision was made on what is no longer so, as with any conflict.
        if (entry.FilesFound.Any(fileId => !rows.Files.Contains((entry.TenantId, fileId)))) return new(WriteResult.Conflict);
        // A version that was found is gone, or a label has taken up an agent that is to go.
        if (entry.VersionsFound.Any(version => !rows.Versions.Contains((entry.TenantId, version)))) return new(WriteResult.Conflict);
        if (IsPurge(change) && rows.Assigned.GetValueOrDefault((entry.TenantId, entry.AgentId)) is { Count: > 0 })
        {
            return new(WriteResult.Conflict);
        }
        return !entry.IsForced && DeletedFile(change) is { } deleted
            && rows.FileUses.GetValueOrDefault((entry.TenantId, deleted)) is { Count: > 0 }
            ? new(WriteResult.FileInUse)
            : null;
    }

    /// <summary>A limit that the change passes. What is above it for another reason may stay, and fall.</summary>
    private static string? ExceededLimit(ChangeEntry entry, TenantTally next)
    {
        if (entry.Limits is not { } limits) return null;
        var delta = entry.Delta;
        return delta.Agents > 0 && next.Agents > limits.Agents ? "agents"
            : delta.ActiveAgents > 0 && next.ActiveAgents > limits.ActiveAgents ? "activeAgents"
            : delta.Creates > 0 && next.Creates > limits.CreatesPerDay ? "creates"
            : delta.Templates > 0 && next.Templates > limits.Templates ? "templates"
            : delta.FileBytes > 0 && next.FileBytes > FileLimits.MaxBytesInAll(limits) ? "fileBytes"
            : null;
    }

    /// <summary>Notes what the change makes of the rows, for those after it.</summary>
    private static void Follow(LockedRows rows, PendingChange change)
    {
        var entry = change.Entry;
        rows.States[change.State] = change.StateVersion + 1;
        if (entry.IdempotencyKey is { } key) rows.UsedKeys.Add((entry.TenantId, key));
        foreach (var fileId in entry.Files)
        {
            if (rows.FileUses.TryGetValue((entry.TenantId, fileId), out var subjects)) subjects.Add(entry.AgentId);
            else rows.FileUses[(entry.TenantId, fileId)] = new(StringComparer.Ordinal) { entry.AgentId };
        }
        if (change.Content is not null && ChangeSubject.TryReadFile(entry.AgentId, out var added)) rows.Files.Add((entry.TenantId, added));
        if (DeletedFile(change) is { } deleted) rows.Files.Remove((entry.TenantId, deleted));
        if (change.Content is AgentDocument) rows.Versions.Add((entry.TenantId, new(entry.AgentId, entry.Version)));
        if (IsPurge(change)) rows.Versions.RemoveWhere(each => each.TenantId == entry.TenantId && each.Version.AgentId == entry.AgentId);
        if (change.Content is LabelWrite write) FollowLabel(rows, entry.TenantId, write);
        // With an agent all its versions go, and what they mention; of a template those stay that agents were made from.
        if (change.Content is not null || entry.Resource is ChangeSubject.Template) return;
        foreach (var (file, subjects) in rows.FileUses)
        {
            if (file.TenantId == entry.TenantId) subjects.Remove(entry.AgentId);
        }
    }

    private static void FollowLabel(LockedRows rows, string tenantId, LabelWrite write)
    {
        foreach (var (agentId, assignment) in write.Assignments)
        {
            var labels = rows.Assigned.GetValueOrDefault((tenantId, agentId)) ?? new(StringComparer.Ordinal);
            if (assignment is null) labels.Remove(write.Name);
            else labels.Add(write.Name);
            rows.Assigned[(tenantId, agentId)] = labels;
        }
    }

    private static bool IsPurge(PendingChange change) => change.Content is null && change.Entry.Resource == ChangeSubject.Agent;

    private static string? DeletedFile(PendingChange change) =>
        change.Content is null && ChangeSubject.TryReadFile(change.Entry.AgentId, out var fileId) ? fileId : null;

    private static LoggedRow RowOf(PendingChange change, long revision)
    {
        var entry = change.Entry;
        return new()
        {
            Revision = revision, TenantId = entry.TenantId, EventId = entry.EventId, Kind = entry.Kind, AgentId = entry.AgentId,
            AgentName = entry.AgentName, AgentVersion = entry.Version, Status = entry.Status,
            At = entry.At.UtcDateTime.ToString(TimeForm, CultureInfo.InvariantCulture), Actor = entry.Actor, Role = entry.Role,
            Address = entry.Address, CorrelationId = entry.CorrelationId, TaskId = entry.TaskId, Note = entry.Note,
            Details = change.Details, DocumentHash = change.Document is null ? null : ChangeHash.OfDocument(change.Document),
        };
    }
}
