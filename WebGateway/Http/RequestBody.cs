using System.Buffers;
using System.Text;
using System.Text.Unicode;
using AgentManagement.Domain.Json;
using AgentManagement.Json;
using AgentManagement.WebGateway.Limits;
using AgentManagement.WebGateway.Problems;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace AgentManagement.WebGateway.Http;

/// <summary>Reads the body of a request as strict JSON, never more than the limit of it.</summary>
internal static class RequestBody
{
    /// <summary>Most bytes of a body.</summary>
    public const int MaxBytes = 1024 * 1024;

    public const string Json = "application/json";
    public const string MergePatch = "application/merge-patch+json";
    public const string Lines = "application/x-ndjson";
    public const string Text = "text/plain";

    /// <summary>The only Content-Encoding of a body that is taken.</summary>
    public const string Identity = "identity";

    /// <summary>A body; null for one that is empty.</summary>
    /// <exception cref="ProblemException">400.</exception>
    public static JsonText? Parse(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty) return null;
        return StrictJson.TryParse(bytes, out var text, out var issue)
            ? text
            : throw new ProblemException(Problem.Malformed(
                issue.Code, "The body is not strict JSON; see errors.") with
            { Issues = [issue] });
    }

    /// <summary>The body as UTF-8 of a media type; empty when the request has none.</summary>
    /// <exception cref="ProblemException">400, 408, 413, 415, 429 or 503.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadUtf8Async(HttpContext context, string mediaType, BodyReservation memory)
    {
        if (!Begins(context, mediaType, MaxBytes)) return default;
        var bytes = await ReadBytesAsync(context, memory, MaxBytes);
        return Utf8.IsValid(bytes.Span) ? bytes : throw NotUtf8();
    }

    /// <summary>Whether the request has a body; refuses one that cannot be taken by what its headers say.</summary>
    /// <exception cref="ProblemException">413 or 415.</exception>
    public static bool Begins(HttpContext context, string mediaType, int maxBytes) => Begins(context, [mediaType], maxBytes);

    /// <summary>The same, of a body that may have one of several media types.</summary>
    /// <exception cref="ProblemException">413 or 415.</exception>
    public static bool Begins(HttpContext context, ImmutableArray<string> mediaTypes, int maxBytes)
    {
        var request = context.Request;
        if (request.ContentLength == 0 || context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
        {
            return false;
        }
        RefuseEncoded(context);
        if (!mediaTypes.Any(mediaType => IsOf(request.ContentType, mediaType)))
        {
            throw new ProblemException(StatusProblems.UnsupportedMediaType(string.Join(", ", mediaTypes)));
        }
        return request.ContentLength > maxBytes ? throw TooLarge(maxBytes) : true;
    }

    public static ProblemException NotUtf8() => new(Problem.Malformed("malformed_json", "The body is not UTF-8."));

    /// <summary>Refuses a body that is compressed: what is not decoded must not be taken for what it encodes.</summary>
    /// <exception cref="ProblemException">415.</exception>
    public static void RefuseEncoded(HttpContext context)
    {
        var encodings = context.Request.Headers.ContentEncoding;
        if (encodings.All(each => each is null or "" or Identity)) return;
        throw new ProblemException(new(StatusCodes.Status415UnsupportedMediaType, "unsupported_content_encoding",
            "Bodies are taken without Content-Encoding only."));
    }

    /// <summary>Reads up to the limit, whatever the length that was announced, or none in a chunked body.</summary>
    /// <exception cref="ProblemException">408, 413, 429 or 503.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadBytesAsync(HttpContext context, BodyReservation memory, int maxBytes)
    {
        var reader = context.Request.BodyReader;
        memory.Grow(0);
        while (true)
        {
            var result = await reader.ReadAsync(context.RequestAborted);
            try
            {
                if (result.Buffer.Length > maxBytes) throw TooLarge(maxBytes);
                memory.Grow(result.Buffer.Length);
            }
            catch (ProblemException)
            {
                // Given back, so that the server can take the rest off the wire.
                reader.AdvanceTo(result.Buffer.End);
                throw;
            }
            if (!result.IsCompleted)
            {
                reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
                continue;
            }
            var bytes = result.Buffer.ToArray();
            reader.AdvanceTo(result.Buffer.End);
            return bytes;
        }
    }

    private static bool IsOf(string? contentType, string mediaType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && (type.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase) || (mediaType == Json && IsOtherJson(type)))
        && (!type.Charset.HasValue || HeaderUtilities.RemoveQuotes(type.Charset)
            .Equals(Encoding.UTF8.WebName, StringComparison.OrdinalIgnoreCase));

    private static bool IsOtherJson(MediaTypeHeaderValue type) =>
        type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase)
        && !type.MediaType.Equals(MergePatch, StringComparison.OrdinalIgnoreCase);

    public static ProblemException TooLarge(int maxBytes) => new(StatusProblems.Of(StatusCodes.Status413PayloadTooLarge) with
    {
        Detail = $"The body has more than {maxBytes / MaxBytes} MiB.",
    });
}
