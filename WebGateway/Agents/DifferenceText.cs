using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using AgentManagement.Agents;
using AgentManagement.Json;

namespace AgentManagement.WebGateway.Agents;

/// <summary>
/// Differences as a text for people, a place a line: <c>+</c> for what was added, <c>-</c> for what was removed, <c>~</c>
/// for what was changed. Long texts follow below their place, line by line.
/// </summary>
internal static class DifferenceText
{
    private const int MaxCharactersOfLine = 120;

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The text; says so when there is no difference.</summary>
    public static string Of(ImmutableArray<DiffOperation> operations) => Of(operations, new());

    /// <summary>A text of several in one answer.</summary>
    public static string Of(ImmutableArray<DiffOperation> operations, LineDifference lines)
    {
        var text = new StringBuilder();
        foreach (var operation in operations) Write(operation, lines, text);
        return text.Length == 0 ? "No difference.\n" : text.ToString();
    }

    private static void Write(DiffOperation operation, LineDifference lines, StringBuilder text)
    {
        var sign = operation.Op switch { DiffOperation.Add => '+', DiffOperation.Remove => '-', _ => '~' };
        var (from, to) = (Read(operation.From), Read(operation.To));
        var (older, newer) = (from is null ? null : Show(from.Value), to is null ? null : Show(to.Value));
        text.Append(sign).Append(' ').Append(operation.Label.Length == 0 ? "all" : LineDifference.Visible(operation.Label));
        if (operation.Op == DiffOperation.Reorder)
        {
            text.Append(": order ").Append(Keys(from!.Value)).Append(" → ").Append(Keys(to!.Value)).Append('\n');
        }
        else if (IsLine(older) && IsLine(newer))
        {
            text.Append(": ").Append(older is not null && newer is not null ? $"{older} → {newer}" : older ?? newer).Append('\n');
        }
        else
        {
            text.Append(":\n");
            lines.Write(Lines(from), Lines(to), text);
        }
    }

    private static JsonElement? Read(JsonText? json) => json is { } given ? StrictJson.Parse(given) : null;

    /// <summary>The value on one line; with its quotation marks, so that a text is told from a number.</summary>
    private static string Show(JsonElement value) => LineDifference.Visible(value.GetRawText());

    /// <summary>The value as it is read best: a text as itself, what is in parts on a line each.</summary>
    private static string Lines(JsonElement? value) => value switch
    {
        null => "",
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        { } parts => JsonSerializer.Serialize(parts, Indented),
    };

    private static bool IsLine(string? shown) =>
        shown is null || (shown.Length <= MaxCharactersOfLine && !shown.Contains("\\n", StringComparison.Ordinal));

    private static string Keys(JsonElement keys) =>
        string.Join(", ", keys.EnumerateArray().Select(key => LineDifference.Visible(key.GetString()!.ReplaceLineEndings(" "))));
}
