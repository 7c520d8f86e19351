using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using AgentManagement.Domain.Json;
using AgentManagement.Json;
using AgentManagement.Tenants;

namespace AgentManagement.Domain.Configuration;

/// <summary>A configuration with all that it leaves to its tenant.</summary>
/// <param name="Config">The configuration; as it was written where it leaves nothing to anybody.</param>
/// <param name="Provenance">By JSON pointer into it, where what it did not say itself comes from.</param>
public sealed record ResolvedConfiguration(JsonText Config, ImmutableSortedDictionary<string, string> Provenance);

/// <summary>Fills in what a configuration leaves to its tenant. Pure.</summary>
public static class ConfigurationResolution
{
    /// <summary>Where a value comes from that the tenant's settings have.</summary>
    public const string OfTenant = "tenant";

    private static readonly JsonWriterOptions Writer = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly ImmutableSortedDictionary<string, string> ModelOfTenant = ImmutableSortedDictionary.CreateRange(
        StringComparer.Ordinal, [KeyValuePair.Create("/model/id", OfTenant), KeyValuePair.Create("/model/provider", OfTenant)]);

    private static readonly ImmutableSortedDictionary<string, string> Nothing =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Whether the configuration names no model of its own.</summary>
    public static bool LeavesModel(JsonText config)
    {
        var model = StrictJson.Parse(config).Member("model");
        return model is null or { ValueKind: JsonValueKind.Null } || model.Member("inherit") is { ValueKind: JsonValueKind.True };
    }

    /// <summary>The configuration with the tenant's model where it names none; parameters that it has for it stay.</summary>
    public static ResolvedConfiguration Resolve(JsonText config, DefaultModel? defaultModel)
    {
        if (defaultModel is null || !LeavesModel(config)) return new(config, Nothing);
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Writer))
        {
            var members = StrictJson.Parse(config);
            writer.WriteStartObject();
            if (!members.TryGetProperty("model", out _)) WriteModel(writer, default, defaultModel);
            foreach (var member in members.EnumerateObject())
            {
                if (member.NameEquals("model")) WriteModel(writer, member.Value, defaultModel);
                else Write(writer, member);
            }
            writer.WriteEndObject();
        }
        return new(new(Encoding.UTF8.GetString(buffer.WrittenSpan)), ModelOfTenant);
    }

    private static void WriteModel(Utf8JsonWriter writer, JsonElement own, DefaultModel model)
    {
        writer.WriteStartObject("model");
        writer.WriteString("provider", model.Provider);
        writer.WriteString("id", model.Id);
        if (own.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in own.EnumerateObject().Where(member => member.Name is not ("inherit" or "provider" or "id")))
            {
                Write(writer, member);
            }
        }
        writer.WriteEndObject();
    }

    /// <summary>Letter for letter.</summary>
    private static void Write(Utf8JsonWriter writer, JsonProperty member)
    {
        writer.WritePropertyName(member.Name);
        writer.WriteRawValue(member.Value.GetRawText(), skipInputValidation: true);
    }
}
