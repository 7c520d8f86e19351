namespace AgentManagement.Domain.Tasks;

/// <summary>The items of a task as one text.</summary>
public static class TaskLines
{
    /// <summary>Of one import.</summary>
    public const int MaxLines = 100_000;

    /// <summary>The lines of a text; a line feed at its end ends the last one.</summary>
    public static string[] Split(string text)
    {
        var lines = text.Split('\n');
        return lines[^1].Length == 0 ? lines[..^1] : lines;
    }

    public static string Join(IEnumerable<string> lines) => string.Concat(lines.Select(line => $"{line}\n"));

    /// <summary>How many lines a text has, without making them.</summary>
    public static int Count(string text) => text.AsSpan().Count('\n') + (text.Length > 0 && text[^1] != '\n' ? 1 : 0);
}
