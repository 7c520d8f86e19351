using System.Buffers;
using System.Reflection;
using System.Security.Cryptography;
using AgentManagement.Files;
using AgentManagement.ServiceDefaults.Blobs;
using AgentManagement.ServiceDefaults.Hosting;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Audit;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Problems;
using Microsoft.AspNetCore.Http.Metadata;

namespace AgentManagement.WebGateway.Files;

/// <summary>The bytes of a file, or the part of them that is asked for, a buffer at a time.</summary>
/// <remarks>A failure after the first byte breaks the connection off: an answer that only looks whole would be worse.</remarks>
internal sealed class FileContent(string tenantId, StoredFile file, IBlobStore store) : IResult, IEndpointMetadataProvider
{
    private const int BufferBytes = 64 * 1024;
    private const string Bytes = "application/octet-stream";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (request, response) = (httpContext.Request, httpContext.Response);
        var tag = FileHeaders.TagOf(file);
        response.Headers.ETag = tag;
        response.Headers.CacheControl = FileHeaders.Caching;
        response.Headers.AcceptRanges = "bytes";
        if (EntityTag.IsNamedIn(request.Headers.IfNoneMatch, tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        var asked = RequestedPart.Of(request, tag, file.Size);
        if (asked.IsUnsatisfiable)
        {
            response.Headers.ContentRange = $"bytes */{file.Size}";
            await new Problem(StatusCodes.Status416RangeNotSatisfiable, "range_not_satisfiable", "The file does not have these bytes.")
                .ExecuteAsync(httpContext);
            return;
        }

        var part = asked.Part ?? new BytePart(0, file.Size);
        FileHeaders.Set(response, file);
        response.ContentLength = part.Length;
        if (asked.Part is not null)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = $"bytes {part.From}-{part.From + part.Length - 1}/{file.Size}";
        }
        if (MethodsMiddleware.IsHead(httpContext)) return;
        var isLinked = CurrentCaller.Of(httpContext).Known is null;
        httpContext.NoteRead(isLinked ? "file_link_used" : "file_downloaded", isLinked ? tenantId : null);
        await using var content = await store.OpenAsync(tenantId, file.Blob, part, httpContext.RequestAborted);
        await CopyAsync(content, response.Body, part, httpContext.RequestAborted);
    }

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(string), [Bytes]));
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status206PartialContent, typeof(string), [Bytes]));
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status304NotModified, typeof(void)));
        builder.Metadata.Add(RequestParameter.Header("Range", "The bytes that are wanted, such as bytes=0-1023; one range."));
        builder.Metadata.Add(RequestParameter.Header("If-None-Match", "ETags of the copies that the client has: 304 when one is current."));
    }

    private async Task CopyAsync(Stream from, Stream to, BytePart part, CancellationToken aborted)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var isWhole = part.Length == file.Size;
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            for (var left = part.Length; left > 0;)
            {
                var length = await from.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), aborted);
                if (length == 0) throw new BlobStoreException("The blob store has fewer bytes than were stored.");
                left -= length;
                hash.AppendData(buffer, 0, length);
                // Before the last bytes are given out it is known whether they all are what was once uploaded.
                if (left == 0 && isWhole && FileId.Of(hash.GetHashAndReset()) != file.Id)
                {
                    throw new BlobStoreException("The blob store has other bytes than were stored.");
                }
                await to.WriteAsync(buffer.AsMemory(0, length), aborted);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
