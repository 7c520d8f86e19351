using System.Text.RegularExpressions;
using AgentManagement.Tests.Deployment;

namespace AgentManagement.Tests.Validation;

/// <summary>docs/validation.md against the code: every code that an issue is made with, and its severities.</summary>
public sealed partial class IssueCodesTests
{
    private static readonly string[] Folders = ["Domain", "Grains", "Grains.Interfaces", "WebGateway"];

    [Fact]
    public void The_table_has_every_code_with_its_severities_and_no_other()
    {
        var documented = Rows().Matches(Repository.Read("docs/validation.md"))
            .SelectMany(row => row.Groups["severity"].Value.Split(", ").Select(severity => $"{row.Groups["code"].Value} {severity}"))
                .ToList();

        Assert.Equal(documented.Distinct(), documented);
        Assert.Equal(InCode().Distinct().Order(), documented.Order());
    }

    private static IEnumerable<string> InCode()
    {
        foreach (var file in Folders.SelectMany(folder =>
            Directory.EnumerateFiles(Repository.PathOf(folder), "*.cs", SearchOption.AllDirectories)))
        {
            var text = File.ReadAllText(file);
            var constants = Constants().Matches(text)
                .ToLookup(constant => constant.Groups["name"].Value, constant => constant.Groups["code"].Value);
            foreach (Match made in Made().Matches(text))
            {
                var code = made.Groups["constant"].Success ? constants[made.Groups["constant"].Value].First() : made.Groups["code"].Value;
                // Where the severity is a variable it can be either.
                if (!made.Value.StartsWith("Issue.Warning", StringComparison.Ordinal)) yield return $"{code} error";
                if (!made.Value.StartsWith("Issue.Error", StringComparison.Ordinal)
                    && !made.Value.StartsWith("Refuse", StringComparison.Ordinal)) yield return $"{code} warning";
            }
        }
    }

    [GeneratedRegex(@"^\| `(?<code>[a-z_]+)` \| (?<severity>error|warning|error, warning) \|", RegexOptions.Multiline)]
    private static partial Regex Rows();

    // Issue.Error("code", …  ·  Issue.Error(Constant, …  ·  new(severity, "code", …  ·  … : IssueSeverity.Warning, "code", …
    // and the refusals of quotas, which make an issue each.
    [GeneratedRegex(
        """(Issue\.(Error|Warning)\(|new\(\s*severity,|: IssueSeverity\.Warning,|Refuse<T>\(\s*(?="[a-z_]+_limit"))\s*("(?<code>[a-z_]+)"|(?<constant>[A-Z]\w+)),""")]
    private static partial Regex Made();

    [GeneratedRegex("""const string (?<name>\w+) = "(?<code>[a-z_]+)";""")]
    private static partial Regex Constants();
}
