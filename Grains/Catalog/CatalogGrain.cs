using System.Globalization;
using AgentManagement.Access;
using AgentManagement.Agents;
using AgentManagement.Catalog;
using AgentManagement.Changes;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Templates;
using AgentManagement.Files;
using AgentManagement.Grains.Access;
using AgentManagement.Grains.Storage;
using AgentManagement.Grains.Tasks;
using AgentManagement.Keys;
using AgentManagement.Outcomes;
using AgentManagement.Releases;
using AgentManagement.Tasks;
using AgentManagement.Templates;
using Orleans.Concurrency;

namespace AgentManagement.Grains.Catalog;

/// <summary>
/// Reads the read model and keeps nothing: each silo has its own, which overlaps its reads. One only, since Orleans gives a cancellation to
/// whichever worker is idle.
/// </summary>
[StatelessWorker(1), Reentrant]
internal sealed class CatalogGrain(
    ITenantStore store,
    IChangeLog log,
    ITemplateStore templates,
    SystemTemplates system,
    ITaskStore tasks,
    IFileStore files,
    IReleaseStore releases,
    TaskOptions options,
    TimeProvider time) : Grain, ICatalogGrain
{
    private const string ChangeList = "changes";
    private const string ExportList = "export";
    private const string FileList = "files";
    private const string TaskList = "tasks";
    private const string ReleaseList = "releases";
    private const int MaxChecks = 100;

    public async Task<Outcome<Page<AgentSummary>>> ListAgentsAsync(AgentQuery query, CancellationToken cancellationToken)
    {
        var list = $"agents by {query.Sort} {(query.Descending ? "down" : "up")}";
        if (!Cursor.TryRead(query.Cursor, list, out var after) || !IsSortKey(after?.Key, query.Sort))
        {
            return Cursor.Refuse<Page<AgentSummary>>();
        }
        var (items, total) = await store.ListAgentsAsync(TenantId, query with { Limit = query.Limit + 1 }, after, cancellationToken);
        return Outcome.Ok(Cursor.MakePage(items, query.Limit, list, last => new(SortKey(last, query.Sort), last.Id), total));
    }

    public async Task<Outcome<Page<ChangeRecord>>> ListChangesAsync(ChangeQuery query, CancellationToken cancellationToken)
    {
        if (!Cursor.TryReadNumber(query.Cursor, ChangeList, out var below)) return Cursor.Refuse<Page<ChangeRecord>>();
        var items = await log.ListChangesAsync(TenantId, query with { Limit = query.Limit + 1 }, below, cancellationToken);
        return Outcome.Ok(Cursor.MakePage(
            items, query.Limit, ChangeList, last => new(last.Revision.ToString(CultureInfo.InvariantCulture), "")));
    }

    public async Task<Outcome<Page<Agent>>> ExportAgentsAsync(string? cursor, int limit, CancellationToken cancellationToken)
    {
        if (!Cursor.TryRead(cursor, ExportList, out var after)) return Cursor.Refuse<Page<Agent>>();
        var agents = await store.ReadAgentsAsync(TenantId, after?.AgentId ?? "", limit + 1, cancellationToken);
        return Outcome.Ok(Cursor.MakePage([.. agents.Select(agent => agent.ToAgent())], limit, ExportList, last => new("", last.Id)));
    }

    public async Task<ImmutableArray<TemplateSummary>> ListTemplatesAsync(CancellationToken cancellationToken)
    {
        var counts = (await templates.CountDerivedAsync(TenantId, cancellationToken)).ToLookup(count => count.TemplateId);
        var own = await templates.ListAsync(TenantId, cancellationToken);
        return [.. system.All.Select(Summarize).Concat(own).Select(template => template with
        {
            Agents = counts[template.Id].Sum(count => count.Agents),
            Behind = counts[template.Id].Where(count => count.Version < template.Version).Sum(count => count.Agents),
        })];
    }

    public async Task<Outcome<Page<StoredFile>>> ListFilesAsync(string? cursor, int limit, CancellationToken cancellationToken)
    {
        if (!Cursor.TryRead(cursor, FileList, out var after)) return Cursor.Refuse<Page<StoredFile>>();
        var items = await files.ListAsync(TenantId, after?.AgentId ?? "", limit + 1, cancellationToken);
        return Outcome.Ok(Cursor.MakePage(items, limit, FileList, last => new("", last.Id)));
    }

    public async Task<Outcome<Page<TaskInfo>>> ListTasksAsync(string? cursor, int limit, CancellationToken cancellationToken)
    {
        if (!Cursor.TryRead(cursor, TaskList, out var after) || !IsSortKey(after?.Key, AgentSort.CreatedAt))
        {
            return Cursor.Refuse<Page<TaskInfo>>();
        }
        var found = await tasks.ListAsync(TenantId, time.GetUtcNow() - options.TimeToLive, after, limit + 1, cancellationToken);
        return Outcome.Ok(Cursor.MakePage(
            [.. found.Select(task => task.ToInfo())], limit, TaskList,
            last => new(last.CreatedAt.ToString("O", CultureInfo.InvariantCulture), last.Id)));
    }

    public async Task<ImmutableArray<string>> ListLabelsAsync(CancellationToken cancellationToken) =>
        (await releases.ListLabelsAsync(TenantId, cancellationToken)).RemoveAll(label => !Caller.Current!.MayUse(label));

    public async Task<Outcome<Page<Release>>> ListReleasesAsync(ReleaseQuery query, CancellationToken cancellationToken)
    {
        // Of a caller for one label it is clear which.
        if (query.Label is null && Caller.Current!.Labels is [var only]) query = query with { Label = only };
        if (LabelAccess.Refuse<Page<Release>>(Caller.Current!, query.Label) is { } refused) return refused;
        if (!Cursor.TryRead(query.Cursor, ReleaseList, out var after) || !IsSortKey(after?.Key, AgentSort.CreatedAt))
        {
            return Cursor.Refuse<Page<Release>>();
        }
        var found = await releases.ListReleasesAsync(TenantId, query with { Limit = query.Limit + 1 }, after, cancellationToken);
        return Outcome.Ok(Cursor.MakePage(
            [.. found.Select(release => release.ToRelease())], query.Limit, ReleaseList,
            last => new(last.CreatedAt.ToString("O", CultureInfo.InvariantCulture), last.Id)));
    }

    public async Task<Outcome<Release>> FindReleaseAsync(string releaseId, CancellationToken cancellationToken)
    {
        if (!GrainKeys.IsReleaseId(releaseId) || await releases.FindReleaseAsync(TenantId, releaseId) is not { } found)
        {
            return Outcome.NotFound<Release>();
        }
        return LabelAccess.Refuse<Release>(Caller.Current!, found.Label) ?? Outcome.Ok(found.ToRelease());
    }

    public Task<ImmutableArray<VersionCheck>> ListChecksAsync(string agentId, int version, CancellationToken cancellationToken) =>
        releases.ReadChecksAsync(TenantId, agentId, version, cancellationToken);

    public async Task<Outcome<VersionCheck>> ReportCheckAsync(string agentId, int version, string name, bool isOk, UnloggedText? url)
    {
        if (name.Length is < 1 or > 100)
        {
            return Outcome.Invalid<VersionCheck>([Issue.Error("out_of_range", "/name", "Must have 1 to 100 characters.")]);
        }
        var known = await releases.ReadChecksAsync(TenantId, agentId, version, CancellationToken.None);
        if (known.Length >= MaxChecks && known.All(check => check.Name != name))
        {
            return Outcome.Refuse<VersionCheck>(
                OutcomeKind.QuotaExceeded, "too_many_checks", $"A version can have {MaxChecks} checks.");
        }
        var check = new VersionCheck(name, isOk, url?.Value, time.GetUtcNow(), Caller.Current!.Subject);
        return await releases.SetCheckAsync(TenantId, agentId, version, check) ? Outcome.Ok(check) : Outcome.NotFound<VersionCheck>();
    }

    private static TemplateSummary Summarize(Template template) => new(
        template.Id, template.Scope, template.Version, template.Name, template.Description, template.Type, Agents: 0, Behind: 0,
        template.UpdatedAt);

    /// <summary>What an agent is sorted by, as the cursor carries it; times in the round-trip form.</summary>
    private static string SortKey(AgentSummary agent, AgentSort sort) => sort switch
    {
        AgentSort.CreatedAt => agent.CreatedAt.ToString("O", CultureInfo.InvariantCulture),
        AgentSort.UpdatedAt => agent.UpdatedAt.ToString("O", CultureInfo.InvariantCulture),
        _ => SearchKeys.Fold(agent.Name),
    };

    private static bool IsSortKey(string? key, AgentSort sort) =>
        key is null || sort == AgentSort.Name || DateTimeOffset.TryParse(key, CultureInfo.InvariantCulture, out _);

    private string TenantId => GrainKeys.TryReadTenant(this.GetPrimaryKeyString(), out var tenantId)
        ? tenantId
        : throw new ArgumentException("The grain key is not a tenant's.");
}
