using AgentManagement.Configuration;
using AgentManagement.Outcomes;

namespace AgentManagement.Domain.Validation;

/// <summary>What one-line texts may hold: no control characters, which break lists, logs and terminals.</summary>
public static class TextRules
{
    public static IEnumerable<Issue> Check(AgentContent content)
    {
        if (content.Name.Any(char.IsControl)) yield return Refuse("/name");
        for (var index = 0; index < content.Tags?.Count; index++)
        {
            if (content.Tags[index].Any(char.IsControl)) yield return Refuse($"/tags/{index}");
        }
    }

    private static Issue Refuse(string pointer) =>
        Issue.Error("control_character", pointer, "Must be one line without control characters.");
}
