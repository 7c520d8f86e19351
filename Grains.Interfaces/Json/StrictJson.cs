using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using AgentManagement.Outcomes;

namespace AgentManagement.Json;

/// <summary>
/// Reads JSON as I-JSON (RFC 7493) asks: no duplicate member names, no unpaired surrogates, no comments or trailing
/// commas; nor U+0000, which PostgreSQL cannot hold in a text; at most <see cref="MaximumDepth"/> levels deep. A byte order mark is
/// passed over, as RFC 8259 lets a reader do.
/// </summary>
public static class StrictJson
{
    /// <summary>How many levels of arrays and objects a document may have.</summary>
    public const int MaximumDepth = 48;

    private static readonly SearchValues<byte> QuoteOrSpace = SearchValues.Create("\" \t\n\r"u8);
    private static readonly SearchValues<byte> QuoteOrEscape = SearchValues.Create("\"\\"u8);

    private static readonly JsonDocumentOptions DocumentOptions = new() { AllowDuplicateProperties = false, MaxDepth = MaximumDepth };

    /// <summary>Parses UTF-8 bytes; an issue with code <c>malformed_json</c> when they are not strict JSON.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> utf8, out JsonText text, [NotNullWhen(false)] out Issue? issue)
    {
        text = default;
        utf8 = utf8[^WithoutMark(utf8.Span).Length..];
        try
        {
            using var document = JsonDocument.Parse(utf8, DocumentOptions);
            issue = MayHoldForbiddenText(utf8.Span) ? FindForbiddenText(document.RootElement) : null;
            if (issue is not null) return false;
            text = Compact(document.RootElement);
            return true;
        }
        catch (JsonException)
        {
            issue = FindCause(utf8.Span);
            return false;
        }
        catch (InvalidOperationException)
        {
            // Looking for duplicates, the parser itself reads the names, and has no other word for this.
            issue = UnpairedInName;
            return false;
        }
    }

    /// <summary>Bytes without the byte order mark that they may begin with.</summary>
    public static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> utf8) =>
        utf8.StartsWith("\uFEFF"u8) ? utf8["\uFEFF"u8.Length..] : utf8;

    /// <summary>Parses text that is already strict JSON, as every <see cref="JsonText"/> is.</summary>
    /// <exception cref="JsonException">It is not.</exception>
    public static JsonElement Parse(JsonText text)
    {
        using var document = JsonDocument.Parse(text.Text, DocumentOptions);
        return document.RootElement.Clone();
    }

    /// <summary>The element's own text, letter for letter and escape for escape, without insignificant white space.</summary>
    public static JsonText Compact(JsonElement element)
    {
        var rest = JsonMarshal.GetRawUtf8Value(element);
        var compact = new byte[rest.Length];
        var (length, isInString) = (0, false);
        while (true)
        {
            var next = rest.IndexOfAny(isInString ? QuoteOrEscape : QuoteOrSpace);
            if (next < 0) break;
            // Whatever is escaped, a quotation mark too, does not end the string.
            var kept = rest[next] switch { (byte)'"' => next + 1, (byte)'\\' => next + 2, _ => next };
            isInString ^= rest[next] == '"';
            Keep(rest[..kept]);
            rest = rest[Math.Max(kept, next + 1)..];
        }
        Keep(rest);
        return new JsonText(Encoding.UTF8.GetString(compact.AsSpan(0, length)));

        void Keep(ReadOnlySpan<byte> part)
        {
            part.CopyTo(compact.AsSpan(length));
            length += part.Length;
        }
    }

    private static Issue UnpairedInName => Malformed("A member name must not hold an unpaired surrogate.");

    /// <summary>Why the parser refused the bytes: it has one exception for all causes, and a position for some.</summary>
    private static Issue FindCause(ReadOnlySpan<byte> utf8)
    {
        var names = new Stack<HashSet<string>>();
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = int.MaxValue });
        try
        {
            while (reader.Read())
            {
                var isStart = reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject;
                if (isStart && reader.CurrentDepth >= MaximumDepth)
                {
                    return Malformed($"Arrays and objects are more than {MaximumDepth} levels deep.");
                }
                if (reader.TokenType == JsonTokenType.StartObject) names.Push(new(StringComparer.Ordinal));
                else if (reader.TokenType == JsonTokenType.EndObject) names.Pop();
                else if (reader.TokenType == JsonTokenType.PropertyName && !names.Peek().Add(reader.GetString()!))
                {
                    var before = utf8[..(int)reader.TokenStartIndex];
                    return Malformed($"A member name comes twice in an object, "
                        + $"at line {before.Count((byte)'\n') + 1}, byte {before.Length - before.LastIndexOf((byte)'\n')}.");
                }
            }
            return Malformed("Not valid JSON.");
        }
        catch (JsonException exception)
        {
            return Malformed($"Not valid JSON at line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}.");
        }
        catch (InvalidOperationException)
        {
            return UnpairedInName;
        }
    }

    // Only an escape makes U+0000 or half of a surrogate pair of what is UTF-8.
    private static bool MayHoldForbiddenText(ReadOnlySpan<byte> utf8) => utf8.IndexOf("\\u"u8) >= 0 || !Utf8.IsValid(utf8);

    /// <summary>The first text that must not be there, with its pointer relative to the element.</summary>
    private static Issue? FindForbiddenText(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                return CheckText(element.GetString);
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in element.EnumerateArray())
                {
                    if (FindForbiddenText(item) is { } inItem) return inItem with { Pointer = $"/{index}{inItem.Pointer}" };
                    index++;
                }
                return null;
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                {
                    if (CheckText(() => member.Name) is { } inName) return inName;
                    if (FindForbiddenText(member.Value) is { } inValue)
                    {
                        return inValue with { Pointer = JsonPointer.Append("", member.Name) + inValue.Pointer };
                    }
                }
                return null;
            default:
                return null;
        }
    }

    private static Issue? CheckText(Func<string?> read)
    {
        try
        {
            return read()!.Contains('\0', StringComparison.Ordinal) ? Malformed("Text must not hold U+0000.") : null;
        }
        catch (InvalidOperationException)
        {
            return Malformed("Text must not hold an unpaired surrogate.");
        }
    }

    private static Issue Malformed(string message) => Issue.Error("malformed_json", "", message);
}
