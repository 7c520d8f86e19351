using System.Globalization;
using AgentManagement.Agents;
using AgentManagement.Changes;
using AgentManagement.Json;
using AgentManagement.Keys;
using AgentManagement.Outcomes;
using AgentManagement.Storage;
using Orleans.Concurrency;

namespace AgentManagement.Catalog;

/// <summary>Reads the read model; keeps nothing, so there may be as many as there is work.</summary>
[StatelessWorker]
internal sealed class CatalogGrain(ITenantStore store) : Grain, ICatalogGrain
{
    private const string ChangeList = "changes";

    public async Task<Outcome<Page<AgentSummary>>> ListAgentsAsync(AgentQuery query)
    {
        var list = $"agents by {query.Sort} {(query.Descending ? "down" : "up")}";
        if (!Cursor.TryRead(query.Cursor, list, out var after) || !IsSortKey(after?.Key, query.Sort)) return Cursor.Refuse<Page<AgentSummary>>();
        var (items, total) = await store.ListAgentsAsync(TenantId, query with { Limit = query.Limit + 1 }, after);
        return Outcome.Ok(Cursor.MakePage(items, query.Limit, list, last => new(SortKey(last, query.Sort), last.Id), total));
    }

    public async Task<Outcome<Page<ChangeRecord>>> ListChangesAsync(ChangeQuery query)
    {
        if (!Cursor.TryReadNumber(query.Cursor, ChangeList, out var below)) return Cursor.Refuse<Page<ChangeRecord>>();
        var items = await store.ListChangesAsync(TenantId, query with { Limit = query.Limit + 1 }, below);
        return Outcome.Ok(Cursor.MakePage(
            items, query.Limit, ChangeList, last => new(last.Revision.ToString(CultureInfo.InvariantCulture), "")));
    }

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
