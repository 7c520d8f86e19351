using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AgentManagement.Formats;

/// <summary>The codecs that formats share. Their bounds are those of the configuration document.</summary>
internal static partial class Codecs
{
    public static readonly Codec Bool = Codec.Same(Nodes.IsBool);

    public static readonly Codec Not = Codec.Of(Negated, Negated);

    /// <summary>A name of one line; white space around it, such as YAML's folded texts have, does not belong to it.</summary>
    public static readonly Codec Name = OneLine(200);

    public static readonly Codec Description = Text(4_000);

    public static readonly Codec Instructions = Text(256_000);

    public static readonly Codec FirstMessage = Text(8_000);

    public static readonly Codec Icon = Text(2_048, least: 1);

    public static readonly Codec Homepage = Codec.Same(node => node.AsText() is { } text && Fits(text, 1, 2_048) && Web().IsMatch(text));

    /// <summary>A whole address of the web, without credentials and places for variables.</summary>
    public static readonly Codec Url = Codec.Same(node => node.AsText() is { } text && IsAddress(text));

    public static readonly Codec Temperature = Number(0, 2);

    public static readonly Codec Share = Number(0, 1);

    public static readonly Codec Penalty = Number(-2, 2);

    public static readonly Codec MaxTokens = Integer(1, 10_000_000);

    public static readonly Codec Seed = Integer(-9007199254740991, 9007199254740991);

    public static readonly Codec Effort = OneOf("none", "minimal", "low", "medium", "high", "xhigh", "max");

    public static readonly Codec Stop = Codec.Of(
        node => node.AsText() is { } one
            ? Fits(one, 1, 256) ? new JsonArray(one) : null
            : AreTexts(node, 16, 1, 256, isUnique: false) ? node.DeepClone() : null,
        node => node.DeepClone());

    public static readonly Codec ToolId = Codec.Same(node =>
        node.AsText() is { } text && Fits(text, 1, 128) && ToolIdShape().IsMatch(text));

    public static readonly Codec Schema = Codec.Same(node =>
        node is JsonObject schema && (schema["type"] is null || schema["type"].AsText() == "object") && JsonSchemaShape.IsSound(schema)
        && Nodes.BytesOf(schema) <= 64 * 1024);

    public static readonly Codec OutputSchema = Codec.Same(node =>
        node is JsonObject schema && JsonSchemaShape.IsSound(schema) && Nodes.BytesOf(schema) <= 64 * 1024);

    public static readonly Codec Provider = Codec.Same(node =>
        node.AsText() is { } text && Fits(text, 1, 64) && ProviderShape().IsMatch(text));

    public static readonly Codec ModelId = Text(200, least: 1);

    /// <summary>An agent that another one names.</summary>
    public static readonly Codec AgentReference = new(
        (node, context) => node.AsText() is { } text && !string.IsNullOrWhiteSpace(text) ? context.Resolve(text) : null,
        (node, _) => node.DeepClone());

    /// <summary>Tags: short, of one line, none twice.</summary>
    public static readonly Codec Tags = Codec.Same(node => AreTexts(node, 50, 1, 64, isUnique: true)
        && node.AsArray().All(tag => !tag.AsText()!.Any(IsLineBreaker)));

    /// <summary>Texts that a person may begin with.</summary>
    public static readonly Codec Starters = Codec.Of(
        node => AreTexts(node, 20, 1, 4_000, isUnique: false) && node.AsArray().All(text => !string.IsNullOrWhiteSpace(text.AsText()))
            && node.AsArray().Count > 0
                ? node.AsArray().Select(text => (JsonNode)new JsonObject { ["text"] = text!.DeepClone() }).ToArray()
                : null,
        node => node.AsArray().Select(starter => starter!["text"]!.DeepClone()).ToArray());

    /// <summary>Ids of tools as a list of texts.</summary>
    public static readonly Codec ToolIds = Codec.Of(
        node => AreTexts(node, 128, 1, 128, isUnique: true) && node.AsArray().All(id => ToolIdShape().IsMatch(id.AsText()!))
            ? node.AsArray().Select(id => (JsonNode)new JsonObject { ["id"] = id!.DeepClone() }).ToArray()
            : null,
        node => node.AsArray().Select(tool => tool!["id"]!.DeepClone()).ToArray());

