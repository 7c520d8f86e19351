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
        request.Headers[HeaderName] is [{ } given] && Usable().IsMatch(given) ? given : Guid.CreateVersion7().ToString("n");

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,128}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Usable();
}
