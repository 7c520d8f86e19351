using AgentManagement.ServiceDefaults.Blobs;
using Microsoft.Net.Http.Headers;

namespace AgentManagement.WebGateway.Files;

/// <summary>Which part of a file a request asks for (RFC 9110, 14).</summary>
/// <param name="Part">The bytes; null for all of them.</param>
/// <param name="IsUnsatisfiable">It asks for bytes that are not there.</param>
internal readonly record struct RequestedPart(BytePart? Part, bool IsUnsatisfiable)
{
    private static readonly RequestedPart Whole = new(null, false);

    /// <summary>Several ranges at once, and what is no range of bytes, may be answered with the whole; here they are.</summary>
    public static RequestedPart Of(HttpRequest request, string tag, long size)
    {
        var headers = request.Headers;
        if (!RangeHeaderValue.TryParse(headers.Range.ToString(), out var header) || header.Unit != "bytes" || header.Ranges.Count != 1)
        {
            return Whole;
        }
        // Only an entity tag is compared: files have no date that would tell their bytes apart.
        if (headers.IfRange.Count > 0 && headers.IfRange != tag) return Whole;
        var range = header.Ranges.Single();
        if (range.From is not { } from)
        {
            var last = Math.Min(range.To!.Value, size);
            return last == 0 ? new(null, true) : new(new(size - last, last), false);
        }
        if (from >= size) return new(null, true);
        return new(new(from, Math.Min(range.To ?? long.MaxValue, size - 1) - from + 1), false);
    }
}
