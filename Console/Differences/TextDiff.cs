using System.Globalization;
using System.Text;
using DiffPlex;
using DiffPlex.Chunkers;
using DiffPlex.DiffBuilder;
using DiffPlex.DiffBuilder.Model;

namespace AgentManagement.WebConsole.Differences;

/// <summary>A part of a line.</summary>
public sealed record DiffWord(string Text, bool IsChanged);

/// <summary>One side of a line; null where the side has none.</summary>
public sealed record DiffLine(int Number, IReadOnlyList<DiffWord> Words);

/// <summary>A line of both sides.</summary>
public sealed record DiffRow(DiffLine? Older, DiffLine? Newer, bool IsChanged);

/// <summary>Rows that are shown, or that are the same on both sides and folded.</summary>
public sealed record DiffBlock(IReadOnlyList<DiffRow> Rows, bool IsFolded);

/// <summary>Two texts side by side, line by line, with the words that differ within a line.</summary>
public static class TextDiff
{
    public const int LinesAround = 3;

    // The search for words grows with the square of what differs.
    private const int MaxLineOfWords = 4_000;
    private const int MinFolded = 4;

    /// <summary>All rows of both texts.</summary>
    public static IReadOnlyList<DiffRow> Compare(string older, string newer)
    {
        var (before, after) = (Lines(older), Lines(newer));
        var start = before.AsSpan().CommonPrefixLength(after);
        var end = 0;
        while (end < Math.Min(before.Length, after.Length) - start && before[^(end + 1)] == after[^(end + 1)]) end++;
        List<DiffRow> rows = [.. before[..start].Select((line, index) => Same(line, index + 1, index + 1))];
        rows.AddRange(Search(before[start..^end], after[start..^end], start));
        for (var index = end; index > 0; index--)
        {
            rows.Add(Same(before[^index], before.Length - index + 1, after.Length - index + 1));
        }
        return rows;
    }

    /// <summary>The rows with what is the same on both sides folded, but for a few lines around each change.</summary>
    public static IReadOnlyList<DiffBlock> Fold(IReadOnlyList<DiffRow> rows)
    {
        var shown = new bool[rows.Count];
        for (var index = 0; index < rows.Count; index++)
        {
            if (!rows[index].IsChanged) continue;
            var from = Math.Max(0, index - LinesAround);
            shown.AsSpan(from, Math.Min(rows.Count - 1, index + LinesAround) - from + 1).Fill(true);
        }
        List<DiffBlock> blocks = [];
        for (var from = 0; from < rows.Count;)
        {
            var to = from;
            while (to < rows.Count && shown[to] == shown[from]) to++;
            blocks.Add(new([.. rows.Skip(from).Take(to - from)], !shown[from] && to - from >= MinFolded));
            from = to;
        }
        return blocks;
    }

    /// <summary>
    /// A text with a sign for each character that shows nothing or turns the direction of others: what it hides is seen.
    /// </summary>
    public static string Visible(string text)
    {
        StringBuilder? shown = null;
        for (var index = 0; index < text.Length; index++)
        {
            var letter = text[index];
            var isHidden = letter is not ('\t' or '\n')
                && (char.IsControl(letter) || char.GetUnicodeCategory(letter) == UnicodeCategory.Format);
            if (isHidden) shown ??= new StringBuilder(text, 0, index, text.Length + 16);
            if (isHidden) shown!.Append(CultureInfo.InvariantCulture, $"⟨U+{(int)letter:X4}⟩");
            else shown?.Append(letter);
        }
        return shown?.ToString() ?? text;
    }

    private static IEnumerable<DiffRow> Search(string[] before, string[] after, int start)
    {
        if (before.Length == 0 || after.Length == 0)
        {
            return before.Select((line, index) => new DiffRow(Line(line, start + index + 1), null, true))
                .Concat(after.Select((line, index) => new DiffRow(null, Line(line, start + index + 1), true)));
        }
        var isLong = before.Concat(after).Any(line => line.Length > MaxLineOfWords);
        IChunker words = isLong ? new LineChunker() : new WordChunker();
        var model = new SideBySideDiffBuilder(Differ.Instance, new LineChunker(), words)
            .BuildDiffModel(string.Join('\n', before), string.Join('\n', after), ignoreWhitespace: false);
        return model.OldText.Lines.Zip(model.NewText.Lines, (older, newer) => new DiffRow(
            Side(older, start), Side(newer, start), older.Type != ChangeType.Unchanged || newer.Type != ChangeType.Unchanged));
    }

    private static DiffLine? Side(DiffPiece piece, int start)
    {
        if (piece.Type == ChangeType.Imaginary || piece.Position is not { } position) return null;
        var words = piece.SubPieces.Where(part => part.Type != ChangeType.Imaginary && part.Text is not null)
            .Select(part => new DiffWord(Visible(part.Text), part.Type != ChangeType.Unchanged)).ToList();
        return new(start + position, words.Count > 0 ? words : [new(Visible(piece.Text ?? ""), IsChanged: false)]);
    }

    private static DiffRow Same(string line, int older, int newer) => new(Line(line, older), Line(line, newer), IsChanged: false);

    private static DiffLine Line(string line, int number) => new(number, [new(Visible(line), IsChanged: false)]);

    private static string[] Lines(string text) => text.Length == 0 ? [] : text.ReplaceLineEndings("\n").Split('\n');
}
