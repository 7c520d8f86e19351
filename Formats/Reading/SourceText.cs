using System.Buffers;
using System.Text;
using System.Text.Json;

namespace AgentManagement.Formats;

/// <summary>How a file is written, whatever it says.</summary>
internal enum Syntax
{
    Json,
    JsonLines,
    Yaml,
    Markdown,
}

/// <summary>A file that cannot be read, or an agent in it.</summary>
internal sealed class SourceException(string message, int? line = null, string? pointer = null) : Exception(message)
{
    public int? Line => line;

    public string? Pointer => pointer;
}

/// <summary>A document of a file: all of it, a line of it, or one of several in YAML.</summary>
/// <param name="Node">What it says.</param>
/// <param name="Line">Where it begins.</param>
internal sealed record SourceDocument(JsonNode Node, int Line);

/// <summary>A file as its documents.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Syntax">How it is written.</param>
/// <param name="Documents">What is in it.</param>
/// <param name="Errors">Lines that could not be read, where each line is a document.</param>
internal sealed record SourceText(
    string Path, Syntax Syntax, ImmutableArray<SourceDocument> Documents, ImmutableArray<(int Line, string Message)> Errors)
{
    /// <summary>The member that holds what follows a Markdown file's front matter.</summary>
    public const string Body = "$body";

    /// <summary>Most bytes of a file.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>Most levels of arrays and objects: as many as content may have, less those of the place where the rest is kept.</summary>
    public const int MaxDepth = 40;

    /// <summary>Most values of a file, those counted again that an alias repeats.</summary>
    public const int MaxNodes = 200_000;

    /// <summary>Most characters of the names on the way to a value: pointers to all values are never much more than the file.</summary>
    private const int MaxPointerCharacters = 2_000;

    private static readonly SearchValues<char> NameLetters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-\"'");

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = MaxDepth };

    // Editors' settings have comments and commas after the last item.
    private static readonly JsonDocumentOptions Relaxed = new()
    {
        AllowDuplicateProperties = false, MaxDepth = MaxDepth, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip,
    };

    /// <summary>The only document, or the first.</summary>
    public JsonNode? First => Documents.IsEmpty ? null : Documents[0].Node;

    /// <summary>Reads a file as its name says it is written, or else as it looks.</summary>
    /// <exception cref="SourceException">It cannot be read.</exception>
    public static SourceText Read(ImportSource source, Syntax? given = null)
    {
        var text = Decode(source.Bytes.Span);
        if (string.IsNullOrWhiteSpace(text)) throw new SourceException("The file is empty.");
        var syntax = given ?? SyntaxOf(source.Path) ?? Guess(text);
        var read = syntax switch
        {
            Syntax.JsonLines => Lines(source.Path, text),
            Syntax.Json => new(source.Path, syntax, [new(Json(text, Relaxed, 1), 1)], []),
            Syntax.Yaml => new(source.Path, syntax, YamlReader.Read(text), []),
            _ => new SourceText(source.Path, syntax, [FrontMatter.Read(text)], []),
        };
        foreach (var document in read.Documents) CheckTexts(document);
        return read;
    }

    /// <summary>The text of bytes: UTF-16 with a mark, or without one where every other byte of the first is 0; UTF-8 otherwise.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxBytes) throw new SourceException($"The file is larger than {MaxBytes / 1024 / 1024} MiB.");
        try
        {
            return bytes switch
            {
                [0xFF, 0xFE, .. var rest] => new UnicodeEncoding(false, false, true).GetString(rest),
                [0xFE, 0xFF, .. var rest] => new UnicodeEncoding(true, false, true).GetString(rest),
                [0xEF, 0xBB, 0xBF, .. var rest] => new UTF8Encoding(false, true).GetString(rest),
                [not 0, 0, not 0, 0, ..] => new UnicodeEncoding(false, false, true).GetString(bytes),
                [0, not 0, 0, not 0, ..] => new UnicodeEncoding(true, false, true).GetString(bytes),
                _ => new UTF8Encoding(false, true).GetString(bytes),
            };
        }
        catch (ArgumentException)
        {
            throw new SourceException("The file is neither UTF-8 nor UTF-16.", LineOfBadByte(bytes));
        }
    }

    private static int LineOfBadByte(ReadOnlySpan<byte> bytes)
    {
        var (position, line) = (0, 1);
        while (position < bytes.Length
            && Rune.DecodeFromUtf8(bytes[position..], out _, out var length) == OperationStatus.Done)
        {
            if (bytes[position] == '\n') line++;
            position += length;
        }
        return line;
    }

    private static Syntax? SyntaxOf(string path) => System.IO.Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".md" or ".markdown" => Syntax.Markdown,
        ".json" or ".jsonc" or ".af" => Syntax.Json,
        ".yaml" or ".yml" => Syntax.Yaml,
        ".ndjson" or ".jsonl" => Syntax.JsonLines,
        _ => null,
    };

    private static Syntax Guess(string text)
    {
        var start = text.AsSpan().TrimStart();
        if (start[0] is '{' or '[' or '"') return IsLines(text) ? Syntax.JsonLines : Syntax.Json;
        if (!FrontMatter.Has(text)) return LooksLikeMembers(start) ? Syntax.Yaml : Syntax.Markdown;
        // Several documents of YAML begin so, too.
        try
        {
            return YamlReader.Read(text).All(document => document.Node is JsonObject) ? Syntax.Yaml : Syntax.Markdown;
        }
        catch (SourceException)
        {
            return Syntax.Markdown;
        }
    }

    // An object that ends where its line does, and more after it: whatever the other lines are, they are lines.
    private static bool IsLines(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return lines.Length > 1 && lines[0][0] == '{' && lines[0][^1] == '}';
    }

    private static bool LooksLikeMembers(ReadOnlySpan<char> start)
    {
        foreach (var line in start.EnumerateLines())
        {
            var trimmed = line.Trim();
            if (trimmed.IsEmpty || trimmed[0] == '#') continue;
            var colon = trimmed.IndexOf(':');
            return colon > 0 && (colon == trimmed.Length - 1 || trimmed[colon + 1] == ' ')
                && trimmed[..colon].IndexOfAnyExcept(NameLetters) < 0;
        }
        return false;
    }

    private static SourceText Lines(string path, string text)
    {
        var documents = ImmutableArray.CreateBuilder<SourceDocument>();
        var errors = ImmutableArray.CreateBuilder<(int, string)>();
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line)) continue;
            try
            {
                documents.Add(new(Json(line, Strict, number), number));
            }
            catch (SourceException exception)
            {
                errors.Add((number, exception.Message));
            }
        }
        return new(path, Syntax.JsonLines, documents.ToImmutable(), errors.ToImmutable());
    }

    /// <summary>JSON; also JSON that is written as a text in JSON.</summary>
    private static JsonNode Json(string text, JsonDocumentOptions options, int firstLine)
    {
        for (var wrapped = 0; ; wrapped++)
        {
            JsonNode? node;
            try
            {
                node = JsonNode.Parse(text, documentOptions: options);
                if (node is JsonValue value && value.GetValueKind() == JsonValueKind.String && wrapped < 2)
                {
                    text = value.GetValue<string>();
                    continue;
                }
            }
            catch (JsonException exception)
            {
                // The parser says of a member that comes twice only where the object ends.
                var line = wrapped == 0 ? (int)(exception.LineNumber ?? 0) + firstLine : firstLine;
                throw new SourceException(
                    exception.LineNumber is null ? "A member name comes twice in an object." : "Not valid JSON, or too deep.", line);
            }
            catch (InvalidOperationException)
            {
                throw new SourceException("A text holds half of a character.", firstLine);
            }
            return node ?? throw new SourceException("There is nothing in it but null.", firstLine);
        }
    }

    /// <summary>Every text can be stored, and there are not too many values.</summary>
    private static void CheckTexts(SourceDocument document)
    {
        var count = 0;
        Check(document.Node, "");

        void Check(JsonNode? node, string pointer)
        {
            if (pointer.Length > MaxPointerCharacters) throw new SourceException("The names around a value are too long.", document.Line);
            if (++count > MaxNodes) throw new SourceException($"The file has more than {MaxNodes} values.", document.Line);
            switch (node)
            {
                case JsonObject members:
                    foreach (var (name, value) in members)
                    {
                        if (IsBad(name)) throw new SourceException("A name holds U+0000 or half of a character.", document.Line, pointer);
                        if (Slot.Reserved.Contains(name))
                        {
                            throw new SourceException($"The name {name} is the importer's own.", document.Line, pointer);
                        }
                        Check(value, Pointers.Append(pointer, name));
                    }
                    break;
                case JsonArray items:
                    for (var index = 0; index < items.Count; index++) Check(items[index], $"{pointer}/{index}");
                    break;
                case JsonValue value when value.GetValueKind() == JsonValueKind.String && IsBadText(value):
                    throw new SourceException("A text holds U+0000 or half of a character.", document.Line, pointer);
            }
        }
    }

    private static bool IsBadText(JsonValue value)
    {
        try
        {
            return IsBad(value.GetValue<string>());
        }
        catch (InvalidOperationException)
        {
            return true;
        }
    }

    private static bool IsBad(string text)
    {
        if (text.Contains('\0')) return true;
        for (var index = 0; index < text.Length; index++)
        {
            if (!char.IsSurrogate(text[index])) continue;
            if (index + 1 == text.Length || !char.IsSurrogatePair(text[index], text[index + 1])) return true;
            index++;
        }
        return false;
    }
}
