using System.Security.Cryptography;
using System.Text;
using AgentManagement.Domain.Json;
using AgentManagement.Domain.Templates;
using AgentManagement.Domain.Tenants;
using AgentManagement.Domain.Validation;

namespace AgentManagement.Tests.Templates;

public sealed class SystemTemplatesTests
{
    private static readonly SystemTemplates System = new();

    // A released version is never edited: agents were made from it. A new version gets a line of its own.
    [Theory]
    [InlineData("customer_service", 1, "b4a630781664a063")]
    [InlineData("knowledge_base", 1, "dd9135c9b6466bb4")]
    [InlineData("sales_assistant", 1, "b2683f6385dc5d20")]
    public void A_released_version_stays_what_it_was(string id, int version, string hash)
    {
        var template = System.VersionsOf(id)[version - 1];
        var text = string.Join(
            '\n', template.Version, template.Name, template.Description, template.Type, template.Variables.Text, template.Config.Text);
        Assert.Equal(hash, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16]);
    }

    [Fact]
    public void They_are_these_and_their_versions_have_no_gaps()
    {
        Assert.Equal(["customer_service", "knowledge_base", "sales_assistant"], System.All.Select(template => template.Id));
        Assert.All(System.All, template => Assert.Equal(
            Enumerable.Range(1, template.Version), System.VersionsOf(template.Id).Select(version => version.Version)));
        Assert.Empty(System.VersionsOf("none"));
    }

    [Theory, InlineData("customer_service"), InlineData("knowledge_base"), InlineData("sales_assistant")]
    public void What_they_make_is_complete_and_valid_in_the_lowest_tier_without_a_warning(string id)
    {
        var template = System.VersionsOf(id)[^1];
        var parts = Instantiation.Render(template, "Agent", TemplateVariables.Samples(template.Variables))!;
        var check = ContentValidation.Check(parts.ToContent(), agentId: null, new TierCatalog(50).Find("free"), mustBeComplete: true);
        Assert.Equal(OutcomeKind.Ok, check.Kind);
        Assert.Empty(check.Issues);
        Assert.DoesNotContain("{{", parts.ToContent().Text, StringComparison.Ordinal);
        Assert.All(StrictJson.Parse(template.Variables).EnumerateObject(), variable =>
        {
            Assert.NotNull(variable.Value.Text("description"));
            Assert.Contains($"{{{{{variable.Name}}}}}", template.Config.Text + template.Description, StringComparison.Ordinal);
        });
    }
}
