using System.Text.Json;
using AgentManagement.Domain.Json;

namespace AgentManagement.Domain.Merging;

/// <summary>What stands at a place in each of the three documents; null where there is nothing.</summary>
public readonly record struct Sides(JsonIndex? Base, JsonIndex? Theirs, JsonIndex? Mine)
{
    /// <summary>The members of an object that is, or may become one, at each side.</summary>
    public Sides Member(string name) => new(Base?.Member(name), Theirs?.Member(name), Mine?.Member(name));

    /// <summary>The names of what both sides have, mine first.</summary>
    public IEnumerable<string> Names => Mine!.Members.Keys.Concat(Theirs!.Members.Keys).Distinct(StringComparer.Ordinal);

    /// <summary>Whether both sides have this kind, and the base has it or nothing.</summary>
    public bool Are(JsonValueKind kind) => Theirs?.Kind == kind && Mine?.Kind == kind && (Base is null || Base.Kind == kind);
}
