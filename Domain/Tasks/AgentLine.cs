using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentManagement.Domain.Json;
using AgentManagement.Json;
using AgentManagement.Keys;
using AgentManagement.Outcomes;
using AgentManagement.Tasks;

namespace AgentManagement.Domain.Tasks;

/// <summary>A line of an export, on its way back in.</summary>
/// <param name="AgentId">The agent.</param>
/// <param name="Content">Its content, without what an import does not write: status and version.</param>
public sealed record AgentLine(string AgentId, JsonText Content)
{
    private static readonly string[] NotWritten = ["status", "version"];

    /// <summary>Reads a line; what is wrong with the content itself is for the agent's rules to say.</summary>
    public static bool TryRead(string text, [NotNullWhen(true)] out AgentLine? line, [NotNullWhen(false)] out Issue? issue)
    {
        line = null;
        issue = UploadedLines.CheckLine(text);
        if (issue is not null || !StrictJson.TryParse(Encoding.UTF8.GetBytes(text), out var json, out issue)) return false;
        if (Read(StrictJson.Parse(json)) is { } read)
        {
            line = read;
            return true;
        }
        issue = Issue.Error("invalid_id", "/id", "Each line must be an object with the id of an agent.");
        return false;
    }

    private static AgentLine? Read(JsonElement line)
    {
        if (line.ValueKind != JsonValueKind.Object || !line.TryGetProperty("id", out var member)
            || member.ValueKind != JsonValueKind.String) return null;
        var id = member.GetString();
        if (!GrainKeys.IsAgentId(id)) return null;
        // Text by text, so that the configuration stays letter for letter what it was.
        var members = line.EnumerateObject().Where(each => !NotWritten.Contains(each.Name))
            .Select(each => $"{JsonValue.Create(each.Name).ToJsonString()}:{StrictJson.Compact(each.Value).Text}");
        return new(id, new JsonText($"{{{string.Join(',', members)}}}"));
    }
}
