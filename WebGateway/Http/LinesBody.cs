using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentManagement.Domain.Tasks;
using AgentManagement.Json;
using AgentManagement.Tasks;
using AgentManagement.WebGateway.Problems;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;

namespace AgentManagement.WebGateway.Http;

/// <summary>A body of NDJSON, as a handler's parameter. Its lines are looked at later: a bad one must not stop the others.</summary>
internal sealed record LinesBody(ReadOnlyMemory<byte> Bytes) : IBindableFromHttpContext<LinesBody>, IEndpointParameterMetadataProvider
{
    /// <summary>Most bytes of such a body.</summary>
    public const int MaxBytes = 16 * RequestBody.MaxBytes;

    // Of one call to a grain, and of one row of the database.
    private const int PieceBytes = 1024 * 1024;

    private static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];

    /// <summary>How many lines there are; a line feed at the end ends the last one.</summary>
    public int Count => Bytes.Span.Count((byte)'\n') + (Bytes.Span is [.., not (byte)'\n'] ? 1 : 0);

    /// <summary>All lines, some at a time.</summary>
    public IEnumerable<UploadedLines> Pieces()
    {
        var first = 0;
        for (var rest = Bytes; !rest.IsEmpty;)
        {
            var piece = rest[..LengthOfPiece(rest.Span)];
            rest = rest[piece.Length..];
            var lines = Encoding.UTF8.GetString(piece.Span);
            // It is a single line then, which is refused whatever follows.
            const int EnoughCharacters = UploadedLines.MaxLineCharacters + 1;
            yield return new(first, lines.Length > EnoughCharacters ? lines[..EnoughCharacters] : lines);
            first += piece.Span.Count((byte)'\n');
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

    private static int LengthOfPiece(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= PieceBytes) return bytes.Length;
        if (bytes[..PieceBytes].LastIndexOf((byte)'\n') is >= 0 and var last) return last + 1;
        return bytes.IndexOf((byte)'\n') is >= 0 and var end ? end + 1 : bytes.Length;
    }

    /// <exception cref="ProblemException">400, 413 or 415.</exception>
    public static async ValueTask<LinesBody?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var bytes = await RequestBody.ReadUtf8Async(context, RequestBody.Lines, MaxBytes);
        if (bytes.IsEmpty) throw new ProblemException(Problem.Malformed("body_required", "The request must have a body."));
        // No JSON has it, and PostgreSQL cannot hold it in a text.
        if (bytes.Span.Contains((byte)0)) throw new ProblemException(Problem.Malformed("malformed_json", "The body must not hold U+0000."));
        while (bytes.Span.StartsWith(ByteOrderMark)) bytes = bytes[ByteOrderMark.Length..];
        if (FindOtherForm(bytes.Span) is { } form)
        {
            throw new ProblemException(Problem.Malformed("malformed_lines", $"The body must have {AgentLine.OneObject}: {form}."));
        }
        return new(bytes);
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        builder.Metadata.Add(new BodyMetadata(RequestBody.Lines, IsRequired: true, new JsonObject { ["type"] = "string" }));
        // The rest of a body that is too large is taken off the wire, as in RequestHeadMiddleware.
        builder.Metadata.Add(new RequestSizeLimitAttribute(2 * MaxBytes));
    }
}
