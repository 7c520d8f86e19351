namespace AgentManagement.Domain.Validation;

/// <summary>By what models are compared: providers are spelled in many ways, and all that serve the same are one.</summary>
public static class ModelNames
{
    // Some write the provider's plug-in before it.
    private const string PlugIn = "langgenius/";

    private static readonly ImmutableDictionary<string, string> Aliases = new Dictionary<string, string>
    {
        ["azureopenai"] = "azure", ["azureai"] = "azure", ["azureaifoundry"] = "azure",
        ["bedrock"] = "bedrock", ["awsbedrock"] = "bedrock", ["amazonbedrock"] = "bedrock",
        ["claude"] = "anthropic",
        ["gemini"] = "google", ["googleai"] = "google", ["googlegenai"] = "google", ["googlegemini"] = "google",
        ["googlevertex"] = "vertex", ["googlevertexai"] = "vertex", ["vertexai"] = "vertex",
        ["grok"] = "xai",
        ["mistralai"] = "mistral",
        ["openaicompatible"] = "openai-compatible",
        ["openaichat"] = "openai", ["openairesponses"] = "openai",
    }.ToImmutableDictionary();

    /// <summary>The model as <c>provider/id</c>, with the provider's one name.</summary>
    public static string Of(string provider, string id) => $"{ProviderOf(provider)}/{id}";

    /// <summary>The provider's one name: in lower case, and of several that stand for it the one that tiers speak of.</summary>
    public static string ProviderOf(string provider)
    {
        var name = provider.ToLowerInvariant();
        if (name.StartsWith(PlugIn, StringComparison.Ordinal)) name = name[(name.LastIndexOf('/') + 1)..];
        var letters = string.Concat(name.Where(letter => letter is not ('-' or '_' or '.' or ' ')));
        return Aliases.GetValueOrDefault(letters, name);
    }
}
