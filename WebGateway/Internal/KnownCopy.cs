using System.Reflection;
using AgentManagement.WebGateway.Http;

namespace AgentManagement.WebGateway.Internal;

/// <summary>Which copy the client has already, as a handler's parameter: of the request it is given nothing else.</summary>
internal sealed class KnownCopy : IBindableFromHttpContext<KnownCopy>
{
    // Not handed out: who has it reaches every service of the gateway.
    private readonly HttpContext _http;

    private KnownCopy(HttpContext http) => _http = http;

    /// <summary>Sets an ETag; the answer when the client has what it names already, else null.</summary>
    public NotModified? IfKnown(string tag) => NotModified.IfKnown(_http, tag);

    public static ValueTask<KnownCopy?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        ValueTask.FromResult<KnownCopy?>(new(context));
}
