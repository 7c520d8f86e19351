using System.Xml.Linq;

namespace AgentManagement.Tests.Deployment;

/// <summary>The Dockerfile, read as its instructions.</summary>
internal static class Images
{
    /// <summary>The user that the images run as.</summary>
    public static long User => long.Parse(Instructions.Last(instruction => instruction.Word == "USER").Operand);

    /// <summary>The instructions, each with the stage that it is in and without its line breaks.</summary>
    public static IReadOnlyList<(string Stage, string Word, string Operand)> Instructions { get; } = [.. Parse()];

    public static IEnumerable<string> Of(string stage, string word) =>
        Instructions.Where(instruction => instruction.Stage == stage && instruction.Word == word)
            .Select(instruction => instruction.Operand);

    /// <summary>The projects that a project is built of, itself among them.</summary>
    public static ImmutableSortedSet<string> ProjectsOf(string project)
    {
        var references = XDocument.Load(Repository.PathOf(project)).Descendants("ProjectReference")
            .Select(reference => reference.Attribute("Include")!.Value.TrimStart('.', '/'));
        return [project, .. references.SelectMany(ProjectsOf)];
    }

    public static string AssemblyOf(string project) => XDocument.Load(Repository.PathOf(project)).Descendants("AssemblyName")
        .Single().Value;

    private static IEnumerable<(string, string, string)> Parse()
    {
        var stage = "";
        var lines = Repository.Read("Dockerfile").Replace("\\\n", " ", StringComparison.Ordinal).Split('\n');
        foreach (var line in lines.Where(line => line.Length > 0 && line[0] != '#'))
        {
            var parts = line.Split(' ', 2);
            if (parts[0] == "FROM") stage = parts[1].Split(" AS ")[1];
            yield return (stage, parts[0], parts[1].Trim());
        }
    }
}
