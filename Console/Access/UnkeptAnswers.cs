using Microsoft.AspNetCore.Components.WebAssembly.Http;

namespace AgentManagement.WebConsole.Access;

/// <summary>
/// Has the browser keep no answer. Its cache knows an answer by address and ETag, and two tenants' agents of one id and version have the
/// same: whoever signed in to one after the other would see the first one's.
/// </summary>
public sealed class UnkeptAnswers() : DelegatingHandler(new HttpClientHandler())
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.SetBrowserRequestCache(BrowserRequestCache.NoStore);
        return base.SendAsync(request, cancellationToken);
    }
}
