using AgentManagement.Agents;
using AgentManagement.ClusterClient.Hosting;
using AgentManagement.Keys;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Problems;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Caching.Memory;

namespace AgentManagement.WebGateway.Agents;

/// <summary>
/// Reads agents. Their grain is asked each time whether the caller may and whether what was read last is still the agent; only what has
/// changed comes over, and is written as JSON, again.
/// </summary>
/// <param name="cluster">The silos, when the first agent is read.</param>
internal sealed class AgentReader(Lazy<IClusterClient> cluster) : IDisposable
{
    internal const long MaxBytes = 64 * 1024 * 1024;

    // Of an entry beside its body: keys, references and the cache's own.
    private const int BytesOfEntry = 600;

    private readonly MemoryCache _kept = new(new MemoryCacheOptions { SizeLimit = MaxBytes });

    /// <summary>For tests.</summary>
    internal int Count => _kept.Count;

    /// <summary>Reads an agent with its current configuration.</summary>
    public async Task<Results<AgentRepresentation, NotModified, Problem>> Get(string id, HttpContext http)
    {
        // The caller's tenant is in the key: nobody is answered with what another tenant keeps.
        var key = GrainKeys.Agent(CurrentCaller.Of(http).TenantId, id);
        var kept = _kept.Get<Entry>(key);
        var grain = kept?.Grain ?? cluster.Value.Bind<IAgentGrain>(key);
        var outcome = await grain.GetIfChangedAsync(kept?.Representation.Mark ?? Guid.Empty);
        if (!outcome.IsOk) return Problem.For(outcome);
        var current = outcome.Value is { IsUnchanged: false, Agent: { } agent } changed
            ? Keep(key, grain, new(agent, changed.Mark))
            : kept!.Representation;
        return NotModified.IfKnown(http, current.Tag) is { } known ? known : current;
    }

    public void Dispose() => _kept.Dispose();

    private AgentRepresentation Keep(string key, IAgentGrain grain, AgentRepresentation representation)
    {
        using var entry = _kept.CreateEntry(key);
        (entry.Value, entry.Size) = (new Entry(grain, representation), BytesOfEntry + (2 * key.Length) + representation.Length);
        return representation;
    }

    private sealed record Entry(IAgentGrain Grain, AgentRepresentation Representation);
}
