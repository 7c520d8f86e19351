using System.Text.Json.Serialization;

namespace AgentManagement.Client;

internal sealed record CachedRules(LabelRules Rules, DateTimeOffset ReadAt)
{
    [JsonIgnore]
    public IReadOnlyDictionary<string, VersionRule> ByAgent { get; } =
        Rules.Items.ToDictionary(rule => rule.Agent, StringComparer.Ordinal);
}

/// <summary>The rules of labels that a cache has, and the versions that they name. The cache's lock is its lock.</summary>
internal sealed class CachedLabels
{
    private readonly Dictionary<string, CachedRules> _rules = new(StringComparer.Ordinal);

    // Of those that are not the agents' current ones.
    private readonly Dictionary<(string Id, int Version), Agent> _versions = [];

    public IReadOnlyList<string> Names => [.. _rules.Keys];

    public IReadOnlyList<CachedRules> Rules => [.. _rules.Values];

    public IReadOnlyList<Agent> Versions => [.. _versions.Values];

    public CachedRules? Find(string label) => _rules.GetValueOrDefault(label);

    public Agent? FindVersion(string id, int version) => _versions.GetValueOrDefault((id, version));

    public void Put(CachedRules rules) => _rules[rules.Rules.Label] = rules;

    public Agent PutVersion(Agent agent) => _versions[(agent.Id, agent.Version)] = agent;

    public void Remove(string label) => _rules.Remove(label);

    /// <summary>Rules that were read now. Versions that no label has any more go.</summary>
    public CachedRules Replace(string label, LabelRules rules, DateTimeOffset readAt)
    {
        var kept = _rules[label] = new(rules, readAt);
        var needed = _rules.Values.SelectMany(each => each.Rules.Items)
            .SelectMany(rule => new[] { (rule.Agent, rule.Stable), (rule.Agent, rule.Candidate) }).ToHashSet();
        foreach (var (id, version) in _versions.Keys.Where(each => !needed.Contains((each.Id, each.Version))).ToList())
        {
            _versions.Remove((id, version));
        }
        return kept;
    }
}
