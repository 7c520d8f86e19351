using System.Globalization;
using System.Text.Json;
using AgentManagement.Domain.Json;
using AgentManagement.Domain.Search;
using AgentManagement.Domain.Validation;

namespace AgentManagement.Domain.Agents;

/// <summary>
/// What lists search and sort by, folded here so that every database compares the same characters. Of what there may be
/// several, such as tags, each item stands between line feeds, which none can hold.
/// </summary>
/// <param name="Name">Sort key: the name, folded.</param>
/// <param name="Text">Name, description and tags, folded.</param>
/// <param name="Tags">The tags, as they are shown; what they are looked up by is folded from them.</param>
/// <param name="Tools">Ids of the tools that the registry knows; a custom tool is nobody else's.</param>
/// <param name="Handoffs">Ids of the agents that may take over.</param>
/// <param name="Models">Models and fallbacks as <see cref="ModelNames"/> compares them.</param>
/// <param name="Degraded">What it uses that does not work any more.</param>
/// <param name="Model">The model as lists show it, <c>provider/id</c> as it was written; null where the agent names none.</param>
/// <param name="Pins">Ids and versions of the agents of which a fixed version may take over, such as <c>desk 3</c>.</param>
public sealed record SearchKeys(
    string Name, string Text, string Tags, string Tools = "", string Handoffs = "", string Models = "", string Degraded = "",
    string? Model = null, string Pins = "")
{
    /// <param name="agent">The agent.</param>
    /// <param name="config">Its configuration, read.</param>
    public static SearchKeys Of(AgentDocument agent, JsonElement config)
    {
        var model = config.Member("model");
        return new(
            Fold(agent.Name),
            Fold(string.Join('\n', [agent.Name, agent.Description ?? "", .. agent.Tags])),
            Join(agent.Tags),
            Join(config.Items("tools").Where(IsOfRegistry).Select(tool => tool.Text("id"))),
            Join(config.Items("handoffs").Select(handoff => handoff.Text("agentId"))),
            Join(model.Items("fallbacks").Prepend(model ?? default).Select(ModelOf)),
            Join(agent.Degraded),
            model.Text("provider") is { } provider && model.Text("id") is { } id ? $"{provider}/{id}" : null,
            Join(config.Items("handoffs").Select(PinOf)));
    }

    private static string? PinOf(JsonElement handoff) =>
        handoff.Text("agentId") is { } agentId && handoff.Member("version") is { ValueKind: JsonValueKind.Number } version
            ? string.Create(CultureInfo.InvariantCulture, $"{agentId} {version.GetDouble()}") : null;

    /// <summary>What a text is compared by.</summary>
    public static string Fold(string text) => TextKey.Of(text);

    /// <summary>The key of several items.</summary>
    public static string Join(IEnumerable<string?> items) => string.Concat(items.OfType<string>().Select(item => $"\n{item}\n"));

    /// <summary>The items that a key was made of.</summary>
    public static ImmutableArray<string> Split(string key) => [.. key.Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    private static string? ModelOf(JsonElement model) =>
        model.Text("provider") is { } provider && model.Text("id") is { } id ? ModelNames.Of(provider, id) : null;

    private static bool IsOfRegistry(JsonElement tool) =>
        tool.Member("inputSchema") is null && tool.Member("invocation") is null && tool.Member("openapi") is null
        && tool.Text("id")?.EndsWith('*') == false;
}

/// <summary>What the tiers count of one agent.</summary>
/// <param name="Tools">Its tools.</param>
/// <param name="McpServers">Its MCP servers.</param>
/// <param name="Collections">Its knowledge collections and other sources.</param>
/// <param name="InstructionCharacters">Unicode characters of its instruction template.</param>
public sealed record AgentSizes(int Tools, int McpServers, int Collections, int InstructionCharacters)
{
    public static AgentSizes Of(JsonElement config) => new(
        config.Items("tools").Count(), config.Items("mcpServers").Count(), SourcesOf(config.Member("knowledge")),
        config.Member("instructions").Text("template")?.EnumerateRunes().Count() ?? 0);

    private static int SourcesOf(JsonElement? knowledge) => knowledge.Items("collections").Count() + knowledge.Items("sources").Count();
}
