using System.Collections;
using AgentManagement.ServiceDefaults.Observability;

namespace AgentManagement.WebGateway.Observability;

/// <summary>What every log line of a request carries. The tenant is added once the token has been read.</summary>
internal sealed class RequestLogScope(string correlationId) : IEnumerable<KeyValuePair<string, object?>>
{
    public string CorrelationId { get; } = correlationId;

    public string? TenantId { get; set; }

    /// <summary>The scope of the request.</summary>
    public static RequestLogScope Of(HttpContext context) => context.Features.Get<RequestLogScope>()
        ?? throw new InvalidOperationException("The request has no log scope.");

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        yield return new(TraceTags.CorrelationId, CorrelationId);
        if (TenantId is not null) yield return new(TraceTags.TenantId, TenantId);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
