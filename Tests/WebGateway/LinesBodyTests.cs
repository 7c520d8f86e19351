using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using AgentManagement.Domain.Tasks;
using AgentManagement.Tasks;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Limits;
using AgentManagement.WebGateway.Problems;

namespace AgentManagement.Tests.WebGateway;

/// <summary>An import goes to the silo in pieces.</summary>
public sealed class LinesBodyTests
{
    private const int MaxPieceBytes = 1024 * 1024;

    [Theory]
    [InlineData("\n")]
    [InlineData("one")]
    [InlineData("one\ntwo\n")]
    [InlineData("one\n\ntwo")]
    public async Task A_small_one_is_a_piece(string text)
    {
        var (pieces, count) = await ReadAsync(text);
        Assert.Equal([new UploadedLines(0, text)], pieces);
        Assert.Equal(TaskLines.Count(text), count);
    }

    [Fact]
    public async Task A_byte_order_mark_is_no_line()
    {
        var (pieces, count) = await ReadAsync("\uFEFF");
        Assert.Empty(pieces);
        Assert.Equal(0, count);
        Assert.Equal("a\nb", Assert.Single((await ReadAsync("\uFEFFa\nb")).Pieces).Lines);
    }

    [Fact]
    public async Task An_empty_one_is_refused() =>
        Assert.Equal("body_required", (await Assert.ThrowsAsync<ProblemException>(() => ReadAsync(""))).Problem.Code);

    [Theory]
    [InlineData(100)]
    [InlineData(MaxPieceBytes)]
    [InlineData((2 * MaxPieceBytes) + 1)]
    public async Task What_no_text_can_hold_is_refused_wherever_it_is(int at)
    {
        var bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat($"{new string('é', 50)}\n", 30_000)));
        foreach (var wrong in (byte[])[0, 0xFF])
        {
            var before = bytes[at];
            bytes[at] = wrong;
            Assert.Equal("malformed_json", (await Assert.ThrowsAsync<ProblemException>(() => ReadAsync(bytes))).Problem.Code);
            bytes[at] = before;
        }
        Assert.Equal(30_000, (await ReadAsync(bytes)).Count);
    }

    [Fact]
    public async Task The_hash_is_that_of_all_of_it()
    {
        var bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("line\n", 500_000)));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await foreach (var _ in Body(new MemoryStream(bytes)).ReadAsync(hash, default)) { }
        Assert.Equal(SHA256.HashData(bytes), hash.GetHashAndReset());
    }

    [Fact]
    public async Task Each_piece_has_whole_lines_and_the_number_of_its_first()
    {
        string[] lines = [.. Enumerable.Range(0, 5_000).Select(number => $"{number} {new string('é', number % 700)}")];
        var (pieces, count) = await ReadAsync(string.Join('\n', lines));
        Assert.Equal(lines.Length, count);
        Assert.InRange(pieces.Count, 2, 5);
        Assert.All(pieces, piece => Assert.InRange(Encoding.UTF8.GetByteCount(piece.Lines), 1, MaxPieceBytes));
        Assert.Equal(lines, pieces.SelectMany(piece => TaskLines.Split(piece.Lines)));
        Assert.All(pieces, piece => Assert.StartsWith($"{piece.First} ", piece.Lines, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_line_that_is_larger_than_a_piece_is_one_and_what_is_beyond_the_largest_is_cut()
    {
        var (large, tooLarge) = (new string('a', MaxPieceBytes + 1), new string('b', UploadedLines.MaxLineCharacters + 2));
        var (pieces, count) = await ReadAsync($"first\n{large}\n{tooLarge}\nlast");
        Assert.Equal(
            [(0, "first\n"), (1, $"{large}\n"), (2, tooLarge[..^1]), (3, "last")], pieces.Select(piece => (piece.First, piece.Lines)));
        Assert.Equal(4, count);
    }

    [Theory]
    [InlineData("\nlast\nand more", 4)]
    [InlineData("\n", 2)]
    [InlineData("", 2)]
    public async Task Of_a_line_without_an_end_only_the_beginning_is_kept(string rest, int lines)
    {
        var endless = new string('é', 6 * MaxPieceBytes);
        var (pieces, count) = await ReadAsync($"first\n{endless}{rest}");
        Assert.Equal(("first\n", endless[..(UploadedLines.MaxLineCharacters + 1)]), (pieces[0].Lines, pieces[1].Lines));
        Assert.Equal(rest.Trim('\n').Length == 0 ? [] : [new(2, rest[1..])], pieces.Skip(2));
        Assert.Equal(lines, count);
    }

    private static Task<(List<UploadedLines> Pieces, int Count)> ReadAsync(string text) => ReadAsync(Encoding.UTF8.GetBytes(text));

    private static async Task<(List<UploadedLines> Pieces, int Count)> ReadAsync(byte[] bytes)
    {
        var (body, pieces) = (Body(new MemoryStream(bytes)), new List<UploadedLines>());
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await foreach (var piece in body.ReadAsync(hash, default)) pieces.Add(piece);
        return (pieces, body.Count);
    }

    private static LinesBody Body(Stream stream) => new(
        PipeReader.Create(stream), new BodyReservation(new(long.MaxValue, long.MaxValue, long.MaxValue), new("acme", "ana")));
}
