using System.Globalization;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace AgentManagement.Formats;

/// <summary>
/// YAML 1.2 as JSON: what JSON has, aliases written out, <c>&lt;&lt;</c> merged. Bounded while it is read: what aliases repeat counts
/// each time.
/// </summary>
internal static partial class YamlReader
{
    private const string MergeKey = "<<";

    /// <summary>The documents of a text that are not empty.</summary>
    /// <exception cref="SourceException">It is not YAML, or more than is taken.</exception>
    public static ImmutableArray<SourceDocument> Read(string text, int firstLine = 1)
    {
        try
        {
            var parser = new DocumentReader(new Parser(new StringReader(text)), firstLine);
            return parser.Documents();
        }
        catch (YamlException exception)
        {
            throw new SourceException("Not valid YAML.", (int)exception.Start.Line + firstLine - 1);
        }
    }

    /// <summary>What a plain scalar says.</summary>
    public static JsonNode? Resolve(string text)
    {
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL": return null;
            case "true" or "True" or "TRUE": return JsonValue.Create(true);
            case "false" or "False" or "FALSE": return JsonValue.Create(false);
        }
        // Ones with leading zeros are telephone numbers and dates more often than figures.
        return Number().IsMatch(text) && double.IsFinite(double.Parse(text, CultureInfo.InvariantCulture))
            ? JsonNode.Parse(AsJson(text))
            : JsonValue.Create(text);
    }

    private static string AsJson(string number)
    {
        var text = number.TrimStart('+');
        if (text.StartsWith('.')) text = $"0{text}";
        if (text.StartsWith("-.", StringComparison.Ordinal)) text = $"-0{text[1..]}";
        return Point().Replace(text, ".0");
    }

    [GeneratedRegex(@"\A[-+]?(0|[1-9][0-9]{0,30}|(?=\.[0-9]))(\.[0-9]{0,30})?([eE][-+]?[0-9]{1,3})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    [GeneratedRegex(@"\.(?![0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex Point();

    private sealed class DocumentReader(Parser parser, int firstLine)
    {
        private readonly Dictionary<AnchorName, (JsonNode? Node, int Count)> anchors = [];
        private int count;

        public ImmutableArray<SourceDocument> Documents()
        {
            var documents = ImmutableArray.CreateBuilder<SourceDocument>();
            parser.Consume<StreamStart>();
            while (!parser.Accept<StreamEnd>(out _))
            {
                var start = parser.Consume<DocumentStart>();
                anchors.Clear();
                if (Node(0) is { } node) documents.Add(new(node, LineOf(start)));
                parser.Consume<DocumentEnd>();
            }
            return documents.ToImmutable();
        }

        private int LineOf(ParsingEvent item) => (int)item.Start.Line + firstLine - 1;

        private JsonNode? Node(int depth)
        {
            var item = parser.Consume<ParsingEvent>();
            Count(1, item);
            if (depth >= SourceText.MaxDepth)
            {
                throw new SourceException($"Lists and members are more than {SourceText.MaxDepth} levels deep.", LineOf(item));
            }
            switch (item)
            {
                case AnchorAlias alias:
                    if (!anchors.TryGetValue(alias.Value, out var named))
                    {
                        throw new SourceException("An alias has no anchor before it.", LineOf(item));
                    }
                    Count(named.Count, item);
                    if (depth + DepthOf(named.Node) > SourceText.MaxDepth)
                    {
                        throw new SourceException($"Lists and members are more than {SourceText.MaxDepth} levels deep.", LineOf(item));
                    }
                    return named.Node?.DeepClone();
                case Scalar scalar:
                    return Remember(scalar, Value(scalar), 1);
                case SequenceStart start:
                    CheckTag(start, "tag:yaml.org,2002:seq");
                    var before = count;
                    var items = new JsonArray();
                    while (!parser.TryConsume<SequenceEnd>(out _)) items.Add(Node(depth + 1));
                    return Remember(start, items, count - before + 1);
                case MappingStart start:
                    CheckTag(start, "tag:yaml.org,2002:map");
                    return Remember(start, Members(start, depth, out var size), size);
                default:
                    throw new SourceException("Not valid YAML.", LineOf(item));
            }
        }

        private JsonObject Members(MappingStart start, int depth, out int size)
        {
            var before = count;
            var members = new JsonObject();
            var merged = new List<JsonObject>();
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                if (!parser.TryConsume<Scalar>(out var key))
                {
                    throw new SourceException("A name of a member is not a text.", parser.Current is { } current ? LineOf(current) : null);
                }
                Count(1, key);
                var value = Node(depth + 1);
                if (key.Value == MergeKey && key.Style == ScalarStyle.Plain)
                {
                    merged.AddRange(value is JsonArray list ? list.OfType<JsonObject>() : [.. new[] { value }.OfType<JsonObject>()]);
                }
                else if (!members.TryAdd(key.Value, value))
                {
                    throw new SourceException("A name comes twice.", LineOf(key));
                }
            }
            foreach (var (name, value) in merged.SelectMany(each => each))
            {
                if (!members.ContainsKey(name)) members.Add(name, value?.DeepClone());
            }
            size = count - before + 1;
            return members;
        }

        private JsonNode? Value(Scalar scalar)
        {
            if (scalar.Tag.IsEmpty) return scalar.Style == ScalarStyle.Plain ? Resolve(scalar.Value) : JsonValue.Create(scalar.Value);
            return scalar.Tag.IsNonSpecific ? JsonValue.Create(scalar.Value) : scalar.Tag.Value switch
            {
                "tag:yaml.org,2002:str" => JsonValue.Create(scalar.Value),
                "tag:yaml.org,2002:int" or "tag:yaml.org,2002:float" or "tag:yaml.org,2002:bool" or "tag:yaml.org,2002:null" =>
                    Resolve(scalar.Value),
                _ => throw new SourceException("A tag is not one that JSON has a value for.", LineOf(scalar)),
            };
        }

        private void CheckTag(NodeEvent start, string plain)
        {
            if (!start.Tag.IsEmpty && !start.Tag.IsNonSpecific && start.Tag.Value != plain)
            {
                throw new SourceException("A tag is not one that JSON has a value for.", LineOf(start));
            }
        }

        private JsonNode? Remember(NodeEvent item, JsonNode? node, int size)
        {
            // A copy: what is in the document gets a parent, and may be changed.
            if (!item.Anchor.IsEmpty) anchors[item.Anchor] = (node?.DeepClone(), size);
            return node;
        }

        private void Count(int more, ParsingEvent item)
        {
            count += more;
            if (count > SourceText.MaxNodes)
            {
                throw new SourceException(
                    $"More than {SourceText.MaxNodes} values, those counted again that aliases repeat.", LineOf(item));
            }
        }

        private static int DepthOf(JsonNode? node) => node switch
        {
            JsonObject members => 1 + members.Select(member => DepthOf(member.Value)).DefaultIfEmpty().Max(),
            JsonArray items => 1 + items.Select(DepthOf).DefaultIfEmpty().Max(),
            _ => 0,
        };
    }
}
