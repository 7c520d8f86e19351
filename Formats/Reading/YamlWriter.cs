using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AgentManagement.Formats;

/// <summary>JSON as YAML that people read: block style, texts of several lines as they are where YAML can.</summary>
internal static partial class YamlWriter
{
    /// <summary>The text of members, with a line's end at its end.</summary>
    public static string Write(JsonObject members)
    {
        var text = new StringBuilder();
        if (members.Count == 0) return "{}\n";
        WriteMembers(text, members, 0);
        return text.ToString();
    }

    private static void WriteMembers(StringBuilder text, JsonObject members, int indent, bool isInLine = false)
    {
        foreach (var (name, value) in members)
        {
            if (!isInLine) text.Append(' ', indent);
            isInLine = false;
            text.Append(Quoted(name)).Append(':');
            switch (value)
            {
                case JsonObject { Count: > 0 } inner:
                    text.Append('\n');
                    WriteMembers(text, inner, indent + 2);
                    break;
                case JsonArray { Count: > 0 } items:
                    text.Append('\n');
                    WriteItems(text, items, indent + 2);
                    break;
                default:
                    text.Append(' ');
                    WriteScalar(text, value, indent + 2);
                    break;
            }
        }
    }

    private static void WriteItems(StringBuilder text, JsonArray items, int indent)
    {
        foreach (var item in items)
        {
            text.Append(' ', indent).Append("- ");
            switch (item)
            {
                case JsonObject { Count: > 0 } inner:
                    WriteMembers(text, inner, indent + 2, isInLine: true);
                    break;
                case JsonArray { Count: > 0 } inner:
                    // Lists in lists are rare: as JSON, which is YAML.
                    text.Append(Flow(inner)).Append('\n');
                    break;
                default:
                    WriteScalar(text, item, indent + 2);
                    break;
            }
        }
    }

    private static void WriteScalar(StringBuilder text, JsonNode? node, int indent)
    {
        if (node is JsonValue value && value.GetValueKind() == JsonValueKind.String)
        {
            var written = value.GetValue<string>();
            if (written.Contains('\n') && IsLiteral(written)) WriteLiteral(text, written, indent);
            else text.Append(Quoted(written)).Append('\n');
        }
        else text.Append(Flow(node)).Append('\n');
    }

    private static void WriteLiteral(StringBuilder text, string written, int indent)
    {
        var end = written.EndsWith("\n\n", StringComparison.Ordinal) ? "|+" : written.EndsWith('\n') ? "|" : "|-";
        text.Append(end).Append('\n');
        var lines = written.Split('\n');
        var count = written.EndsWith('\n') ? lines.Length - 1 : lines.Length;
        foreach (var line in lines.Take(count))
        {
            if (line.Length > 0) text.Append(' ', indent).Append(line);
            text.Append('\n');
        }
    }

    // What a literal block would read otherwise is quoted: it may not begin with white space, nor have lines of nothing else.
    private static bool IsLiteral(string text) =>
        !char.IsWhiteSpace(text[0]) && text.All(letter => letter == '\n' || !MustEscape(letter)) && !text.Contains('\t')
        && !text.Split('\n').Any(line => line.Length > 0 && string.IsNullOrWhiteSpace(line));

    private static string Flow(JsonNode? node) => node switch
    {
        null => "null",
        JsonArray items => $"[{string.Join(", ", items.Select(Flow))}]",
        JsonObject members => $"{{{string.Join(", ", members.Select(member => $"{Escaped(member.Key)}: {Flow(member.Value)}"))}}}",
        JsonValue value when value.GetValueKind() == JsonValueKind.String => Escaped(value.GetValue<string>()),
        _ => node.ToJsonString(),
    };

    private static string Quoted(string text) =>
        Plain().IsMatch(text) && !Word().IsMatch(text) ? text : Escaped(text);

    private static string Escaped(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var letter in text)
        {
            if (letter is '"' or '\\') quoted.Append('\\').Append(letter);
            else if (letter == '\n') quoted.Append("\\n");
            else if (letter == '\t') quoted.Append("\\t");
            else if (letter == '\r') quoted.Append("\\r");
            else if (MustEscape(letter)) quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:X4}");
            else quoted.Append(letter);
        }
        return quoted.Append('"').ToString();
    }

    private static bool MustEscape(char letter) =>
        char.IsControl(letter) || letter is '\u2028' or '\u2029' or '\uFEFF' or '\uFFFE' or '\uFFFF';

    [GeneratedRegex(@"\A[A-Za-z_/][A-Za-z0-9_./@+()' -]{0,198}(?<=[A-Za-z0-9_./)])\z", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();

    // What some read as something other than a text.
    [GeneratedRegex(@"\A(null|true|false|yes|no|on|off|y|n)\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Word();
}
