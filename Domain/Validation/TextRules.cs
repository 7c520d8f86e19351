using AgentManagement.Configuration;
using AgentManagement.Domain.Search;
using AgentManagement.Outcomes;

namespace AgentManagement.Domain.Validation;

/// <summary>What one-line texts may hold: no control characters and no ends of lines, which break lists, logs and terminals.</summary>
public static class TextRules
{
    public static IEnumerable<Issue> Check(AgentContent content)
    {
        if (content.Name.Any(IsForbidden)) yield return Refuse("/name");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < content.Tags?.Count; index++)
        {
            if (content.Tags[index].Any(IsForbidden)) yield return Refuse($"/tags/{index}");
            // Those that are the same letter by letter were found by the schema.
            if (!seen.Add(TextKey.Of(content.Tags[index])))
            {
                yield return Issue.Warning("duplicate", $"/tags/{index}", "It is the same as another tag, in another form or case.");
            }
        }
    }

    // U+2028 and U+2029 end a line, and are no control characters.
    private static bool IsForbidden(char letter) => char.IsControl(letter) || letter is '\u2028' or '\u2029';

    private static Issue Refuse(string pointer) =>
        Issue.Error("control_character", pointer, "Must be one line without control characters.");
}
