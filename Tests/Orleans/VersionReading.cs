using AgentManagement.Agents;
using AgentManagement.Catalog;
using AgentManagement.Changes;
using AgentManagement.Storage;
using AgentManagement.Tests.Support;

namespace AgentManagement.Tests.Cluster;

/// <summary>
/// Stops an agent between its decision and its write: rolling back reads the old version in between, and a test says
/// which of these readings waits.
/// </summary>
internal sealed class VersionReading
{
    private Checkpoint? _checkpoint;
    private int _left;

    /// <summary>The reading with this number, 1 for the next, waits at the checkpoint.</summary>
    public Checkpoint Stop(int number)
    {
        _left = number;
        return _checkpoint = Checkpoint.Create();
    }

    /// <summary>A store whose readings of versions may be stopped.</summary>
    public ITenantStore Through(ITenantStore store) => new Store(this, store);

    private Task PassAsync() => _checkpoint is { } checkpoint && Interlocked.Decrement(ref _left) == 0 ? Checkpoint.Pass(checkpoint.Name) : Task.CompletedTask;

    private sealed class Store(VersionReading reading, ITenantStore store) : ITenantStore
    {
        public async Task<AgentDocument?> ReadVersionAsync(string tenantId, string agentId, int version)
        {
            await reading.PassAsync();
            return await store.ReadVersionAsync(tenantId, agentId, version);
        }

        public Task<TenantTotals> ReadTotalsAsync(string tenantId, DateOnly today) => store.ReadTotalsAsync(tenantId, today);

        public Task<KeptAnswer?> FindAnswerAsync(string tenantId, string key, DateTimeOffset now) => store.FindAnswerAsync(tenantId, key, now);

        public Task<ImmutableArray<AgentVersion>> ListVersionsAsync(string tenantId, string agentId, long belowVersion, int limit) =>
            store.ListVersionsAsync(tenantId, agentId, belowVersion, limit);

        public Task<(ImmutableArray<AgentSummary> Items, long Total)> ListAgentsAsync(string tenantId, AgentQuery query, ListPosition? after) =>
            store.ListAgentsAsync(tenantId, query, after);

        public Task<ImmutableArray<ChangeRecord>> ListChangesAsync(string tenantId, ChangeQuery query, long belowRevision) =>
            store.ListChangesAsync(tenantId, query, belowRevision);

        public Task<long> ReadRevisionAsync(string tenantId) => store.ReadRevisionAsync(tenantId);

        public Task<ImmutableArray<ChangeEvent>> ReadChangesAsync(string tenantId, long since, int limit) =>
            store.ReadChangesAsync(tenantId, since, limit);
    }
}
