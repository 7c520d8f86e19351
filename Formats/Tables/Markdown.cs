using System.Text.RegularExpressions;
using static AgentManagement.Formats.Tables;

namespace AgentManagement.Formats;

/// <summary>Markdown with front matter: Claude Code's and GitHub Copilot's.</summary>
internal static partial class MarkdownTables
{
    private static readonly string[] CopilotMembers = ["handoffs", "mcp-servers", "argument-hint", "target", "user-invocable", "agents"];

    private const string CopilotProvider = "copilot";

    /// <summary>A hint of what to ask is the first of what a person may begin with.</summary>
    private static readonly Codec FirstStarter = Codec.Of(
        node => Codecs.Text(4_000, least: 1).In(node, new()) is { } text ? new JsonArray(new JsonObject { ["text"] = text }) : null,
        node => node is JsonArray { Count: > 0 } starters ? starters[0]!["text"]?.DeepClone() : null);

    internal static TableFormat Claude { get; } = new("claude", "Claude Code: .claude/agents/*.md")
    {
        OnlySyntax = Syntax.Markdown,
        WrittenAs = Syntax.Markdown,
        IsLike = text => text.Syntax == Syntax.Markdown && !LooksLikeCopilot(text) && text.First!["name"].AsText() is not null,
        OldId = (document, path) => document.TextAt("name") ?? Paths.StemOf(path),
        FileName = context => $".claude/agents/{context.AgentId}.md",
        DefaultProvider = "anthropic",
        Order = ["name", "description", "tools", "model"],
        Dialects =
        [
            new("claude", _ => true,
            [
                // What is read here is an id there: people's name for it has no place of its own.
                new OwnId("name"),
                new Row("description", "description", Codecs.Description),
                new Row("model", "config/model", Model("anthropic", inherits: true)),
                new Row("effort", "config/model/params/reasoningEffort", Codecs.Effort),
                new Row(SourceText.Body, "config/instructions/template", Codecs.Instructions),
                new Row("tools", "config/tools", ToolNames),
                new Row("maxTurns", "config/limits/maxIterations", Codecs.Integer(1, 1_000)),
                new Row("argument-hint", "config/starters", FirstStarter),
                Servers("mcpServers", "mcp-servers"),
            ]),
        ],
    };

    internal static TableFormat Copilot { get; } = new("copilot", "GitHub Copilot: .github/agents/*.agent.md")
    {
        OnlySyntax = Syntax.Markdown,
        WrittenAs = Syntax.Markdown,
        IsLike = text => text.Syntax == Syntax.Markdown && text.First is JsonObject members
            && (LooksLikeCopilot(text) || members["description"].AsText() is not null),
        // The name is for people; others name an agent by its file.
        OldId = (document, path) => Paths.StemOf(path) ?? document.TextAt("name"),
        FileName = context => $".github/agents/{Paths.For(context)}.agent.md",
        DefaultProvider = CopilotProvider,
        Order = ["name", "description", "argument-hint", "tools", "model"],
        Dialects =
        [
            new("copilot", _ => true,
            [
                new Row("name", "name", Codecs.Name),
                new Row("description", "description", Codecs.Description),
                new Row("model", "config/model", Model(CopilotProvider, read: NameAndProvider)),
                new Row(SourceText.Body, "config/instructions/template", Codecs.Instructions),
                new Row("tools", "config/tools", ToolNames),
                new Row("argument-hint", "config/starters", FirstStarter),
                new ItemList(["handoffs"],
                    [AgentNames("agent", null,
                        new Row("label", "title", Codecs.Text(200)), new Row("prompt", "prompt", Codecs.FirstMessage))]),
                new ItemList(["agents"], [AgentNames(Slot.Text, "delegate")]) { AreTexts = true },
                Servers("mcp-servers", "mcpServers"),
            ]),
        ],
    };

    private static bool LooksLikeCopilot(SourceText text) =>
        Paths.NameOf(text.Path) is var name && (name.EndsWith(".agent.md", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(".chatmode.md", StringComparison.OrdinalIgnoreCase)
            || Paths.IsIn(text.Path, ".github/agents"))
        || (!Paths.IsIn(text.Path, ".claude/agents") && text.First is JsonObject members
            && CopilotMembers.Any(members.ContainsKey));

    // "Claude Sonnet 4.5 (copilot)": the name that people see, and whose it is.
    private static (string Provider, string Id)? NameAndProvider(string text) =>
        ProviderBehind().Match(text) is { Success: true } match ? (match.Groups["provider"].Value, match.Groups["id"].Value) : null;

    [GeneratedRegex(@"\A(?<id>.+) \((?<provider>[A-Za-z0-9][A-Za-z0-9._-]{0,63})\)\z", RegexOptions.CultureInvariant)]
    private static partial Regex ProviderBehind();
}
