using AgentManagement.Configuration;
using AgentManagement.Domain.Search;
using AgentManagement.Outcomes;
using AgentManagement.Text;

namespace AgentManagement.Domain.Validation;

/// <summary>What one-line texts may hold: what lists, logs and terminals show as it is.</summary>
public static class TextRules
{
    public static IEnumerable<Issue> Check(AgentContent content)
    {
        foreach (var issue in Check(content.Name, "/name")) yield return issue;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < content.Tags?.Count; index++)
        {
            foreach (var issue in Check(content.Tags[index], $"/tags/{index}")) yield return issue;
            // Those that are the same letter by letter were found by the schema.
            if (!seen.Add(TextKey.Of(content.Tags[index])))
            {
                yield return Issue.Warning("duplicate", $"/tags/{index}", "It is the same as another tag, in another form or case.");
            }
        }
    }

    private static IEnumerable<Issue> Check(string text, string pointer)
    {
        if (OneLine.HasForbidden(text))
        {
            yield return Issue.Error(
                "control_character", pointer, "Must be one line without control characters and marks that turn the direction of text.");
        }
        // What is blank was found by the schema.
        else if (!OneLine.IsVisible(text) && !string.IsNullOrWhiteSpace(text))
        {
            yield return Issue.Error("invisible_text", pointer, "Must have something that can be seen.");
        }
    }
}
