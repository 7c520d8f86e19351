using AgentManagement.Bench.Client;
using AgentManagement.Bench.Service;

namespace AgentManagement.Bench.Report;

/// <summary>Compares a tenant's log, over REST and in the database, with the changes that the service acknowledged.</summary>
public static class LogCheck
{
    /// <summary>What is wrong; empty when the log holds each acknowledged change once, nothing else, without gaps.</summary>
    /// <param name="client">Of the tenant.</param>
    /// <param name="data">The service's data.</param>
    /// <param name="acknowledged">Agent and version of every change that the service confirmed.</param>
    public static async Task<ImmutableArray<string>> FindProblemsAsync(
        TenantClient client, DataLocation data, IReadOnlyCollection<(string AgentId, int Version)> acknowledged)
    {
        var problems = ImmutableArray.CreateBuilder<string>();
        var revision = await client.RevisionAsync();
        if (revision != acknowledged.Count)
        {
            Report($"GET /tenant tells revision {revision} after {acknowledged.Count} acknowledged changes");
        }

        if (await client.FindBrokenAsync() is { } broken) Report($"the chain of the log is broken: {broken}");

        var audit = await client.AuditAsync();
        problems.AddRange(Compare(client.TenantId, "GET /audit", audit, acknowledged));
        var (stored, rows) = await DatabaseView.ReadLogAsync(data, client.TenantId);
        if (stored != acknowledged.Count) Report($"the database holds revision {stored} after {acknowledged.Count} acknowledged changes");
        problems.AddRange(Compare(client.TenantId, "the database", rows, acknowledged));
        return problems.ToImmutable();

        void Report(string problem) => problems.Add($"{client.TenantId}: {problem}");
    }

    /// <summary>How a tenant's log differs from what was acknowledged; empty when it does not.</summary>
    /// <param name="tenantId">For the messages.</param>
    /// <param name="where">Where the log was read, for the messages.</param>
    /// <param name="changes">The log, in any order.</param>
    /// <param name="acknowledged">Agent and version of every change that the service confirmed.</param>
    public static ImmutableArray<string> Compare(
        string tenantId, string where, IReadOnlyCollection<LoggedChange> changes,
        IReadOnlyCollection<(string AgentId, int Version)> acknowledged)
    {
        var problems = ImmutableArray.CreateBuilder<string>();
        var revisions = changes.Select(change => change.Revision).Order();
        if (!revisions.SequenceEqual(Enumerable.Range(1, changes.Count).Select(each => (long)each)))
        {
            Report($"the revisions in {where} are not 1 to {changes.Count}");
        }

        var logged = changes.Select(change => (change.AgentId, change.Version)).ToList();
        foreach (var doubled in logged.GroupBy(each => each).Where(each => each.Count() > 1)) Report($"{where} has {doubled.Key} twice");
        foreach (var lost in acknowledged.Except(logged)) Report($"{where} lacks the acknowledged change {lost}");
        foreach (var unknown in logged.Except(acknowledged)) Report($"{where} has the change {unknown}, which was never acknowledged");
        foreach (var agent in logged.GroupBy(each => each.AgentId))
        {
            var versions = agent.Select(each => each.Version).Order().ToList();
            if (!versions.SequenceEqual(Enumerable.Range(1, versions.Count))) Report($"the versions of {agent.Key} in {where} have gaps");
        }
        return problems.ToImmutable();

        void Report(string problem) => problems.Add($"{tenantId}: {problem}");
    }
}
