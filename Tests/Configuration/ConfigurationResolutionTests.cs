using AgentManagement.Domain.Configuration;
using AgentManagement.Tenants;

namespace AgentManagement.Tests.Configuration;

/// <summary>What a configuration leaves to its tenant.</summary>
public sealed class ConfigurationResolutionTests
{
    private static readonly DefaultModel Model = new("anthropic", "claude-5");

    [Theory]
    [InlineData("""{"a":1.0}""", """{"model":{"provider":"anthropic","id":"claude-5"},"a":1.0}""")]
    [InlineData("""{"a":"<é>","model":null,"b":[1 ]}""", """{"a":"<é>","model":{"provider":"anthropic","id":"claude-5"},"b":[1 ]}""")]
    [InlineData(
        """{"model":{"id":"x","inherit":true,"provider":"y","params":{"t":0.70},"é":"\u00e9"}}""",
        """{"model":{"provider":"anthropic","id":"claude-5","params":{"t":0.70},"é":"\u00e9"}}""")]
    public void A_model_that_is_left_to_the_tenant_is_filled_in_and_the_rest_stays_letter_for_letter(string config, string resolved)
    {
        var outcome = ConfigurationResolution.Resolve(new(config), Model);
        Assert.Equal(resolved, outcome.Config.Text);
        Assert.Equal(["/model/id tenant", "/model/provider tenant"], outcome.Provenance.Select(pair => $"{pair.Key} {pair.Value}"));
        var without = ConfigurationResolution.Resolve(new(config), defaultModel: null);
        Assert.Equal((config, 0), (without.Config.Text, without.Provenance.Count));
        Assert.True(ConfigurationResolution.LeavesModel(new(config)));
    }

    [Theory]
    [InlineData("""{"model":{"provider":"openai","id":"gpt-5"}}"""), InlineData("""{"model":{"inherit":false,"id":"gpt-5"}}""")]
    [InlineData("""{"model":{"inherit":"true"}}"""), InlineData("""{"model":{}}""")]
    public void A_model_of_its_own_stays(string config)
    {
        var outcome = ConfigurationResolution.Resolve(new(config), Model);
        Assert.Equal((config, 0), (outcome.Config.Text, outcome.Provenance.Count));
        Assert.False(ConfigurationResolution.LeavesModel(new(config)));
    }
}
