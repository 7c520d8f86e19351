using System.Reflection;
using AgentManagement.WebGateway.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace AgentManagement.WebGateway.Internal;

/// <summary>Which version of a configuration is asked for, and which the client has, as a handler's parameter.</summary>
internal sealed class ConfigurationQuery : IBindableFromHttpContext<ConfigurationQuery>, IEndpointParameterMetadataProvider
{
    private static readonly QueryParameter<int> VersionParameter =
        QueryParameter.Number("version", "A version that is kept; without it the current one.", 1, int.MaxValue, fallback: 0);

    // Not handed out: who has it reaches every service of the gateway.
    private readonly HttpContext _http;

    private ConfigurationQuery(HttpContext http)
    {
        _http = http;
        Version = VersionParameter.Read(http);
    }

    /// <summary>The version; 0 for the current one.</summary>
    public int Version { get; }

    /// <summary>Sets an ETag; the answer when the client has what it names already, else null.</summary>
    public NotModified? IfKnown(string tag) => NotModified.IfKnown(_http, tag);

    public static ValueTask<ConfigurationQuery?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        ValueTask.FromResult<ConfigurationQuery?>(new(context));

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) => builder.Metadata.Add(VersionParameter);
}
