using System.Buffers.Text;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using AgentManagement.Grains.Storage;
using AgentManagement.Outcomes;

namespace AgentManagement.Grains.Catalog;

/// <summary>Opaque cursors: the list that they belong to and the last item's position, as base64url.</summary>
internal static class Cursor
{
    // The key of a name of 200 characters has at most 2,400 bytes.
    private const int MaxCharacters = 4_096;

    private static readonly JsonSerializerOptions Unescaped = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads a cursor of a list; null for the start. False when it is not one of this list.</summary>
    public static bool TryRead(string? cursor, string list, out ListPosition? position)
    {
        position = null;
        if (cursor is null) return true;
        if (cursor.Length > MaxCharacters || !Base64Url.IsValid(cursor)) return false;
        try
        {
            if (JsonSerializer.Deserialize<string[]>(Base64Url.DecodeFromChars(cursor)) is not [var owner, { } key, { } id]) return false;
            position = new ListPosition(key, id);
            // U+0000 is the one character that PostgreSQL refuses in a parameter.
            return owner == list && !key.Contains('\0', StringComparison.Ordinal) && !id.Contains('\0', StringComparison.Ordinal);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Reads the cursor of a list that is ordered by falling numbers: the number below which the page is.</summary>
    public static bool TryReadNumber(string? cursor, string list, out long below)
    {
        below = long.MaxValue;
        return TryRead(cursor, list, out var position)
            && (position is null || long.TryParse(position.Key, NumberStyles.None, CultureInfo.InvariantCulture, out below));
    }

    /// <summary>The page, given one item more than it may hold when there are more.</summary>
    public static Page<T> MakePage<T>(
        ImmutableArray<T> items, int limit, string list, Func<T, ListPosition> positionOf, long? total = null)
    {
        if (items.Length <= limit) return new(items, null, total);
        var page = items[..limit];
        var (key, id) = positionOf(page[^1]);
        return new(page, Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new[] { list, key, id }, Unescaped)), total);
    }

    /// <summary>The refusal of a cursor that is none, or another list's.</summary>
    public static Outcome<T> Refuse<T>() =>
        Outcome.Refuse<T>(OutcomeKind.Malformed, "invalid_cursor", "The cursor is not one of this list in this order.");
}
