using System.Data.Common;
using AgentManagement.Agents;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Validation;
using AgentManagement.Grains.Storage;
using AgentManagement.Outcomes;
using AgentManagement.ServiceDefaults.Observability;
using Microsoft.Extensions.Logging;

namespace AgentManagement.Grains.Validation;

/// <summary>Reads the agents that hand-offs lead to, one step after the other, and lets <see cref="HandoffRules"/> judge.</summary>
/// <remarks>It sees what has been written: of two writes at the same moment neither sees the other. A revalidation does.</remarks>
internal sealed class HandoffCheck(ITenantStore store, ILogger<HandoffCheck> logger) : IReferenceCheck
{
    private const int MaxAtOnce = 1_000;

    public async Task<ReferenceFindings> CheckAsync(ReferenceSubject subject)
    {
        ImmutableArray<string> targets = [.. (subject.Config.Handoffs ?? []).Select(handoff => handoff.AgentId).OfType<string>()];
        if (targets.IsEmpty) return ReferenceFindings.None;
        try
        {
            var graph = new HandoffGraph(subject.AgentId, targets, await ReadAsync(subject.TenantId, subject.AgentId, targets));
            return new([.. HandoffRules.Check(subject, graph)])
            {
                Found = [.. targets.Where(target => graph.Find(target) is not null).Select(AgentReferences.OfAgent)],
            };
        }
        catch (DbException exception)
        {
            logger.LogWarning(LogEvents.ReferenceCheckFailed, exception, "Where hand-offs lead could not be checked");
            return subject.IsLive
                ? new([], "handoffs_unchecked")
                : new([Issue.Warning("handoffs_unchecked", "/config/handoffs", "Where they lead could not be checked now.")]);
        }
    }

    /// <summary>All agents that the targets lead to. What is archived is not there, and leads nowhere.</summary>
    private async Task<List<HandoffNode>> ReadAsync(string tenantId, string? startId, ImmutableArray<string> targets)
    {
        var (found, seen) = (new List<HandoffNode>(), new HashSet<string>());
        for (var step = 1; step <= HandoffRules.MaxSteps + 1; step++)
        {
            ImmutableArray<string> next = [.. targets.Where(id => id != startId && seen.Add(id))];
            if (next.IsEmpty) break;
            var level = new List<HandoffNode>();
            foreach (var ids in next.Chunk(MaxAtOnce)) level.AddRange(await store.ReadHandoffsAsync(tenantId, [.. ids]));
            level.RemoveAll(node => node.Status == AgentStatus.Archived);
            found.AddRange(level);
            targets = [.. level.SelectMany(node => node.Targets)];
        }
        return found;
    }
}
