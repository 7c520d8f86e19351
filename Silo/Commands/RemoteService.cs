using System.CommandLine;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using AgentManagement.Client.Hosting;

namespace AgentManagement.Silo.Commands;

/// <summary>A service that runs, as commands call it: over REST, like any client.</summary>
internal sealed class RemoteService : IDisposable
{
    /// <summary>Where the token is found: on the command line it would be seen by all users of the machine.</summary>
    public const string TokenVariable = "AGENT_MANAGEMENT_TOKEN";

    private readonly HttpClient _http;

    public RemoteService(Uri address, string? token)
    {
        if (string.IsNullOrWhiteSpace(token)) throw new SettingsException($"{TokenVariable} is not set: a token or an API key of the tenant.");
        _http = new() { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>The option that says where the service is.</summary>
    public static Option<Uri> NewOption() => new("--service")
    {
        Description = $"Address of the service; {TokenVariable} has the token or API key",
        DefaultValueFactory = _ => new("http://localhost:8080"),
        CustomParser = result =>
        {
            if (Uri.TryCreate(result.Tokens.SingleOrDefault()?.Value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https") return address;
            result.AddError("The service's address must begin with http:// or https://.");
            return null;
        },
    };

    /// <exception cref="SettingsException">The service cannot be reached, or refuses.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken stopping)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path) { Content = content };
            var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stopping);
            return response.IsSuccessStatusCode ? response : throw await RefusedAsync(response, stopping);
        }
        catch (HttpRequestException exception)
        {
            throw new SettingsException($"The service at {_http.BaseAddress} cannot be reached: {exception.Message}");
        }
    }

    public void Dispose() => _http.Dispose();

    private static async Task<SettingsException> RefusedAsync(HttpResponseMessage response, CancellationToken stopping)
    {
        using (response)
        {
            try
            {
                var problem = await response.Content.ReadFromJsonAsync<JsonElement>(stopping);
                return new($"The service refuses: {(int)response.StatusCode} {problem.GetProperty("code").GetString()}: {problem.GetProperty("detail").GetString()}");
            }
            catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
            {
                return new($"The service refuses: {(int)response.StatusCode}.");
            }
        }
    }
}
