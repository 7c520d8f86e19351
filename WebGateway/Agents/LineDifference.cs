using System.Text;
using DiffPlex;
using DiffPlex.Chunkers;
using DiffPlex.DiffBuilder;
using DiffPlex.DiffBuilder.Model;

namespace AgentManagement.WebGateway.Agents;

/// <summary>
/// Texts line by line: what is in one only, with some lines around it. One of these is for one answer: beyond so many lines that
/// differ texts are told as a whole.
/// </summary>
internal sealed class LineDifference
{
    private const string Indent = "    ";
    private const int LinesAround = 3;

    // The search grows with the square of what differs.
    private const int MaxLines = 4_000;

    private int _left = MaxLines;

    /// <summary>How many lines may still be searched for differences.</summary>
    internal int Left => _left;

    public void Write(string older, string newer, StringBuilder text)
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

    private List<DiffPiece> Compare(string older, string newer)
    {
        var (before, after) = (Split(older), Split(newer));
        var start = before.AsSpan().CommonPrefixLength(after);
        var end = 0;
        while (end < Math.Min(before.Length, after.Length) - start && before[^(end + 1)] == after[^(end + 1)]) end++;
        return
        [
            .. before[..start].Select(line => new DiffPiece(line, ChangeType.Unchanged)),
            .. Search(before[start..^end], after[start..^end]),
            .. before[^end..].Select(line => new DiffPiece(line, ChangeType.Unchanged)),
        ];
    }

    private IEnumerable<DiffPiece> Search(string[] before, string[] after)
    {
        var lines = before.Length + after.Length;
        if (before.Length == 0 || after.Length == 0 || lines > _left)
        {
            return before.Select(line => new DiffPiece(line, ChangeType.Deleted))
                .Concat(after.Select(line => new DiffPiece(line, ChangeType.Inserted)));
        }
        _left -= lines;
        // With the ends of the lines: another end is a difference, too.
        return InlineDiffBuilder.Diff(
            Differ.Instance, string.Concat(before), string.Concat(after), ignoreWhiteSpace: false, ignoreCase: false,
            LineEndingsPreservingChunker.Instance).Lines;
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
