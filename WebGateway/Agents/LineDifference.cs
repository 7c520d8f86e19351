using System.Text;
using DiffPlex;
using DiffPlex.Chunkers;
using DiffPlex.DiffBuilder;
using DiffPlex.DiffBuilder.Model;

namespace AgentManagement.WebGateway.Agents;

/// <summary>Two texts line by line: what is in one only, with some lines around it.</summary>
internal static class LineDifference
{
    private const string Indent = "    ";
    private const int LinesAround = 3;

    // The search grows with the square of what differs.
    private const int MaxLines = 2_000;

    public static void Write(string older, string newer, StringBuilder text)
    {
        var lines = Compare(older, newer);
        var shown = new bool[lines.Count];
        for (var index = 0; index < lines.Count; index++)
        {
            if (lines[index].Type == ChangeType.Unchanged) continue;
            for (var near = Math.Max(0, index - LinesAround); near <= Math.Min(lines.Count - 1, index + LinesAround); near++) shown[near] =
                true;
        }
        var (lastOlder, lastNewer) = (
            lines.FindLastIndex(line => line.Type != ChangeType.Inserted), lines.FindLastIndex(line => line.Type != ChangeType.Deleted));
        for (var index = 0; index < lines.Count; index++)
        {
            var (type, line) = (lines[index].Type, lines[index].Text);
            var isLast = type == ChangeType.Deleted ? index == lastOlder : type == ChangeType.Inserted && index == lastNewer;
            if (shown[index]) text.Append(Indent).Append(SignOf(type)).Append(' ').Append(Visible(isLast ? line : WithoutEnd(line)))
                .Append('\n');
            else if (index == 0 || shown[index - 1]) text.Append(Indent).Append("  …\n");
        }
    }

    /// <summary>The text with a sign for each letter that has none of its own: what comes from a client commands no terminal.</summary>
    public static string Visible(string text) =>
        string.Concat(text.Select(letter => letter == '\t' || !char.IsControl(letter) ? letter : letter < ' '
            ? (char)('\u2400' + letter) : '\uFFFD'));

    private static List<DiffPiece> Compare(string older, string newer)
    {
        var (before, after) = (Split(older), Split(newer));
        if (before.Length > MaxLines || after.Length > MaxLines)
        {
            return [.. before.Select(line => new DiffPiece(line, ChangeType.Deleted)),
                .. after.Select(line => new DiffPiece(line, ChangeType.Inserted))];
        }
        // With the ends of the lines: another end is a difference, too.
        return InlineDiffBuilder.Diff(
            Differ.Instance, older, newer, ignoreWhiteSpace: false, ignoreCase: false, LineEndingsPreservingChunker.Instance).Lines;
    }

    private static string[] Split(string text) => text.Length == 0 ? [] : [.. LineEndingsPreservingChunker.Instance.Chunk(text)];

    private static char SignOf(ChangeType type) => type switch
    {
        ChangeType.Inserted => '+',
        ChangeType.Deleted => '-',
        _ => ' ',
    };

    // Of the last line of a text the end is shown: or a text that has one more would look the same.
    private static string WithoutEnd(string line) => line.EndsWith('\n') ? line[..^1] : line;
}
