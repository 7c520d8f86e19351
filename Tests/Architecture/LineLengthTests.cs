using System.Text.RegularExpressions;
using AgentManagement.Tests.Deployment;

namespace AgentManagement.Tests.Architecture;

public sealed partial class LineLengthTests
{
    private const int MaxCharacters = 140;

    /// <summary>But for raw literals: JSON and YAML are data, and read best as they are sent.</summary>
    [Fact]
    public void No_line_of_code_is_longer_than_a_reader_sees()
    {
        var files = Directory.EnumerateFiles(Repository.Root, "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(Repository.Root, file).Split(Path.DirectorySeparatorChar).Intersect(["artifacts", "data"])
                .Any());
        Assert.Empty(files.SelectMany(LongLines));
    }

    private static IEnumerable<string> LongLines(string file)
    {
        var isRaw = false;
        foreach (var (index, line) in File.ReadLines(file).Index())
        {
            var quotes = RawQuotes().Count(line);
            if (!isRaw && quotes == 0 && line.Length > MaxCharacters)
            {
                yield return $"{Path.GetRelativePath(Repository.Root, file)}:{index + 1}";
            }
            if (quotes % 2 == 1) isRaw = !isRaw;
        }
    }

    [GeneratedRegex("\"{3,}")]
    private static partial Regex RawQuotes();
}
