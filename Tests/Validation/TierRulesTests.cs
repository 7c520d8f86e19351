using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Tenants;
using AgentManagement.Domain.Validation;
using AgentManagement.Tenants;

namespace AgentManagement.Tests.Validation;

/// <summary>What each tier allows of one agent.</summary>
public sealed class TierRulesTests
{
    [Theory]
    [InlineData("free", "tools", 5), InlineData("advance", "tools", 15), InlineData("professional", "tools", 50),
        InlineData("enterprise", "tools", 128)]
    [InlineData("free", "mcpServers", 1), InlineData("advance", "mcpServers", 3), InlineData("professional", "mcpServers", 10),
        InlineData("enterprise", "mcpServers", 20)]
    [InlineData("free", "collections", 1), InlineData("advance", "collections", 3), InlineData("professional", "collections", 10),
        InlineData("enterprise", "collections", 50)]
    [InlineData("free", "characters", 8_000), InlineData("advance", "characters", 20_000), InlineData("professional", "characters", 50_000),
        InlineData("enterprise", "characters", 256_000)]
    [InlineData("free", "astral characters", 8_000), InlineData("advance", "astral characters", 20_000)]
    [InlineData("professional", "astral characters", 50_000), InlineData("enterprise", "astral characters", 256_000)]
    public void At_a_limit_is_accepted_and_one_over_is_refused(string tier, string what, int limit)
    {
        Assert.True(Check(tier, Of(what, limit)).IsOk);
        var refused = Check(tier, Of(what, limit + 1));
        var issue = Assert.Single(refused.Issues, issue => issue.Severity == IssueSeverity.Error);
        Assert.Equal(PointerOf(what), issue.Pointer);
        // Where the highest tier's limit is the document format's own, the format answers first.
        var isFormatsOwn = (tier, what) is ("enterprise", not "mcpServers");
        Assert.Equal(isFormatsOwn ? what.EndsWith("characters", StringComparison.Ordinal) ? "wrong_length" : "wrong_count" : "tier_limit",
            issue.Code);
        if (!isFormatsOwn) Assert.Equal($"The tier '{tier}' allows {limit} {NameOf(what)}.", issue.Message);
    }

    [Theory]
    [InlineData("free", "openai", "gpt-5-mini", true), InlineData("free", "openai", "gpt-5-mini-2", false),
        InlineData("free", "openai", "gpt-5", false)]
    [InlineData("free", "anthropic", "claude-haiku", true), InlineData("free", "anthropic", "claude-haiku-4.5", true),
        InlineData("free", "anthropic", "claude-sonnet-4.5", false)]
    [InlineData("free", "xopenai", "gpt-5-mini", false), InlineData("free", "openai", "GPT-5-mini", false),
        InlineData("free", "openai", "*", false)]
    [InlineData("advance", "openai", "gpt-5", true), InlineData("advance", "openai-eu", "gpt-5", false),
        InlineData("advance", "anthropic", "claude-sonnet-4.5", true)]
    [InlineData("advance", "anthropic", "claude-opus-4.5", false), InlineData("advance", "xai", "grok", false)]
    [InlineData("professional", "anthropic", "claude-opus-4.5", true), InlineData("professional", "anyone", "anything at all", true)]
    [InlineData("enterprise", "anyone", "anything/at:all", true)]
    public void A_model_and_a_fallback_are_allowed_by_the_tier_or_refused_by_name(string tier, string provider, string id, bool allowed)
    {
        var model = new JsonObject { ["provider"] = provider, ["id"] = id };
        var fallbacks = new JsonArray(new JsonObject { ["provider"] = "openai", ["id"] = "gpt-5-mini" }, model.DeepClone());
        var asModel = Check(tier, new() { ["model"] = model });
        var asFallback = Check(
            tier, new() { ["model"] = new JsonObject { ["provider"] = "openai", ["id"] = "gpt-5-mini", ["fallbacks"] = fallbacks } });
        Assert.Equal((allowed, allowed), (asModel.IsOk, asFallback.IsOk));
        if (allowed) return;
        var refused = Assert.Single(asModel.Issues, issue => issue is { Code: "tier_model", Pointer: "/config/model/id" });
        Assert.Equal($"The tier '{tier}' does not include this model.", refused.Message);
        Assert.Contains(asFallback.Issues, issue => issue is { Code: "tier_model", Pointer: "/config/model/fallbacks/1/id" });
    }