    public static readonly Codec Environment = Texts(100, EnvironmentName());

    public static readonly Codec Headers = Texts(50, HeaderName());

    /// <summary>A text within its bounds.</summary>
    public static Codec Text(int most, int least = 0) => Codec.Same(node =>
        node.AsText() is { } text && Fits(text, least, most) && (least == 0 || !string.IsNullOrWhiteSpace(text)));

    public static Codec OneLine(int most) => Codec.Of(
        node => node.AsText()?.Trim() is { Length: > 0 } text && Fits(text, 1, most) && !text.Any(IsLineBreaker) ? text : null,
        node => node.DeepClone());

    public static Codec Number(double least, double most) => Codec.Same(node =>
        node.IsNumber() && double.Parse(node.ToJsonString(), CultureInfo.InvariantCulture) is var figure
        && figure >= least && figure <= most);

    public static Codec Integer(long least, long most) => Codec.Same(node =>
        node.IsNumber() && decimal.TryParse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var figure)
        && decimal.IsInteger(figure) && figure >= least && figure <= most);

    public static Codec OneOf(params string[] values) => Codec.Same(node => node.AsText() is { } text && values.Contains(text));

    /// <summary>Words of both sides; of several for one, the first is written.</summary>
    public static Codec Words(params (string Source, string Content)[] words) => Codec.Of(
        node => node.AsText() is { } text && words.FirstOrDefault(word => word.Source == text).Content is { } content ? content : null,
        node => node.AsText() is { } text && words.FirstOrDefault(word => word.Content == text).Source is { } source ? source : null);

    public static Codec List(int most, int mostCharacters) => Codec.Same(node => AreTexts(node, most, 1, mostCharacters, isUnique: true));

    public static Codec Arguments() => Codec.Same(node => AreTexts(node, 100, 0, 4_096, isUnique: false));

    public static Codec FreeObject(int mostBytes) => Codec.Same(node => node is JsonObject && Nodes.BytesOf(node) <= mostBytes);

    /// <summary>Whether a node is a list of texts within bounds.</summary>
    public static bool AreTexts(JsonNode node, int most, int least, int mostCharacters, bool isUnique) =>
        node is JsonArray items && items.Count <= most
        && items.All(item => item.AsText() is { } text && Fits(text, least, mostCharacters))
        && (!isUnique || items.Select(item => item.AsText()).Distinct(StringComparer.Ordinal).Count() == items.Count);

    public static bool IsToolId(string text) => Fits(text, 1, 128) && ToolIdShape().IsMatch(text);

    /// <summary>Whether a text is a whole address that a configuration can hold.</summary>
    public static bool IsAddress(string text) =>
        Fits(text, 1, 2_048) && Web().IsMatch(text) && Uri.TryCreate(text, UriKind.Absolute, out var address)
        && address.UserInfo.Length == 0 && HostShape().IsMatch(address.Host);

    private static Codec Texts(int most, Regex name) => Codec.Same(node => node is JsonObject members && members.Count <= most
        && members.All(member => name.IsMatch(member.Key) && member.Value.AsText() is { } text && Fits(text, 0, 4_096)));

    private static bool Fits(string text, int least, int most) =>
        text.Length >= least && (text.Length <= most || Nodes.LengthOf(text) <= most);

    private static bool IsLineBreaker(char letter) => char.IsControl(letter) || letter is '\u2028' or '\u2029';

    private static JsonNode? Negated(JsonNode node) =>
        node.IsBool() ? JsonValue.Create(node.AsValue().GetValueKind() == JsonValueKind.False) : null;

    [GeneratedRegex(@"\A([A-Za-z0-9][A-Za-z0-9._:/-]*\*?|\*)\z", RegexOptions.CultureInvariant)]
    private static partial Regex ToolIdShape();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._/-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex ProviderShape();

    [GeneratedRegex(@"\Ahttps?://\S+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Web();

    [GeneratedRegex(@"\A([A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?\.?|\[[0-9A-Fa-f:.]+\])\z", RegexOptions.CultureInvariant)]
    private static partial Regex HostShape();

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]{0,127}\z", RegexOptions.CultureInvariant)]
    private static partial Regex EnvironmentName();

    [GeneratedRegex(@"\A[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}\z", RegexOptions.CultureInvariant)]
    private static partial Regex HeaderName();
}
