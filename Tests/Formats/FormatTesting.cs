using System.Text;
using AgentManagement.Domain.Tenants;
using AgentManagement.Domain.Validation;
using AgentManagement.Formats;
using AgentManagement.Tenants;

namespace AgentManagement.Tests.Formats;

/// <summary>Files in and out of the formats.</summary>
internal static class FormatTesting
{
    private static readonly TierLimits Limits = new TierCatalog(50).Find("enterprise");

    public static AgentFormat Format(string name) => AgentFormats.Find(name) ?? throw new ArgumentException(name);

    public static ImportSource Source(string path, string text) => new(path, Encoding.UTF8.GetBytes(text));

    public static ImportResult Import(string format, string path, string text) => Format(format).Import(Source(path, text));

    /// <summary>The only agent of a file, which must have no errors.</summary>
    public static JsonObject ImportOne(string format, string path, string text)
    {
        var result = Import(format, path, text);
        Assert.Empty(result.Report.Errors);
        return Assert.Single(result.Agents);
    }

    /// <summary>What an agent's content must be, without what is kept beside it.</summary>
    public static void AssertTyped(JsonObject content, string expected)
    {
        var typed = content.DeepClone().AsObject();
        typed.Remove("metadata");
        AssertSame(JsonNode.Parse(expected), typed);
    }

    public static JsonNode? SourceOf(JsonObject content) => content["metadata"]!["source"];

    public static void AssertSame(JsonNode? expected, JsonNode? actual) =>
        Assert.True(JsonNode.DeepEquals(expected, actual), $"Expected:\n{expected?.ToJsonString()}\nActual:\n{actual?.ToJsonString()}");

    public static void AssertValid(JsonObject content)
    {
        var outcome = ContentValidation.Check(Given.Text(content), null, Limits, mustBeComplete: false);
        var issues = string.Join(", ", outcome.Issues.Select(issue => $"{issue.Code} {issue.Pointer}"));
        Assert.True(outcome.IsOk, $"{issues}\n{content.ToJsonString()}");
    }

    /// <summary>
    /// An agent goes out and comes in again just so, and is valid content; what the file said before, it says again.
    /// </summary>
    public static void AssertRoundTrip(string format, JsonObject content, JsonObject? document = null)
    {
        AssertValid(content);
        var file = Format(format).Export(content);
        var again = Import(format, file.Path, file.Text);
        Assert.True(again.Report.Errors.IsEmpty, $"{string.Join(", ", again.Report.Errors)}\n{file.Text}");
        AssertSame(content, Assert.Single(again.Agents));
        Assert.Empty(file.NotMapped);
        if (document is null) return;
        var written = SourceText.Read(Source(file.Path, file.Text), Format(format).Syntax).First;
        var missing = Exporting.Missing(document, written).ToList();
        Assert.True(missing.Count == 0, $"Missing: {string.Join(", ", missing)}\n{document.ToJsonString()}\n{file.Text}");
    }

    public static JsonObject Document(string format, string path, string text) =>
        SourceText.Read(Source(path, text), Format(format).Syntax).First!.AsObject();
}
