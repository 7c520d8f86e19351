using System.Text.RegularExpressions;
using AgentManagement.Tests.Deployment;

namespace AgentManagement.Tests.Validation;

/// <summary>docs/validation.md against the code: every code that an issue is made with, and its severities.</summary>
public sealed partial class IssueCodesTests
{
    private static readonly string[] Folders = ["Grains", "Grains.Interfaces", "WebGateway"];

    [Fact]
    public void The_table_has_every_code_with_its_severities_and_no_other()
    {
        var documented = Rows().Matches(Repository.Read("docs/validation.md"))
            .SelectMany(row => row.Groups["severity"].Value.Split(", ").Select(severity => $"{row.Groups["code"].Value} {severity}")).ToList();

        Assert.Equal(documented.Distinct(), documented);
        Assert.Equal(InCode().Distinct().Order(), documented.Order());
    }

    private static IEnumerable<string> InCode()
    {
        foreach (var file in Folders.SelectMany(folder => Directory.EnumerateFiles(Repository.PathOf(folder), "*.cs", SearchOption.AllDirectories)))
        {
            foreach (Match made in Made().Matches(File.ReadAllText(file)))
            {
                var code = made.Groups["code"].Value;
                // Where the severity is a variable it can be either.
                if (made.Groups["severity"].Value is "Error" or "") yield return $"{code} error";
                if (made.Groups["severity"].Value is "Warning" or "") yield return $"{code} warning";
            }
        }
    }

    [GeneratedRegex(@"^\| `(?<code>[a-z_]+)` \| (?<severity>error|warning|error, warning) \|", RegexOptions.Multiline)]
    private static partial Regex Rows();

    // Issue.Error("code", …  ·  new(severity, "code", …  ·  new(… ? IssueSeverity.Error : IssueSeverity.Warning, "code", …
    [GeneratedRegex("""(Issue\.(?<severity>Error|Warning)\(|new\(\s*severity,|: IssueSeverity\.Warning,)\s*"(?<code>[a-z_]+)",""")]
    private static partial Regex Made();
}
