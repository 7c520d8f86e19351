using System.Reflection;
using AgentManagement.WebGateway.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace AgentManagement.WebGateway.Internal;

/// <summary>Which version of a configuration is asked for, and which the client has, as a handler's parameter.</summary>
internal sealed class ConfigurationQuery : IBindableFromHttpContext<ConfigurationQuery>, IEndpointParameterMetadataProvider
{
    private static readonly QueryParameter<int> VersionParameter =
        QueryParameter.Number("version", "A version that is kept; without it the current one.", 1, int.MaxValue, fallback: 0);

    private static readonly QueryParameter<string?> LabelParameter = QueryParameter.Text(
        "label", "The label whose version is asked for; latest, or nothing, for the current one.", 63);

    private static readonly QueryParameter<string?> KeyParameter = QueryParameter.Text(
        "key", "A user, a conversation or an account, by which the variant is chosen while a rollout is under way; it is not kept.", 500);

    // Not handed out: who has it reaches every service of the gateway.
    private readonly HttpContext _http;

    private ConfigurationQuery(HttpContext http)
    {
        _http = http;
        (Version, Label, Key) = (VersionParameter.Read(http), LabelParameter.Read(http), KeyParameter.Read(http));
    }

    /// <summary>The version; 0 for the current one.</summary>
    public int Version { get; }

    /// <summary>The label; null for none.</summary>
    public string? Label { get; }

    /// <summary>By which a variant is chosen.</summary>
    public string? Key { get; }

    /// <summary>Sets an ETag; the answer when the client has what it names already, else null.</summary>
    public NotModified? IfKnown(string tag) => NotModified.IfKnown(_http, tag);

    public static ValueTask<ConfigurationQuery?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        ValueTask.FromResult<ConfigurationQuery?>(new(context));

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        builder.Metadata.Add(VersionParameter);
        builder.Metadata.Add(LabelParameter);
        builder.Metadata.Add(KeyParameter);
    }
}
