using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentManagement.Json;

/// <summary>
/// A piece of JSON kept as its text, so that what a client sent is what it gets back: the order of keys, numbers as
/// written, null as distinct from absent. Made by <see cref="StrictJson"/>, insignificant white space removed.
/// </summary>
[GenerateSerializer, Immutable, Alias("JsonText"), JsonConverter(typeof(JsonTextConverter))]
public readonly record struct JsonText([property: Id(0)] string Text)
{
    /// <summary>An object without members.</summary>
    public static JsonText EmptyObject { get; } = new("{}");

    /// <summary>How long it is, and not the text: Orleans writes arguments of failed calls into messages and logs.</summary>
    public override string ToString() => $"JSON of {Text.Length} characters";

    private sealed class JsonTextConverter : JsonConverter<JsonText>
    {
        public override JsonText Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            StrictJson.Compact(JsonElement.ParseValue(ref reader));

        public override void Write(Utf8JsonWriter writer, JsonText value, JsonSerializerOptions options) =>
            writer.WriteRawValue(value.Text, skipInputValidation: true);
    }
}
