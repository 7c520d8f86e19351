using System.CommandLine;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using AgentManagement.ServiceDefaults.Settings;
using Polly;

namespace AgentManagement.App.Commands;

/// <summary>A service that runs, as commands call it: over REST, like any client.</summary>
internal sealed class RemoteService : IDisposable
{
    /// <summary>Where the token is found: on the command line it would be seen by all users of the machine.</summary>
    public const string TokenVariable = "AGENT_MANAGEMENT_TOKEN";

    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http;
    private readonly ResiliencePipeline<HttpResponseMessage> _retries;
    private bool _hasAnswered;

    /// <param name="address">Where it is.</param>
    /// <param name="token">A token or an API key of the tenant.</param>
    /// <param name="transport">What requests go through; null for the network.</param>
    /// <exception cref="SettingsException">There is no token.</exception>
    public RemoteService(Uri address, string? token, HttpMessageHandler? transport = null)
    {
        if (string.IsNullOrWhiteSpace(token))
        {
            throw new SettingsException($"{TokenVariable} is not set: a token or an API key of the tenant.");
        }
        _http = new(transport ?? new SocketsHttpHandler()) { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        _retries = new ResiliencePipelineBuilder<HttpResponseMessage>().AddRetry(new()
        {
            // Two to three minutes in all: a service that is rolled, a window of the rate limit.
            MaxRetryAttempts = 9, BackoffType = DelayBackoffType.Exponential, Delay = TimeSpan.FromSeconds(1), MaxDelay = MaxDelay,
            // A service that never answered is more likely not there, and that is said at once.
            ShouldHandle = attempt => ValueTask.FromResult(_hasAnswered && IsPassing(attempt.Outcome)),
            DelayGenerator = attempt => ValueTask.FromResult(attempt.Outcome.Result?.Headers.RetryAfter?.Delta),
        }).Build();
    }

    /// <summary>The option that says where the service is.</summary>
    public static Option<Uri> NewOption() => new("--service")
    {
        Description = $"Address of the service; {TokenVariable} has the token or API key",
        DefaultValueFactory = _ => new("http://localhost:8080"),
        CustomParser = result =>
        {
            if (Uri.TryCreate(result.Tokens.SingleOrDefault()?.Value, UriKind.Absolute, out var address)
                && address.Scheme is "http" or "https") return address;
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

    /// <summary>As <see cref="AskWithRetriesAsync"/>, for what must not be refused.</summary>
    /// <exception cref="SettingsException">The service cannot be reached, or refuses.</exception>
    public async Task<HttpResponseMessage> SendWithRetriesAsync(Func<HttpRequestMessage> request, CancellationToken stopping)
    {
        var response = await AskWithRetriesAsync(request, stopping);
        return response.IsSuccessStatusCode ? response : throw await RefusedAsync(response, stopping);
    }

    /// <summary>
    /// Asks, and asks again while a service that has answered before is away, busy or counts requests. Only for what may be
    /// repeated. The answer is all there when this returns.
    /// </summary>
    /// <exception cref="SettingsException">The service cannot be reached.</exception>
    public async Task<HttpResponseMessage> AskWithRetriesAsync(Func<HttpRequestMessage> request, CancellationToken stopping)
    {
        try
        {
            var response = await _retries.ExecuteAsync(async ending =>
            {
                using var next = request();
                return await _http.SendAsync(next, ending);
            }, stopping);
            _hasAnswered |= response.IsSuccessStatusCode;
            return response;
        }
        catch (HttpRequestException exception)
        {
            throw new SettingsException($"The service at {_http.BaseAddress} cannot be reached: {exception.Message}");
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>A refusal in words; the answer is done with.</summary>
    public static async Task<SettingsException> RefusedAsync(HttpResponseMessage response, CancellationToken stopping)
    {
        using (response)
        {
            try
            {
                var problem = await response.Content.ReadFromJsonAsync<JsonElement>(stopping);
                return new(
                    $"The service refuses: {(int)response.StatusCode} {problem.GetProperty("code").GetString()}: "
                    + $"{problem.GetProperty("detail").GetString()}");
            }
            catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
            {
                return new($"The service refuses: {(int)response.StatusCode}.");
            }
        }
    }

    private static bool IsPassing(Outcome<HttpResponseMessage> outcome) =>
        outcome.Exception is HttpRequestException
            || outcome.Result?.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests;
}
