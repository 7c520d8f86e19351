namespace AgentManagement.Domain.Validation;

/// <summary>An agent as a place that hand-offs lead to and from.</summary>
/// <param name="Id">The agent.</param>
/// <param name="Type">One of <see cref="AgentManagement.Agents.AgentType"/>.</param>
/// <param name="Status">One of <see cref="AgentManagement.Agents.AgentStatus"/>.</param>
/// <param name="Targets">Whom it hands over to.</param>
public sealed record HandoffNode(string Id, string Type, string Status, ImmutableArray<string> Targets);

/// <summary>Agents and where they hand over to, from one of them on.</summary>
/// <param name="startId">The one; null when it is nobody yet.</param>
/// <param name="startTargets">Whom it hands over to.</param>
/// <param name="others">The others.</param>
public sealed class HandoffGraph(string? startId, ImmutableArray<string> startTargets, IEnumerable<HandoffNode> others)
{
    private readonly Dictionary<string, HandoffNode> _others = others.ToDictionary(node => node.Id);

    /// <summary>Another agent; null when it is not there.</summary>
    public HandoffNode? Find(string id) => _others.GetValueOrDefault(id);

    /// <summary>The longest of the shortest ways from the start to an agent, in hand-offs.</summary>
    public int StepsToFarthest
    {
        get
        {
            var (seen, steps) = (new HashSet<string>(), 0);
            for (var next = startTargets; ; steps++)
            {
                ImmutableArray<HandoffNode> level = [.. next.Where(seen.Add).Select(Find).OfType<HandoffNode>()];
                if (level.IsEmpty) return steps;
                next = [.. level.SelectMany(node => node.Targets)];
            }
        }
    }

    /// <summary>The others that the start leads to and that lead back to it.</summary>
    public HashSet<string> CircleOfStart()
    {
        if (startId is null) return [];
        var reached = Walk(startTargets, id => Find(id)?.Targets ?? []);
        var sources = reached.Select(Find).OfType<HandoffNode>().SelectMany(node => node.Targets.Select(target => (target, node.Id)))
            .ToLookup(way => way.target, way => way.Id);
        var circle = Walk(sources[startId], id => sources[id]);
        circle.Remove(startId);
        return circle;
    }

    private HashSet<string> Walk(IEnumerable<string> from, Func<string, IEnumerable<string>> follow)
    {
        var seen = new HashSet<string>();
        var waiting = new Queue<string>(from);
        while (waiting.TryDequeue(out var id))
        {
            // At the start the way has come round.
            if (id == startId || !seen.Add(id)) continue;
            foreach (var next in follow(id)) waiting.Enqueue(next);
        }
        return seen;
    }
}
