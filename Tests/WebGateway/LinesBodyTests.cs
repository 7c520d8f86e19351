using System.Text;
using AgentManagement.Domain.Tasks;
using AgentManagement.Tasks;
using AgentManagement.WebGateway.Http;

namespace AgentManagement.Tests.WebGateway;

/// <summary>An import goes to the silo in pieces.</summary>
public sealed class LinesBodyTests
{
    private const int MaxPieceBytes = 1024 * 1024;

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("one")]
    [InlineData("one\ntwo\n")]
    [InlineData("one\n\ntwo")]
    public void A_small_one_is_a_piece(string text)
    {
        var body = Body(text);
        Assert.Equal(text.Length == 0 ? [] : [new UploadedLines(0, text)], body.Pieces());
        Assert.Equal(TaskLines.Count(text), body.Count);
    }

    [Fact]
    public void Each_piece_has_whole_lines_and_the_number_of_its_first()
    {
        string[] lines = [.. Enumerable.Range(0, 5_000).Select(number => $"{number} {new string('é', number % 700)}")];
        var body = Body(string.Join('\n', lines));
        var pieces = body.Pieces().ToList();
        Assert.Equal(lines.Length, body.Count);
        Assert.InRange(pieces.Count, 2, 5);
        Assert.All(pieces, piece => Assert.InRange(Encoding.UTF8.GetByteCount(piece.Lines), 1, MaxPieceBytes));
        Assert.Equal(lines, pieces.SelectMany(piece => TaskLines.Split(piece.Lines)));
        Assert.All(pieces, piece => Assert.StartsWith($"{piece.First} ", piece.Lines, StringComparison.Ordinal));
    }

    [Fact]
    public void A_line_that_is_larger_than_a_piece_is_one_and_what_is_beyond_the_largest_is_cut()
    {
        var (large, tooLarge) = (new string('a', MaxPieceBytes + 1), new string('b', UploadedLines.MaxLineCharacters + 2));
        var pieces = Body($"first\n{large}\n{tooLarge}\nlast").Pieces().ToList();
        Assert.Equal(
            [(0, "first\n"), (1, $"{large}\n"), (2, tooLarge[..^1]), (3, "last")], pieces.Select(piece => (piece.First, piece.Lines)));
    }

    private static LinesBody Body(string text) => new(Encoding.UTF8.GetBytes(text));
}
