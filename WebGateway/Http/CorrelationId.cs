using System.Buffers.Binary;
using System.Text.RegularExpressions;
using AgentManagement.WebGateway.Observability;

namespace AgentManagement.WebGateway.Http;

/// <summary>The id that ties a request to its log lines, its changes and its problem: the client's own, or a new one.</summary>
internal static partial class CorrelationId
{
    public const string HeaderName = "X-Correlation-ID";

    /// <summary>The id of the request.</summary>
    public static string Of(HttpContext context) => RequestLogScope.Of(context).CorrelationId;

    /// <summary>The id in the request's header when it is usable, otherwise a new one.</summary>
    public static string Choose(HttpRequest request) =>
        request.Headers[HeaderName] is [{ } given] && Usable().IsMatch(given) ? given : New();

    // As Guid.CreateVersion7, without asking the operating system for randomness that no attacker has to guess: the id is no secret.
    private static string New()
    {
        Span<byte> random = stackalloc byte[16];
        Random.Shared.NextBytes(random);
        var version = 0x7000L | (BinaryPrimitives.ReadInt64BigEndian(random) & 0x0FFFL);
        BinaryPrimitives.WriteInt64BigEndian(random, (DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() << 16) | version);
        random[8] = (byte)((random[8] & 0x3F) | 0x80);
        return Convert.ToHexStringLower(random);
    }

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,128}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Usable();
}
