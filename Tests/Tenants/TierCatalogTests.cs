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
