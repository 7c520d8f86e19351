using System.Buffers;
using System.IO.Pipelines;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentManagement.Domain.Tasks;
using AgentManagement.Json;
using AgentManagement.Tasks;
using AgentManagement.WebGateway.Limits;
using AgentManagement.WebGateway.Problems;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;

namespace AgentManagement.WebGateway.Http;

/// <summary>
/// A body of NDJSON, as a handler's parameter, which reads it on the way, in pieces. Its lines are looked at later: a bad one must not
/// stop the others.
/// </summary>
internal sealed class LinesBody(PipeReader reader, BodyReservation memory) : IBindableFromHttpContext<LinesBody>,
    IEndpointParameterMetadataProvider
{
    /// <summary>Most bytes of such a body.</summary>
    public const int MaxBytes = 16 * RequestBody.MaxBytes;

    // Of one call to a grain, and of one row of the database.
    private const int PieceBytes = 1024 * 1024;

    // A line that has more has more characters than any may have.
    private const int MaxLineBytes = 3 * (UploadedLines.MaxLineCharacters + 1);

    private static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private bool _hasBegun;

    /// <summary>How many lines have been read; a line feed at the end ends the last one.</summary>
    public int Count { get; private set; }

    /// <summary>Reads all lines, some at a time.</summary>
    /// <param name="hash">Takes what is read.</param>
    /// <param name="cancellationToken">The client is gone.</param>
    /// <exception cref="ProblemException">400, 408, 413, 415, 429 or 503.</exception>
    public async IAsyncEnumerable<UploadedLines> ReadAsync(
        IncrementalHash hash, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reservation = memory;
        reservation.Grow(0);
        var (taken, scanned, isOpen) = (0L, 0L, false);
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken);
            var buffer = result.Buffer;
            try
            {
                if (taken + buffer.Length > MaxBytes) throw RequestBody.TooLarge(MaxBytes);
                reservation.Grow(buffer.Length);
            }
            catch (ProblemException)
            {
                // Given back, so that the server can take the rest off the wire.
                reader.AdvanceTo(buffer.End);
                throw;
            }
            while (LengthOfPiece(buffer, isOpen, ref scanned, result.IsCompleted) is > 0 and var length)
            {
                var piece = buffer.Slice(0, length);
                foreach (var segment in piece) hash.AppendData(segment.Span);
                // The rest of a line that is too large is passed over: its beginning was told, and it is refused whatever follows.
                var (first, lines) = (Count, isOpen ? "" : Decode(piece));
                Count += CountLineFeeds(piece);
                isOpen = !EndsLine(piece) && (isOpen || lines.Length > 0);
                if (lines.Length > 0) yield return new(first, lines);
                (buffer, taken, scanned) = (buffer.Slice(length), taken + length, 0);
            }
            reader.AdvanceTo(buffer.Start, buffer.End);
            if (!result.IsCompleted) continue;
            if (isOpen) Count++;
            if (taken == 0) throw new ProblemException(Problem.Malformed("body_required", "The request must have a body."));
            yield break;
        }
    }

    /// <summary>The text of a piece.</summary>
    /// <exception cref="ProblemException">400: no lines can be in it.</exception>
    private string Decode(ReadOnlySequence<byte> piece)
    {
        var bytes = piece.IsSingleSegment ? piece.First : piece.ToArray();
        // No JSON has it, and PostgreSQL cannot hold it in a text.
        if (bytes.Span.Contains((byte)0)) throw new ProblemException(Problem.Malformed("malformed_json", "The body must not hold U+0000."));
        if (!_hasBegun)
        {
            _hasBegun = true;
            while (bytes.Span.StartsWith(ByteOrderMark)) bytes = bytes[ByteOrderMark.Length..];
            if (FindOtherForm(bytes.Span) is { } form)
            {
                throw new ProblemException(Problem.Malformed("malformed_lines", $"The body must have {AgentLine.OneObject}: {form}."));
            }
        }
        const int EnoughCharacters = UploadedLines.MaxLineCharacters + 1;
        try
        {
            // The beginning of a line that is too large may end within a character.
            var lines = (bytes.Length < MaxLineBytes ? StrictUtf8 : Encoding.UTF8).GetString(bytes.Span);
            // It is a single line then, which is refused whatever follows.
            return lines.Length > EnoughCharacters ? lines[..EnoughCharacters] : lines;
        }
        catch (DecoderFallbackException)
        {
            throw RequestBody.NotUtf8();
        }
    }

    /// <summary>Whether the body is no lines at all: each would be refused, and none of the refusals would say why.</summary>
    private static string? FindOtherForm(ReadOnlySpan<byte> bytes)
    {
        var text = bytes.TrimStart(" \t\r\n"u8);
        if (text is [(byte)'[', ..]) return "it is an array";
        if (text is not [(byte)'{', ..]) return null;
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = StrictJson.MaximumDepth, AllowMultipleValues = true });
        try
        {
            return reader.Read() && reader.TrySkip() && text[..(int)reader.BytesConsumed].Contains((byte)'\n')
                ? "its first object is printed over several" : null;
        }
        catch (JsonException)
        {
            // Its line says so.
            return null;
        }
    }

    /// <summary>
    /// How many bytes the next piece has: whole lines, the beginning of one that is too large, or the rest of it; 0 while more must come.
    /// </summary>
    private static long LengthOfPiece(ReadOnlySequence<byte> bytes, bool isOpen, ref long scanned, bool isCompleted)
    {
        if (isOpen) return bytes.PositionOf((byte)'\n') is { } restEnd ? bytes.Slice(0, restEnd).Length + 1 : bytes.Length;
        if (isCompleted && bytes.Length <= PieceBytes) return bytes.Length;
        if (bytes.Length <= PieceBytes) return 0;
        if (LastLineFeed(bytes.Slice(0, PieceBytes)) is >= 0 and var last) return last + 1;
        scanned = Math.Max(scanned, PieceBytes);
        if (bytes.Slice(scanned).PositionOf((byte)'\n') is { } end) return bytes.Slice(0, end).Length + 1;
        scanned = bytes.Length;
        return isCompleted || bytes.Length >= MaxLineBytes ? bytes.Length : 0;
    }

    private static long LastLineFeed(ReadOnlySequence<byte> bytes)
    {
        var (last, before) = (-1L, 0L);
        foreach (var segment in bytes)
        {
            if (segment.Span.LastIndexOf((byte)'\n') is >= 0 and var index) last = before + index;
            before += segment.Length;
        }
        return last;
    }

    private static int CountLineFeeds(ReadOnlySequence<byte> bytes)
    {
        var count = 0;
        foreach (var segment in bytes) count += segment.Span.Count((byte)'\n');
        return count;
    }

    private static bool EndsLine(ReadOnlySequence<byte> bytes) => bytes.Slice(bytes.Length - 1).FirstSpan[0] == (byte)'\n';

    /// <exception cref="ProblemException">400, 413 or 415.</exception>
    public static ValueTask<LinesBody?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        if (!RequestBody.Begins(context, RequestBody.Lines, MaxBytes))
        {
            throw new ProblemException(Problem.Malformed("body_required", "The request must have a body."));
        }
        return new(new LinesBody(context.Request.BodyReader, context.RequestServices.GetRequiredService<BodyMemory>().Open(context)));
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        builder.Metadata.Add(
            new BodyMetadata(RequestBody.Lines, IsRequired: true, new JsonObject { ["type"] = "string" }) { IsStreamed = true });
        builder.Metadata.Add(PlacesApart.Imports);
        // The rest of a body that is too large is taken off the wire, as in RequestHeadMiddleware.
        builder.Metadata.Add(new RequestSizeLimitAttribute(2 * MaxBytes));
    }
}
