using AgentManagement.Domain.Validation;
using AgentManagement.Files;
using AgentManagement.Text;

namespace AgentManagement.Tests.Validation;

/// <summary>What names show is what they are.</summary>
public sealed class OneLineTests
{
    [Theory, InlineData("Bot"), InlineData("Zoë 🤖"), InlineData("שלום"), InlineData("مرحبا"),
        InlineData("👩\u200D💻"), InlineData("क्\u200Dष"),
        InlineData("e\u0301")]
    public void Names_of_people_are_taken(string name)
    {
        Assert.True(OneLine.IsOne(name));
        Assert.Empty(Codes(name));
        Assert.True(FileName.IsOne(name));
    }

    [Theory, InlineData("a\u202Eb"), InlineData("a\u2066b"), InlineData("a\u200Fb"), InlineData("a\u061Cb"), InlineData("a\u2028b"),
        InlineData("a\u2029b"), InlineData("a\u0085b"), InlineData("a\u001Bb")]
    public void What_turns_or_ends_the_line_is_not(string name)
    {
        Assert.False(OneLine.IsOne(name));
        Assert.Equal(["control_character /name", "control_character /tags/0"], Codes(name));
        Assert.False(FileName.IsOne(name));
    }

    [Theory, InlineData("\u200B"), InlineData("\u200B \uFEFF\u2060"), InlineData("\u00AD"), InlineData("\u3164"), InlineData("\u2800"),
        InlineData("\u0301"), InlineData("\u180E")]
    public void What_nobody_sees_is_not(string name)
    {
        Assert.False(OneLine.IsOne(name));
        Assert.Equal(["invisible_text /name", "invisible_text /tags/0"], Codes(name));
        Assert.False(FileName.IsOne(name));
    }

    private static IEnumerable<string> Codes(string name)
    {
        var content = Given.Content(members => (members["name"], members["tags"]) = (name, new JsonArray(name)));
        return ContentValidation.Check(content, agentId: null, Given.Limits, mustBeComplete: false).Issues
            .Where(issue => issue.Severity == IssueSeverity.Error).Select(issue => $"{issue.Code} {issue.Pointer}");
    }
}
