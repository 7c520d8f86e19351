using System.Text.Json;
using AgentManagement.Domain.Json;

namespace AgentManagement.Domain.Agents;

/// <summary>The classes of risks, the gravest first, and what is of which: risks.json.</summary>
internal sealed record RiskCatalog(ImmutableArray<RiskClass> Classes, ImmutableArray<RiskRule> Rules)
{
    /// <summary>Of a difference that no rule names.</summary>
    public const string Other = "other_changed";

    public static RiskCatalog Own { get; } = Read();

    /// <summary>The rules by the places that they look at.</summary>
    public RiskNode Root { get; } = RiskNode.Of(Rules);

    /// <summary>How grave a class is: 0 is the gravest.</summary>
    public int RankOf(string code) => _ranks[code];

    private readonly Dictionary<string, int> _ranks = Classes.Index().ToDictionary(each => each.Item.Code, each => each.Index);

    private static RiskCatalog Read()
    {
        using var file = typeof(RiskCatalog).Assembly.GetManifestResourceStream("AgentManagement.Domain.Agents.risks.json")!;
        return JsonSerializer.Deserialize<RiskCatalog>(file, JsonSerializerOptions.Web)!;
    }
}

/// <param name="Code">For programs.</param>
/// <param name="Level">high, medium or low.</param>
/// <param name="Text">For people; <c>{share}</c> is how much of the lines of a text has changed.</param>
internal sealed record RiskClass(string Code, string Level, string Text);

/// <param name="At">JSON pointer; * is any one step, and ** at the end what is there and all below it.</param>
/// <param name="When">changed, added, removed, raised, enabled, or weaker: before another word of the order.</param>
/// <param name="Class">What it is then.</param>
/// <param name="Order">Words, the weakest first.</param>
/// <param name="Absent">What an absent value is the same as.</param>
/// <param name="Unless">The value that is never of this class.</param>
internal sealed record RiskRule(
    string At, string When, string Class, ImmutableArray<string>? Order = null, string? Absent = null, string? Unless = null)
{
    /// <param name="isItem">Whether it is an item of a list: another one in its place was added, and the one before removed.</param>
    public bool Matches(JsonIndex? older, JsonIndex? newer, bool isItem) => When switch
    {
        "changed" => Unless is null || WordOf(newer) != Unless,
        "added" => older is null || (isItem && newer is not null),
        "removed" => newer is null || (isItem && older is not null),
        "raised" => older is not null && (newer is null || !(FigureOf(newer) <= FigureOf(older))),
        "enabled" => WordOf(newer) != "false" && WordOf(older) == "false",
        "weaker" => PlaceOf(newer) < PlaceOf(older),
        _ => throw new InvalidOperationException($"A rule of risks has an unknown condition: {When}."),
    };

    // A word that the order does not know is taken for the weakest.
    private int PlaceOf(JsonIndex? value) => Order!.Value.IndexOf(WordOf(value) ?? "");

    private string? WordOf(JsonIndex? value) => value switch
    {
        null => Absent,
        { Kind: JsonValueKind.String } text => text.Element.GetString(),
        { } other => other.Element.GetRawText(),
    };

    private static double FigureOf(JsonIndex value) =>
        value.Kind == JsonValueKind.Number && value.Element.TryGetDouble(out var figure) ? figure : double.NaN;
}

/// <summary>A step of the pointers of rules.</summary>
internal sealed class RiskNode
{
    private readonly Dictionary<string, RiskNode> _named = new(StringComparer.Ordinal);
    private RiskNode? _any;

    /// <summary>What looks at this place.</summary>
    public List<RiskRule> Here { get; } = [];

    /// <summary>What looks at this place, and at all below it.</summary>
    public List<RiskRule> Below { get; } = [];

    public bool HasFurther => _named.Count > 0 || _any is not null;

    public static RiskNode Of(IEnumerable<RiskRule> rules)
    {
        var root = new RiskNode();
        foreach (var rule in rules)
        {
            var node = root;
            var steps = rule.At.Split('/')[1..];
            foreach (var step in steps.Where(step => step != "**"))
            {
                node = step == "*" ? node._any ??= new()
                    : node._named.TryGetValue(step, out var known) ? known : node._named[step] = new();
            }
            (steps[^1] == "**" ? node.Below : node.Here).Add(rule);
        }
        return root;
    }

    public IEnumerable<RiskNode> Next(string step)
    {
        if (_named.TryGetValue(step, out var named)) yield return named;
        if (_any is not null) yield return _any;
    }
}
