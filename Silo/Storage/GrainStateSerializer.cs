using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using AgentManagement.Agents;
using AgentManagement.Json;
using Orleans.Storage;

namespace AgentManagement.Silo.Storage;

/// <summary>Grain state as UTF-8 JSON. The SQL of Schema/ reads it under these names.</summary>
internal sealed class GrainStateSerializer : IGrainStorageSerializer
{
    /// <summary>How state and the documents of versions are written.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = StrictJson.MaximumDepth + 8,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { NameRest } },
    };

    public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input, Options));

    public T Deserialize<T>(BinaryData input) =>
        JsonSerializer.Deserialize<T>(input.ToMemory().Span, Options) ?? throw new JsonException("The stored state is null.");

    /// <summary>A configuration that lacks its large texts is stored under another name than a whole one.</summary>
    private static void NameRest(JsonTypeInfo type)
    {
        if (type.Type != typeof(AgentDocument)) return;
        var config = type.Properties.Single(property => property.Name == "config");
        config.IsRequired = false;
        config.ShouldSerialize = (agent, _) => ((AgentDocument)agent).Texts is null;
        var rest = type.CreateJsonPropertyInfo(typeof(JsonText?), "rest");
        rest.Get = agent => agent is AgentDocument { Texts: not null } cut ? cut.Config : null;
        rest.Set = (agent, value) => config.Set!(agent, (JsonText)value!);
        type.Properties.Add(rest);
        type.OnDeserialized = agent =>
        {
            if (((AgentDocument)agent).Config.Text is null) throw new JsonException("The stored agent has no configuration.");
        };
    }
}
