using System.Text.RegularExpressions;
using static AgentManagement.Formats.Tables;

namespace AgentManagement.Formats;

/// <summary>Declarative agents of Microsoft 365 Copilot.</summary>
internal static partial class Microsoft365Table
{
    public static TableFormat Format { get; } = new("m365", "Microsoft 365: declarative agents")
    {
        OnlySyntax = Syntax.Json,
        WrittenAs = Syntax.Json,
        IsLike = text => text.First is JsonObject members
            && (members["$schema"].AsText()?.Contains("declarative-agent", StringComparison.Ordinal) == true
                || (members["instructions"] is not null && !members.ContainsKey("model")
                    && new[] { "conversation_starters", "worker_agents", "behavior_overrides", "actions" }.Any(members.ContainsKey))),
        OldId = (document, path) => document.TextAt("name") ?? document.TextAt("id") ?? Paths.StemOf(path),
        FileName = context => $"{Paths.For(context)}.json",
        Order = ["$schema", "version", "id", "name", "description", "instructions", "conversation_starters", "capabilities", "actions"],
        Prepare = Inline,
        Dialects =
        [
            new("m365", _ => true,
            [
                new Constant("version", "v1.5", "v1.0", "v1.1", "v1.2", "v1.3", "v1.4", "v1.6"),
                new Row("name", "name", Codecs.Name),
                new Row("description", "description", Codecs.Description),
                new Row("instructions", "config/instructions/template", Codecs.Instructions),
                new ItemList(["conversation_starters"],
                    [new(ItemTarget.Starters, _ => true, _ => true,
                        new Row("title", "title", Codecs.Text(200)), new Row("text", "text", Codecs.Text(4_000, least: 1)))]),
                new ItemList(["capabilities"],
                [
                    Capability("WebSearch", "webSearch", Sources("sites", "url", "site", Codecs.Url)),
                    Capability("CodeInterpreter", "codeInterpreter"),
                    Capability("GraphicArt", "imageGeneration"),
                    Knowledge("GraphConnectors", "connector",
                        Sources("connections", "connection_id", "connector", Codecs.Text(2_048, least: 1))),
                    Knowledge("OneDriveAndSharePoint", "url", Sources("items_by_url", "url", "url", Codecs.Url)),
                ]),
                new ItemList(["actions"],
                    [new(ItemTarget.Tools, _ => true, tool => IsOn(tool) && ((Place)"openapi/ref").Find(tool) is not null,
                        new Row("id", "id", Codecs.ToolId), new Row("file", "openapi/ref", Codecs.Text(2_048, least: 1)))
                    { Check = tool => tool["openapi"] is null ? "names no file" : null }]),
                new ItemList(["worker_agents"], [AgentNames("id", "delegate")]),
            ]),
        ],
    };

    private static ItemVariant Capability(string name, string capability, params Mapping[] more) => new(
        ItemTarget.Agent(name), item => item["name"].AsText() == name, agent => IsTrue(agent, $"config/capabilities/{capability}"),
        [new Constant("name", name), new Says($"config/capabilities/{capability}", () => true), .. more]);

    private static ItemVariant Knowledge(string name, string type, params Mapping[] more) => new(
        ItemTarget.Agent(name), item => item["name"].AsText() == name,
        agent => (((Place)"config/knowledge/sources").Find(agent) as JsonArray)?.Any(source => source?["type"].AsText() == type) == true,
        [new Constant("name", name), .. more]);

    private static ItemList Sources(string list, string member, string type, Codec codec) => new([list],
        [new(ItemTarget.Sources, _ => true, source => source["type"].AsText() == type,
            new Says("type", () => type), new Row(member, "ref", codec))]);

    /// <summary>Texts that are in files of their own are read from there: <c>$[file('instructions.txt')]</c>.</summary>
    private static void Inline(SourceAgent agent, ImportSource source, List<RenamedThing> renamed)
    {
        // A file may be named again and again.
        var left = SourceText.MaxBytes;
        Visit(agent.Document, "");

        void Visit(JsonNode node, string pointer)
        {
            var children = node is JsonObject members ? members.Select(each => (Pointers.Append(pointer, each.Key), each.Value)).ToList()
                : node is JsonArray items ? items.Select((each, index) => ($"{pointer}/{index}", each)).ToList() : [];
            foreach (var (place, child) in children)
            {
                if (child.AsText() is { } text && FileReference().Match(text) is { Success: true } match)
                {
                    var path = match.Groups["path"].Value;
                    // No path leads out of the package.
                    var isInside = !path.StartsWith('/') && !path.Contains(':') && !path.Split('/', '\\').Contains("..");
                    if (!isInside || source.Sibling?.Invoke(path) is not { } bytes)
                    {
                        throw new SourceException("It names a file that is not in the package.", null, place);
                    }
                    left -= bytes.Length;
                    if (left < 0) throw new SourceException("The files that it names are too large together.", null, place);
                    var read = SourceText.Decode(bytes.Span);
                    if (read.Contains('\0')) throw new SourceException("It names a file that holds U+0000.", null, place);
                    child!.ReplaceWith(JsonValue.Create(read));
                    renamed.Add(new("file", agent.Pointer + place, path));
                }
                else if (child is JsonObject or JsonArray) Visit(child, place);
            }
        }
    }

    [GeneratedRegex(@"\A\s*\$\[file\(\s*['""](?<path>[^'""]{1,512})['""]\s*\)\]\s*\z", RegexOptions.CultureInvariant)]
    private static partial Regex FileReference();
}