    [Fact]
    public void Sources_count_as_collections_do()
    {
        var limits = Given.Limits with { Collections = 2 };
        Assert.True(Check(limits, Knowledge(1, 1)).IsOk);
        Assert.Equal("/config/knowledge/sources", PointerOfError(Knowledge(1, 2)));
        Assert.Equal("/config/knowledge/sources", PointerOfError(Knowledge(0, 3)));
        Assert.Equal("/config/knowledge/collections", PointerOfError(Knowledge(3, 0)));

        string PointerOfError(JsonObject config) =>
            Assert.Single(Check(limits, config).Issues, issue => issue.Severity == IssueSeverity.Error).Pointer;

        static JsonObject Knowledge(int collections, int sources) => new()
        {
            ["knowledge"] = new JsonObject
            {
                ["collections"] = new JsonArray([.. Enumerable.Range(0, collections).Select(index => (JsonNode)$"c{index}")]),
                ["sources"] = new JsonArray([.. Enumerable.Range(0, sources).Select(index => new JsonObject
                {
                    ["type"] = "connector",
                    ["ref"] = $"s{index}",
                })]),
            },
        };
    }

    [Fact]
    public void A_name_without_a_star_is_that_model_only()
    {
        var limits = Given.Limits with { Models = ["a/b", "c/*"] };
        Assert.True(IsAllowed(limits, "a", "b"));
        Assert.False(IsAllowed(limits, "a", "bc"));
        Assert.True(IsAllowed(limits, "c", "d"));
        Assert.False(IsAllowed(limits with { Models = [] }, "a", "b"));
    }

    private static bool IsAllowed(TierLimits limits, string provider, string id) =>
        Check(limits, new() { ["model"] = new JsonObject { ["provider"] = provider, ["id"] = id } }).IsOk;

    private static string PointerOf(string what) => what switch
    {
        "collections" => "/config/knowledge/collections",
        "characters" or "astral characters" => "/config/instructions/template",
        _ => $"/config/{what}",
    };

    private static string NameOf(string what) => what switch
    {
        "mcpServers" => "MCP servers",
        "characters" or "astral characters" => "characters of instructions",
        _ => what,
    };

    private static JsonObject Of(string what, int count)
    {
        var indexes = Enumerable.Range(0, count);
        return what switch
        {
            "tools" => new() { ["tools"] = new JsonArray([.. indexes.Select(index => new JsonObject { ["id"] = $"t{index}" })]) },
            "mcpServers" => new()
            {
                ["mcpServers"] =
                new JsonArray([.. indexes.Select(index => new JsonObject { ["name"] = $"s{index}", ["url"] = "https://h" })]),
            },
            "collections" => new()
            {
                ["knowledge"] = new JsonObject { ["collections"] = new JsonArray([.. indexes.Select(index => (JsonNode)$"c{index}")]) },
            },
            "characters" => new() { ["instructions"] = new JsonObject { ["template"] = new string('é', count) } },
            _ => new() { ["instructions"] = new JsonObject { ["template"] = string.Concat(Enumerable.Repeat("😀", count)) } },
        };
    }

    private static Outcome<AgentParts> Check(string tier, JsonObject config) => Check(Given.Tiers.Find(tier), config);

    private static Outcome<AgentParts> Check(TierLimits limits, JsonObject config) =>
        ContentValidation.Check(Given.Content(content => content["config"] = config), "bot", limits, mustBeComplete: false);
}
