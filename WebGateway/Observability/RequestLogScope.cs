using System.Collections;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Problems;

namespace AgentManagement.WebGateway.Observability;

/// <summary>What every log line of a request carries. The tenant is there once the token has been read.</summary>
internal sealed class RequestLogScope(string correlationId) : IReadOnlyList<KeyValuePair<string, object?>>
{
    public string CorrelationId { get; } = correlationId;

    /// <summary>Who makes the request; null until somebody has looked.</summary>
    public CurrentCaller? Caller { get; set; }

    /// <summary>What the request was refused with; null when it was not.</summary>
    public Problem? Problem { get; set; }

    public string? TenantId => Caller?.Known?.TenantId;

    public int Count => TenantId is null ? 1 : 2;

    public KeyValuePair<string, object?> this[int index] =>
        index == 0 ? new(TraceTags.CorrelationId, CorrelationId) : new(TraceTags.TenantId, TenantId);

    /// <summary>The scope of the request.</summary>
    public static RequestLogScope Of(HttpContext context) => context.Features.Get<RequestLogScope>()
        ?? throw new InvalidOperationException("The request has no log scope.");

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (var index = 0; index < Count; index++) yield return this[index];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
