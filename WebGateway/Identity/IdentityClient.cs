using System.Text;
using AgentManagement.ServiceDefaults.Outgoing;
using AgentManagement.ServiceDefaults.Settings;
using Microsoft.IdentityModel.Protocols;
using Polly;

namespace AgentManagement.WebGateway.Identity;

/// <summary>Calls the Identity Service over HTTP (docs/identity.md), and no other host, whatever its documents name.</summary>
internal sealed class IdentityClient : IDocumentRetriever, IDisposable
{
    private const int MaxDocumentBytes = 256 * 1024;
    private const int MaxIntrospectionBytes = 64 * 1024;

    private readonly Uri _service;
    private readonly string? _serviceToken;
    private readonly HttpClient _http;

    // Apart: what is wrong with one need not be wrong with the other.
    private readonly ResiliencePipeline _documents;
    private readonly ResiliencePipeline _introspections;

    public IdentityClient(Uri service, ServiceSettings settings, TimeProvider time, ILogger<IdentityClient> logger)
    {
        _http = OutgoingHttp.CreateClient(settings);
        _service = service;
        _serviceToken = settings.OutgoingServiceToken;
        _documents = OutgoingResilience.CreatePipeline("The Identity Service", time, logger);
        _introspections = OutgoingResilience.CreatePipeline("The introspection of the Identity Service", time, logger);
        DiscoveryAddress = $"{_service.GetLeftPart(UriPartial.Path).TrimEnd('/')}/.well-known/openid-configuration";
    }

    /// <summary>Where it says what it is.</summary>
    public string DiscoveryAddress { get; }

    /// <summary>Whether an address is one of the configured host: its scheme, name and port.</summary>
    public bool IsOwn(string? address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.UserInfo.Length == 0
        && Uri.Compare(uri, _service, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;

    /// <summary>A document that anybody may read, without the service's token.</summary>
    /// <exception cref="Exception">There is no answer, of whatever kind the reason is.</exception>
    public async Task<string> GetDocumentAsync(string address, CancellationToken cancel)
    {
        if (!IsOwn(address)) throw new NoAnswerException("An address is not of the configured host.");
        return await _documents.ExecuteAsync(
            async ending =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, address);
                return Encoding.UTF8.GetString(await SendAsync(request, MaxDocumentBytes, ending));
            },
            cancel);
    }

    /// <summary>What the service knows of a token (RFC 7662).</summary>
    /// <exception cref="Exception">There is no answer, of whatever kind the reason is.</exception>
    public async Task<IntrospectionAnswer> IntrospectAsync(string endpoint, string token) =>
        await _introspections.ExecuteAsync(async ending =>
    {
        if (!IsOwn(endpoint)) throw new NoAnswerException("An address is not of the configured host.");
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint);
        request.Headers.Authorization = OutgoingHttp.Authorization(_serviceToken);
        request.Content = new FormUrlEncodedContent([new("token", token), new("token_type_hint", "access_token")]);
        return IntrospectionAnswer.Read(await SendAsync(request, MaxIntrospectionBytes, ending));
    });

    public void Dispose() => _http.Dispose();

    private Task<byte[]> SendAsync(HttpRequestMessage request, int maxBytes, CancellationToken ending)
    {
        request.Headers.Accept.ParseAdd("application/json");
        return _http.ReadAnswerAsync(request, maxBytes, ending);
    }
}
