using System.Reflection;
using System.Text.Json;
using AgentManagement.Domain.Configuration;
using AgentManagement.Json;
using AgentManagement.Tenants;

namespace AgentManagement.Domain.Tenants;

/// <summary>A file of tiers cannot be used.</summary>
public sealed class TierFileException(string message) : Exception(message);

/// <summary>
/// Reads a file of tiers: an object with a member for each tier, and in it one for each figure of <see cref="TierLimits"/>.
/// What is wrong is told with its line.
/// </summary>
public static class TierFile
{
    private const string Models = "models";
    private const string FileTypes = "fileTypes";
    private const string CreatesPerDay = "createsPerDay";

    /// <summary>The figures that a tier must have, camelCase.</summary>
    public static ImmutableArray<string> Figures { get; } =
    [
        .. typeof(TierLimits).GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .Where(property => property.Name != nameof(TierLimits.Tier))
                .Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name)),
    ];

    /// <exception cref="TierFileException">The file is not one of tiers.</exception>
    public static ImmutableDictionary<string, TierLimits> Read(ReadOnlySpan<byte> file)
    {
        file = StrictJson.WithoutMark(file);
        var lines = new LineReader(file);
        var reader = new Utf8JsonReader(file);
        try
        {
            var tiers = ImmutableDictionary.CreateBuilder<string, TierLimits>(StringComparer.Ordinal);
            lines.Expect(ref reader, JsonTokenType.StartObject, "The file must be an object of tiers.");
            while (NextName(ref reader) is { } tier)
            {
                if (tiers.ContainsKey(tier)) throw lines.At(reader, $"The tier '{tier}' is there twice.");
                tiers.Add(tier, ReadTier(tier, ref reader, lines));
            }
            return tiers.ContainsKey(TierCatalog.DefaultTier)
                ? tiers.ToImmutable()
                : throw lines.At(reader, $"There must be a tier '{TierCatalog.DefaultTier}', for tenants of which nothing is known.");
        }
        catch (JsonException exception)
        {
            throw new TierFileException($"line {exception.LineNumber + 1}: Not valid JSON.");
        }
    }

    private static TierLimits ReadTier(string tier, ref Utf8JsonReader reader, LineReader lines)
    {
        lines.Expect(ref reader, JsonTokenType.StartObject, $"The tier '{tier}' must be an object.");
        var buffer = new MemoryStream();
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteString("tier", tier);
        var missing = Figures.ToHashSet(StringComparer.Ordinal);
        while (NextName(ref reader) is { } figure)
        {
            if (!Figures.Contains(figure))
            {
                throw lines.At(reader, $"There is no limit '{figure}'; there are: {string.Join(", ", Figures)}.");
            }
            if (!missing.Remove(figure)) throw lines.At(reader, $"'{figure}' is there twice.");
            reader.Read();
            var line = lines.LineOf(reader);
            using var value = JsonDocument.ParseValue(ref reader);
            if (Problem(figure, value.RootElement) is { } problem)
            {
                throw new TierFileException($"line {line}: '{figure}' of the tier '{tier}' {problem}");
            }
            writer.WritePropertyName(figure);
            value.RootElement.WriteTo(writer);
        }
        if (missing.Count > 0)
        {
            throw lines.At(reader, $"The tier '{tier}' lacks {string.Join(", ", missing.Order(StringComparer.Ordinal))}.");
        }
        writer.WriteEndObject();
        writer.Flush();
        return JsonSerializer.Deserialize<TierLimits>(buffer.ToArray(), ContractSchema.JsonOptions)!;
    }

    /// <summary>What is wrong with a figure's value; null when nothing is.</summary>
    public static string? Problem(string figure, JsonElement value)
    {
        if (figure == Models)
        {
            return value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(IsModel)
                ? null : "must be a list of texts such as \"openai/*\".";
        }
        if (figure == FileTypes)
        {
            return value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(IsModel)
                ? null : "must be a list of texts such as \"image/*\".";
        }
        if (figure == CreatesPerDay && value.ValueKind == JsonValueKind.Null) return null;
        return JsonInteger.TryRead(value, out var number) && number is >= 0 and <= int.MaxValue
            ? null
            : $"must be a whole number from 0 to {int.MaxValue}.";
    }

    /// <summary>The name of the object's next member; null at its end.</summary>
    private static string? NextName(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.PropertyName ? reader.GetString() : null;
    }

    private static bool IsModel(JsonElement model) => model.ValueKind == JsonValueKind.String
        && model.GetString()!.Length is > 0 and <= 300;

    /// <summary>Knows the line of each token.</summary>
    private readonly ref struct LineReader(ReadOnlySpan<byte> file)
    {
        private readonly ReadOnlySpan<byte> _file = file;

        public void Expect(ref Utf8JsonReader reader, JsonTokenType token, string expected)
        {
            if (!reader.Read() || reader.TokenType != token) throw At(reader, expected);
        }

        public int LineOf(in Utf8JsonReader reader) => _file[..(int)reader.TokenStartIndex].Count((byte)'\n') + 1;

        public TierFileException At(in Utf8JsonReader reader, string problem) => new($"line {LineOf(reader)}: {problem}");
    }
}
