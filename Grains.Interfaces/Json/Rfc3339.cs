using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace AgentManagement.Json;

/// <summary>Times as RFC 3339 has them, with up to nine decimals, of which .NET keeps seven, and any offset.</summary>
public static partial class Rfc3339
{
    /// <summary>What is told of a text that is none.</summary>
    public const string Rule = "a date and time as in RFC 3339, such as 2026-01-31T09:30:00Z";

    /// <summary>Reads a time; it is in UTC then.</summary>
    public static bool TryParse(string text, out DateTimeOffset time)
    {
        time = default;
        if (!Shape().IsMatch(text)) return false;
        const int KeptDecimals = 7;
        if (text.IndexOf('.', StringComparison.Ordinal) is > 0 and var point)
        {
            var end = text.AsSpan(point + 1).IndexOfAnyExceptInRange('0', '9') + point + 1;
            text = text[..Math.Min(end, point + 1 + KeptDecimals)] + text[end..];
        }
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out time);
    }

    /// <summary>Reads a time of a document, and writes one.</summary>
    public sealed class Converter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            TryParse(reader.GetString() ?? "", out var time) ? time : throw new JsonException();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value);
    }

    [GeneratedRegex(
        @"\A[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
