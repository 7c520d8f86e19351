using System.Text.Json;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Json;
using AgentManagement.Domain.Templates;
using AgentManagement.Files;
using AgentManagement.Json;
using AgentManagement.Templates;

namespace AgentManagement.Domain.Files;

/// <summary>
/// The files that a document mentions, wherever in it: besides attachments also in metadata, in a template's defaults and in the
/// values that an agent was made with, from which an upgrade brings them back.
/// </summary>
public static class FileMentions
{
    private const string Scheme = "blob:";

    public static ImmutableArray<string> Of(AgentDocument agent) => agent.Derivation is { } derivation
        ? Of(agent.Config, agent.Metadata, derivation.Variables, derivation.Customizations)
        : Of(agent.Config, agent.Metadata);

    public static ImmutableArray<string> Of(TemplateDocument template) => Of(template.Config, template.Metadata, template.Variables);

    /// <summary>Each once, in the order of their ids.</summary>
    public static ImmutableArray<string> Of(params ReadOnlySpan<JsonText> texts)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            // Most mention none, and need not be read; behind an escape any text may hide.
            if (!text.Text.Contains(Scheme, StringComparison.Ordinal) && !text.Text.Contains('\\', StringComparison.Ordinal)) continue;
            Find(StrictJson.Parse(text), found);
        }
        return [.. found];
    }

    private static void Find(JsonElement element, SortedSet<string> found)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String when FileAddress.TryRead(element.GetString()!, out var fileId):
                found.Add(fileId);
                break;
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject()) Find(member.Value, found);
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray()) Find(item, found);
                break;
        }
    }
}
