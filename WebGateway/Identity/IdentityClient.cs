using System.Net;
using AgentManagement.WebGateway.Outgoing;
using AgentManagement.WebGateway.Settings;
using Microsoft.IdentityModel.Protocols;

namespace AgentManagement.WebGateway.Identity;

/// <summary>
/// Calls the Identity Service over HTTP (docs/identity.md), and no other host, whatever its documents name. Of itself it asks again
/// for an introspection; documents <see cref="IdentityKeys"/> does.
/// </summary>
internal sealed class IdentityClient : IDocumentRetriever, IProbed, IDisposable
{
    private const int MostDocumentBytes = 256 * 1024;
    private const int MostIntrospectionBytes = 64 * 1024;

    private readonly Uri _service;
    private readonly string? _serviceToken;
    private readonly HttpClient _http;

    // Apart: what is wrong with one need not be wrong with the other.
    private readonly OutgoingPipeline _documents;
    private readonly OutgoingPipeline _introspections;
    private volatile string? _introspectionEndpoint;

    public IdentityClient(ServiceSettings settings, TimeProvider time, ILogger<IdentityClient> logger)
    {
        _http = OutgoingHttp.CreateClient(OutgoingAddresses.Of(settings));
        _service = settings.IdentityServiceUrl!;
        _serviceToken = settings.ServiceToken;
        _documents = new OutgoingPipeline("The Identity Service", time, logger);
        _introspections = new OutgoingPipeline("The introspection of the Identity Service", time, logger);
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
                return System.Text.Encoding.UTF8.GetString(await SendAsync(request, MostDocumentBytes, ending));
            },
            cancel);
    }

    /// <summary>What the service knows of a token (RFC 7662).</summary>
    /// <exception cref="Exception">There is no answer, of whatever kind the reason is.</exception>
    public async Task<IntrospectionAnswer> IntrospectAsync(string endpoint, string token) => await _introspections.ExecuteAsync(async ending =>
    {
        if (!IsOwn(endpoint)) throw new NoAnswerException("An address is not of the configured host.");
        _introspectionEndpoint = endpoint;
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint);
        request.Headers.Authorization = OutgoingHttp.Authorization(_serviceToken);
        request.Content = new FormUrlEncodedContent([new("token", token), new("token_type_hint", "access_token")]);
        return IntrospectionAnswer.Read(await SendAsync(request, MostIntrospectionBytes, ending));
    });

    public async Task ProbeAsync()
    {
        if (!_introspections.IsInDoubt || _introspectionEndpoint is not { } endpoint) return;
        try
        {
            // A token that is none: an answer that it is not active is one, and no client's token is kept for this.
            await IntrospectAsync(endpoint, $"{Guid.NewGuid():n}");
        }
        catch (Exception)
        {
            // The breaker has it.
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<byte[]> SendAsync(HttpRequestMessage request, int mostBytes, CancellationToken ending)
    {
        request.Headers.Accept.ParseAdd("application/json");
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ending);
        if (response.StatusCode != HttpStatusCode.OK) throw new NoAnswerException($"The status is {(int)response.StatusCode}.");
        return await BoundedContent.ReadAsync(response.Content, mostBytes, ending);
    }
}
