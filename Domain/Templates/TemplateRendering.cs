using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using AgentManagement.Domain.Json;
using AgentManagement.Json;

namespace AgentManagement.Domain.Templates;

/// <summary>
/// Puts values in the place of variables. <c>{{name}}</c> within a text becomes the value's text, and <c>{{{name}}}</c> too, as in
/// Mustache; a text that is nothing but one becomes the value itself. <c>\{{name}}</c> becomes <c>{{name}}</c>. Names that are no
/// variable of the template stay as they are written: they are the agent's own. Values are not looked into again.
/// </summary>
public sealed partial class TemplateRendering(IReadOnlyDictionary<string, JsonElement> values)
{
    // As large as an agent's content can be.
    private const int MaxCharacters = 1024 * 1024;

    private readonly StringBuilder _text = new();

    /// <summary>The document with its values; null when that is larger than any content may be.</summary>
    public static JsonText? Render(JsonText document, IReadOnlyDictionary<string, JsonElement> values)
    {
        var rendering = new TemplateRendering(values);
        rendering.Write(StrictJson.Parse(document));
        return rendering._text.Length <= MaxCharacters ? new JsonText(rendering._text.ToString()) : null;
    }

    /// <summary>A text with its values.</summary>
    public static string Render(string text, IReadOnlyDictionary<string, JsonElement> values) => new TemplateRendering(values).Fill(text);

    private void Write(JsonElement element)
    {
        if (_text.Length > MaxCharacters) return;
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                WriteAll('{', element.EnumerateObject(), '}', member =>
                {
                    WriteText(member.Name);
                    _text.Append(':');
                    Write(member.Value);
                });
                break;
            case JsonValueKind.Array:
                WriteAll('[', element.EnumerateArray(), ']', Write);
                break;
            case JsonValueKind.String when element.GetString()!.Contains("{{", StringComparison.Ordinal):
                WriteFilled(element);
                break;
            default:
                _text.Append(StrictJson.Compact(element).Text);
                break;
        }
    }

    private void WriteFilled(JsonElement element)
    {
        var text = element.GetString()!;
        if (Variable().Match(text) is { Success: true } match && match.Length == text.Length
            && !IsEscaped(match) && values.TryGetValue(match.Groups["name"].Value, out var value))
        {
            _text.Append(StrictJson.Compact(value).Text);
            return;
        }
        var filled = Fill(text);
        if (filled == text) _text.Append(StrictJson.Compact(element).Text);
        else WriteText(filled);
    }

    private void WriteAll<T>(char start, IEnumerable<T> items, char end, Action<T> write)
    {
        _text.Append(start);
        var isFirst = true;
        foreach (var item in items)
        {
            if (!isFirst) _text.Append(',');
            isFirst = false;
            write(item);
        }
        _text.Append(end);
    }

    private void WriteText(string text) => _text.Append('"')
        .Append(JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Value).Append('"');

    private string Fill(string text)
    {
        var left = MaxCharacters;
        return Variable().Replace(text, match =>
        {
            if (!values.TryGetValue(match.Groups["name"].Value, out var value)) return match.Value;
            if (IsEscaped(match)) return match.Value[1..];
            var filled = value.ValueKind == JsonValueKind.String ? value.GetString()! : StrictJson.Compact(value).Text;
            // The value that goes beyond what may be at all still stands, so that the length says so; no more is put together.
            if (left < 0) return "";
            left -= filled.Length;
            return filled;
        });
    }

    private static bool IsEscaped(Match match) => match.ValueSpan[0] == '\\';

    [GeneratedRegex(
        @"(\\\{\{\{?|\{\{(?<open>\{)?)\s*(?<name>[A-Za-z_][A-Za-z0-9_]{0,63}(\.[A-Za-z0-9_]{1,64}){0,8})\s*\}\}(?(open)\})",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Variable();
}
