using AgentManagement.Domain.Tenants;
using AgentManagement.Tenants;

namespace AgentManagement.Tests.Tenants;

public sealed class TierCatalogTests
{
    private static readonly TierCatalog Uncapped = new(maximumAgentsPerTenant: 1_000_000);

    // What was promised for each tier, apart from the data file; null is "unlimited", and 1,000,000 stands for "contract".
    [Theory]
    [InlineData("free", 3, 1, 5, 5, 1, 1, 8_000, 20, 60, 2)]
    [InlineData("advance", 5, 3, 10, 15, 3, 3, 20_000, 100, 120, 5)]
    [InlineData("professional", 20, 10, 20, 50, 10, 10, 50_000, 500, 300, 50)]
    [InlineData("enterprise", 1_000_000, 1_000_000, null, 128, 20, 50, 256_000, 1_000, 1_000, 500)]
    public void The_figures_are_those_of_the_design(
        string tier, int agents, int active, int? creates, int tools, int servers, int collections, int characters, int versions,
        int requests, int watchers)
    {
        var limits = Uncapped.Find(tier);
        Assert.Equal(tier, limits.Tier);
        Assert.Equal((agents, active, creates), (limits.Agents, limits.ActiveAgents, limits.CreatesPerDay));
        Assert.Equal(
            (tools, servers, collections, characters), (limits.Tools, limits.McpServers, limits.Collections, limits.InstructionCharacters));
        Assert.Equal((versions, requests, watchers), (limits.VersionsKept, limits.RequestsPerMinute, limits.Watchers));
    }

    [Theory, InlineData("free"), InlineData("advance"), InlineData("professional"), InlineData("enterprise")]
    public void MAX_AGENTS_PER_TENANT_caps_every_tier_and_raises_none(string tier)
    {
        var (own, capped) = (Uncapped.Find(tier), new TierCatalog(2).Find(tier));
        Assert.Equal((Math.Min(own.Agents, 2), Math.Min(own.ActiveAgents, 2)), (capped.Agents, capped.ActiveAgents));
        Assert.Equal(own with { Agents = 0, ActiveAgents = 0, Models = capped.Models, FileTypes = capped.FileTypes },
            capped with { Agents = 0, ActiveAgents = 0 });
    }

    [Fact]
    public void By_default_enterprise_has_50_agents() => Assert.Equal(50, new TierCatalog(50).Find("enterprise").Agents);

    [Theory, InlineData(null), InlineData(""), InlineData("unknown"), InlineData("Enterprise"), InlineData("enterprise ")]
    public void What_is_no_tier_is_the_lowest(string? tier) => Assert.Equal("free", Uncapped.Find(tier).Tier);

    [Theory]
    [InlineData("golden", "{}", "unknown_tier", "/tier", "There is no such tier; there are: advance, enterprise, free, professional.")]
    [InlineData("free", "[]", "wrong_type", "/overrides", "Must be object.")]
    [InlineData("free", """{"agent":1}""", "unknown_field", "/overrides/agent", "There is no such limit.")]
    [InlineData("free", """{"agents":-1}""", "out_of_range", "/overrides/agents", "It must be a whole number from 0 to 2147483647.")]
    [InlineData("free", """{"agents":2147483648}""", "out_of_range", "/overrides/agents",
        "It must be a whole number from 0 to 2147483647.")]
    [InlineData("free", """{"agents":null}""", "out_of_range", "/overrides/agents", "It must be a whole number from 0 to 2147483647.")]
    [InlineData("free", """{"createsPerDay":-1}""", "out_of_range", "/overrides/createsPerDay",
        "It must be a whole number from 0 to 2147483647.")]
    [InlineData("free", """{"models":["a/*",7]}""", "out_of_range", "/overrides/models",
        "It must be a list of texts such as \"openai/*\".")]
    [InlineData("free", """{"models":[""]}""", "out_of_range", "/overrides/models", "It must be a list of texts such as \"openai/*\".")]
    [InlineData("free", """{"fileTypes":["text/*",7]}""", "out_of_range", "/overrides/fileTypes",
        "It must be a list of texts such as \"image/*\".")]
    public void What_is_no_figure_of_a_tenants_own_is_told(string tier, string overrides, string code, string pointer, string message)
    {
        var issue = Assert.Single(Uncapped.Check(tier, new(overrides)));
        Assert.Equal((code, pointer, message), (issue.Code, issue.Pointer, issue.Message));
    }

    [Fact]
    public void All_that_is_wrong_is_told_and_the_least_and_the_most_are_not_wrong()
    {
        Assert.Equal(3, Uncapped.Check("golden", new("""{"agent":1,"tools":-1,"agents":1}""")).Count());
        Assert.Empty(Uncapped.Check("free", new("""{"agents":0,"tools":2147483647,"createsPerDay":null,"models":[]}""")));
        Assert.Empty(Uncapped.Check("free", new($$"""{"models":["{{new string('m', 300)}}"]}""")));
        Assert.Single(Uncapped.Check("free", new($$"""{"models":["{{new string('m', 301)}}"]}""")));
    }

    [Fact]
    public void A_higher_tier_never_allows_less()
    {
        TierLimits[] tiers = [.. new[] { "free", "advance", "professional", "enterprise" }.Select(Uncapped.Find)];
        foreach (var figure in typeof(TierLimits).GetProperties().Where(property => property.PropertyType == typeof(int)))
        {
            var figures = tiers.Select(tier => (int)figure.GetValue(tier)!).ToList();
            Assert.Equal(figures.Order(), figures);
        }
    }
}
