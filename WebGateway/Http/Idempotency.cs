using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using AgentManagement.Agents;
using AgentManagement.Json;
using AgentManagement.WebGateway.Problems;

namespace AgentManagement.WebGateway.Http;

/// <summary>The client's name for a request, and the fingerprint that tells the request from others of that name.</summary>
internal static class Idempotency
{
    public const string HeaderName = "Idempotency-Key";
    public const string ReplayedHeaderName = "Idempotency-Replayed";

    private const int MostCharacters = 255;

    /// <summary>The key; null when the request has none.</summary>
    /// <exception cref="RefusedException">400.</exception>
    public static IdempotencyKey? Read(HttpRequest request, JsonText? body, string subject)
    {
        var header = request.Headers[HeaderName];
        if (header.Count == 0) return null;
        return header is [{ } key] && key.Length is > 0 and <= MostCharacters && key.All(letter => letter is > ' ' and <= '~')
            ? new IdempotencyKey(key, Fingerprint(request, body, subject))
            : throw new RefusedException(Refused.Malformed(
                "invalid_header", $"{HeaderName} must be one value of 1 to {MostCharacters} visible ASCII characters."));
    }

    /// <summary>Says that the answer is the first one, given again.</summary>
    public static void MarkReplay(HttpContext http) => http.Response.Headers[ReplayedHeaderName] = "true";

    /// <summary>SHA-256, in hex, over method, path, query, body without white space, and who asks.</summary>
    private static string Fingerprint(HttpRequest request, JsonText? body, string subject)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in new[] { request.Method, request.Path.Value, request.QueryString.Value, body?.Text, subject })
        {
            var bytes = Encoding.UTF8.GetBytes(part ?? "");
            var length = new byte[sizeof(int)];
            // With its length, so that no two requests run together to the same bytes.
            BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
