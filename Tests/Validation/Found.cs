using AgentManagement.Domain.Validation;

namespace AgentManagement.Tests.Validation;

/// <summary>What validation finds in a content, as one line an issue: <c>error duplicate /config/tools/1/id</c>.</summary>
internal static class Found
{
    public static string In(JsonText content) => string.Join("; ", Issues(content).Select(Line));

    public static string InConfig(string config) => In(Given.Config(config));

    public static ImmutableArray<Issue> Issues(JsonText content) =>
        [.. ContentValidation.Check(content, "bot", Given.Limits, mustBeComplete: false).Issues.Where(issue =>
            issue.Code != "required_for_activation")];

    public static string Line(Issue issue) =>
        $"{(issue.Severity == IssueSeverity.Error ? "error" : "warning")} {issue.Code} {issue.Pointer}".TrimEnd();
}
