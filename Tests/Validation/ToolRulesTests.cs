using AgentManagement.Configuration;
using AgentManagement.Domain.Configuration;
using AgentManagement.Domain.Tools;
using AgentManagement.Domain.Validation;

namespace AgentManagement.Tests.Validation;

/// <summary>What is said of tools, for each state that the registry has them in.</summary>
public sealed class ToolRulesTests
{
    private static readonly ImmutableDictionary<string, RegisteredTool> Registered = new RegisteredTool[]
    {
        new("good", "active", null, ["read", "write"], [new("1", "active"), new("2", "deprecated"), new("3", "retired")]),
        new("old", "deprecated", null, null, []),
        new("gone", "retired", "free", [], [new("1", "active")]),
        new("dear", "active", "enterprise", [], []),
        new("ours", "active", "professional", [], []),
    }.ToImmutableDictionary(tool => tool.Id);

    // Tool; what is said of it in a draft, in a live agent, and in a live agent where it is off; whether it counts as degraded.
    [Theory]
    [InlineData("""{"id":"good"}""", "", "", "", false)]
    [InlineData("""{"id":"good","version":"1","permissions":["write","read"]}""", "", "", "", false)]
    [InlineData("""{"id":"good","version":"2"}""", "warning tool_deprecated version", "warning tool_deprecated version",
        "warning tool_deprecated version", false)]
    [InlineData("""{"id":"good","version":"3"}""", "warning tool_retired version", "error tool_retired version",
        "warning tool_retired version", true)]
    [InlineData("""{"id":"good","version":"4"}""", "warning tool_version_not_found version", "error tool_version_not_found version",
        "warning tool_version_not_found version", true)]
    [InlineData("""{"id":"good","version":"1.0"}""", "warning tool_version_not_found version", "error tool_version_not_found version",
        "warning tool_version_not_found version", true)]
    [InlineData("""{"id":"good","permissions":["read","delete"]}""", "error tool_permission_unknown permissions",
        "error tool_permission_unknown permissions", "warning tool_permission_unknown permissions", false)]
    [InlineData("""{"id":"old","permissions":["any"]}""", "warning tool_deprecated id", "warning tool_deprecated id",
        "warning tool_deprecated id", false)]
    [InlineData("""{"id":"gone"}""", "warning tool_retired id", "error tool_retired id", "warning tool_retired id", true)]
    [InlineData("""{"id":"gone","version":"1"}""", "warning tool_retired id", "error tool_retired id", "warning tool_retired id", true)]
    [InlineData("""{"id":"dear"}""", "error tool_tier id", "error tool_tier id", "warning tool_tier id", false)]
    [InlineData("""{"id":"ours"}""", "", "", "", false)]
    [InlineData("""{"id":"absent","version":"1","permissions":["x"]}""", "warning tool_not_found id", "error tool_not_found id",
        "warning tool_not_found id", true)]
    [InlineData("""{"id":"absent","inputSchema":{}}""", "", "", "", false)]
    public void A_tool_is_what_the_registry_says(string tool, string draft, string live, string off, bool isDegraded)
    {
        var config = Config($"{Own},{tool}");
        Assert.Equal(draft, Describe(ToolRules.Check(config, Registered, Given.Limits, isLive: false)));
        Assert.Equal(live, Describe(ToolRules.Check(config, Registered, Given.Limits, isLive: true)));
        var turnedOff = Config($"{Own},{tool[..^1]},\"enabled\":false}}");
        Assert.Equal(off, Describe(ToolRules.Check(turnedOff, Registered, Given.Limits, isLive: true)));
        Assert.Equal(isDegraded, !ToolRules.Degraded(config, Registered, isDraft: false).IsEmpty);
        // Of a draft only what the registry has retired: what it does not know was perhaps never there.
        Assert.Equal(isDegraded && draft.Contains("retired", StringComparison.Ordinal),
            !ToolRules.Degraded(config, Registered, isDraft: true).IsEmpty);
        Assert.Empty(ToolRules.Degraded(turnedOff, Registered, isDraft: false));
    }

    [Theory, InlineData("free", ""), InlineData("advance", "free"), InlineData("professional", "free advance"),
        InlineData("enterprise", "free advance professional")]
    public void A_tool_needs_its_tier_or_a_higher_one(string least, string refused)
    {
        var registered = ImmutableDictionary<string, RegisteredTool>.Empty.Add("tool", new("tool", "active", least, null, []));
        var tiers = ((string[])["free", "advance", "professional", "enterprise"])
            .Where(tier => ToolRules.Check(Config("""{"id":"tool"}"""), registered, Given.Tiers.Find(tier), isLive: false).Any());
        Assert.Equal(refused, string.Join(' ', tiers));
    }

    [Fact]
    public void Only_tools_of_the_registry_are_asked_for_each_once()
    {
        var config = Config("""{"id":"a"},{"id":"b","enabled":false},{"id":"a"},{"id":"c","inputSchema":{"type":"object"}}""");
        Assert.Equal(["a", "b"], ToolRules.IdsOf(config));
        Assert.Empty(ToolRules.IdsOf(Read("{}")));
    }

    [Theory]
    [InlineData("""{"id":"a"}""", null, true), InlineData("""{"id":"a","enabled":false}""", null, false),
        InlineData("""{"id":"a","inputSchema":{}}""", null, false)]
    [InlineData("""{"id":"a"}""", """{"id":"a"}""", false),
        InlineData("""{"id":"a","config":{"x":1}}""", """{"id":"a"},{"id":"b"}""", false)]
    [InlineData("""{"id":"a"},{"id":"b"}""", """{"id":"a"}""", true), InlineData("""{"id":"a","version":"1"}""", """{"id":"a"}""", true)]
    [InlineData("""{"id":"a"}""", """{"id":"a","version":"1"}""", true),
        InlineData("""{"id":"a"}""", """{"id":"a","enabled":false}""", true)]
    [InlineData("""{"id":"a"}""", """{"id":"a","inputSchema":{}}""", true),
        InlineData("""{"id":"a","permissions":["p"]}""", """{"id":"a"}""", true)]
    [InlineData("""{"id":"a","permissions":["p"]}""", """{"id":"a","permissions":["q","p"]}""", false)]
    public void A_live_agent_may_go_on_with_what_it_has(string tools, string? before, bool mustBeAsked) =>
        Assert.Equal(mustBeAsked, ToolRules.MustBeAsked(Config(tools), before is null ? null : Config(before)));

    private const string Own = """{"id":"own","inputSchema":{"type":"object"}}""";

    private static AgentConfig Config(string tools) => Read($$"""{"tools":[{{tools}}]}""");

    private static AgentConfig Read(string json) => JsonSerializer.Deserialize<AgentConfig>(json, ContractSchema.JsonOptions)!;

    private static string Describe(IEnumerable<Issue> issues) => string.Join(", ", issues.Select(issue =>
        $"{(issue.Severity == IssueSeverity.Error ? "error" : "warning")} {issue.Code} "
            + $"{issue.Pointer.Replace("/config/tools/1/", "", StringComparison.Ordinal)}"));
}
