using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Json;
using AgentManagement.Domain.Validation;
using AgentManagement.Json;
using AgentManagement.Keys;
using AgentManagement.Outcomes;
using AgentManagement.Tasks;

namespace AgentManagement.Domain.Tasks;

/// <summary>A line of an export, on its way back in.</summary>
/// <param name="AgentId">The agent.</param>
/// <param name="Content">Its content, without what an import does not write, as the status: what the service sets.</param>
public sealed record AgentLine(string AgentId, JsonText Content)
{
    /// <summary>What is told of lines that are none.</summary>
    public const string OneObject = "one object a line";

    /// <summary>Reads a line; what is wrong with the content itself is for the agent's rules to say.</summary>
    public static bool TryRead(string text, [NotNullWhen(true)] out AgentLine? line, [NotNullWhen(false)] out Issue? issue)
    {
        line = null;
        issue = UploadedLines.CheckLine(text);
        if (issue is not null || !StrictJson.TryParse(Encoding.UTF8.GetBytes(text), out var json, out issue)) return false;
        var parsed = StrictJson.Parse(json);
        issue = CheckId(parsed);
        if (issue is not null) return false;
        line = new(parsed.GetProperty("id").GetString()!, AgentReadOnly.Members.Without(parsed));
        return true;
    }

    /// <summary>What is wrong with the id, as of any other content; null when nothing is.</summary>
    private static Issue? CheckId(JsonElement line)
    {
        if (line.ValueKind != JsonValueKind.Object) return Issue.Error("wrong_type", "", $"Must be object: {OneObject}.");
        if (line.Member("id") is not { } id) return Issue.Error("required", "/id", "A line must have the id of its agent.");
        if (id.ValueKind == JsonValueKind.String && GrainKeys.IsAgentId(id.GetString())) return null;
        var alone = StrictJson.Parse(new($"{{\"id\":{StrictJson.Compact(id).Text}}}"));
        return ContentValidation.CheckShape(alone).First(issue => issue.Pointer == "/id");
    }
}
