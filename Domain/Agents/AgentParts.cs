using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using AgentManagement.Agents;
using AgentManagement.Domain.Json;
using AgentManagement.Json;

namespace AgentManagement.Domain.Agents;

/// <summary>The content of an agent, split where the service itself needs to look; the rest stays the text it was.</summary>
public sealed record AgentParts(
    string Name, string? Description, string Type, JsonText Config, ImmutableArray<string> Tags, JsonText Metadata,
    Appearance? Appearance)
{
    /// <summary>Why it is written, for the history; no part of the content.</summary>
    public string? Note { get; init; }

    private static readonly JsonWriterOptions Writer = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The content of a stored agent.</summary>
    public static AgentParts Of(AgentDocument agent) =>
        new(agent.Name, agent.Description, agent.Type, agent.Config, agent.Tags, agent.Metadata, agent.Appearance);

    /// <summary>The content of an agent as its grain hands it out.</summary>
    public static AgentParts Of(Agent agent) =>
        new(agent.Name, agent.Description, agent.Type, agent.Config, agent.Tags, agent.Metadata, agent.Appearance);

    /// <summary>Splits content that has passed validation.</summary>
    public static AgentParts Read(JsonElement content) => new(
        content.GetProperty("name").GetString()!,
        content.TryGetProperty("description", out var description) ? description.GetString() : null,
        content.GetProperty("type").GetString()!,
        StrictJson.Compact(content.GetProperty("config")),
        Member(content, "tags") is { } tags ? [.. tags.EnumerateArray().Select(tag => tag.GetString()!)] : [],
        Member(content, "metadata") is { } metadata ? StrictJson.Compact(metadata) : JsonText.EmptyObject,
        AppearanceOf(content))
    {
        Note = content.Text("note"),
    };

    /// <summary>The content as one document, the way a client would send it.</summary>
    public JsonText ToContent()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Writer))
        {
            writer.WriteStartObject();
            writer.WriteString("name", Name);
            if (Description is not null) writer.WriteString("description", Description);
            writer.WriteString("type", Type);
            writer.WritePropertyName("config");
            writer.WriteRawValue(Config.Text, skipInputValidation: true);
            writer.WriteStartArray("tags");
            foreach (var tag in Tags) writer.WriteStringValue(tag);
            writer.WriteEndArray();
            writer.WritePropertyName("metadata");
            writer.WriteRawValue(Metadata.Text, skipInputValidation: true);
            Write("icon", Appearance?.Icon);
            Write("category", Appearance?.Category);
            Write("author", Appearance?.Author);
            Write("licence", Appearance?.Licence);
            Write("homepage", Appearance?.Homepage);
            writer.WriteEndObject();

            void Write(string name, string? text)
            {
                if (text is not null) writer.WriteString(name, text);
            }
        }
        return new JsonText(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    /// <summary>Whether both say the same, letter for letter, whatever the reason for writing it.</summary>
    public bool Equals(AgentParts? other) =>
        other is not null && Name == other.Name && Description == other.Description && Type == other.Type
        && Config == other.Config && Metadata == other.Metadata && Appearance == other.Appearance
        && Tags.SequenceEqual(other.Tags);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Description, Type, Config, Metadata, Tags.Length);

    /// <summary>How the agent is shown; null when nothing is said of it.</summary>
    private static Appearance? AppearanceOf(JsonElement content)
    {
        var said = new Appearance
        {
            Icon = content.Text("icon"), Category = content.Text("category"), Author = content.Text("author"),
            Licence = content.Text("licence"), Homepage = content.Text("homepage"),
        };
        return said == new Appearance() ? null : said;
    }

    private static JsonElement? Member(JsonElement content, string name) =>
        content.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;
}
