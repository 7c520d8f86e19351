using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using AgentManagement.Json;
using Orleans.Storage;

namespace AgentManagement.Silo.Storage;

/// <summary>Grain state as UTF-8 JSON.</summary>
internal sealed class GrainStateSerializer : IGrainStorageSerializer
{
    /// <summary>How state and the documents of versions are written.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = StrictJson.MaximumDepth + 8,
    };

    public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input, Options));

    public T Deserialize<T>(BinaryData input) =>
        JsonSerializer.Deserialize<T>(input.ToMemory().Span, Options) ?? throw new JsonException("The stored state is null.");
}
