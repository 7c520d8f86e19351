using AgentManagement.Domain.Validation;

namespace AgentManagement.Tests.Validation;

public sealed class ModelNamesTests
{
    [Theory]
    [InlineData("openai", "openai"), InlineData("OpenAI", "openai"), InlineData("langgenius/openai/openai", "openai")]
    [InlineData("Azure_OpenAI", "azure"), InlineData("azure-openai", "azure"), InlineData("azure", "azure")]
    [InlineData("Gemini", "google"), InlineData("google_genai", "google"), InlineData("vertexai", "vertex")]
    [InlineData("MistralAI", "mistral"), InlineData("aws-bedrock", "bedrock"), InlineData("groq", "groq")]
    public void A_provider_has_one_name_however_it_is_spelled(string provider, string name) =>
        Assert.Equal($"{name}/m", ModelNames.Of(provider, "m"));

    [Theory, InlineData("openrouter/openai"), InlineData("my/openai"), InlineData("openai2")]
    public void One_that_only_looks_like_another_stays_itself(string provider) => Assert.Equal(provider, ModelNames.ProviderOf(provider));

    [Fact]
    public void A_tier_knows_a_model_by_any_spelling_of_its_provider()
    {
        var free = Given.Tiers.Find("free");
        Assert.True(TierRules.Allows(ModelNames.Of("OpenAI", "gpt-5-mini"), free));
        Assert.False(TierRules.Allows(ModelNames.Of("my/openai", "gpt-5-mini"), free));
    }
}
