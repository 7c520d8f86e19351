using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentManagement.Json;

/// <summary>Integers as JSON Schema 2020-12 has them: by value, so that <c>4096.0</c> and <c>4.096e3</c> are some.</summary>
public static class JsonInteger
{
    /// <summary>Whether a number has no fraction, however it is written.</summary>
    public static bool IsOne(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && HasNoFraction(JsonMarshal.GetRawUtf8Value(value));

    /// <summary>The number; false when it has a fraction, or is too large.</summary>
    public static bool TryRead(JsonElement value, out long number)
    {
        number = 0;
        if (value.ValueKind != JsonValueKind.Number) return false;
        return value.TryGetInt64(out number) || (IsOne(value) && value.TryGetDecimal(out var given) && TryNarrow(given, out number));
    }

    private static bool TryNarrow(decimal given, out long number)
    {
        var fits = given is >= long.MinValue and <= long.MaxValue;
        number = fits ? (long)given : 0;
        return fits;
    }

    /// <summary>Decimals that are not zero must be made up for by the exponent; nothing is computed of it.</summary>
    private static bool HasNoFraction(ReadOnlySpan<byte> text)
    {
        var mark = text.IndexOfAny((byte)'e', (byte)'E');
        var mantissa = mark < 0 ? text : text[..mark];
        var exponent = mark < 0 ? default : text[(mark + 1)..];
        var isNegative = exponent is [(byte)'-', ..];
        var digits = exponent.TrimStart("+-0"u8);
        // More than any text here has digits.
        var power = digits.Length > 6 ? 1_000_000 : digits.IsEmpty ? 0 : int.Parse(digits, CultureInfo.InvariantCulture);
        var point = mantissa.IndexOf((byte)'.');
        var decimals = point < 0 ? 0 : mantissa[(point + 1)..].TrimEnd((byte)'0').Length;
        if (!isNegative) return decimals <= power;
        if (decimals > 0) return false;
        var whole = point < 0 ? mantissa : mantissa[..point];
        var significant = whole.TrimStart("-0"u8);
        return significant.IsEmpty || whole.Length - whole.TrimEnd((byte)'0').Length >= power;
    }

    /// <summary>Reads an <see cref="int"/> that may be written so.</summary>
    public sealed class Converter : JsonConverter<int>
    {
        public override int Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            ReadFrom(ref reader) is >= int.MinValue and <= int.MaxValue and var number ? (int)number : throw new JsonException();

        public override void Write(Utf8JsonWriter writer, int value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
    }

    /// <summary>Reads a <see cref="long"/> that may be written so.</summary>
    public sealed class LongConverter : JsonConverter<long>
    {
        public override long Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => ReadFrom(ref reader);

        public override void Write(Utf8JsonWriter writer, long value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
    }

    private static long ReadFrom(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number)) return number;
        using var value = JsonDocument.ParseValue(ref reader);
        return TryRead(value.RootElement, out number) ? number : throw new JsonException();
    }
}
