using System.Net;
using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text.Json;
using AgentManagement.Tools;
using AgentManagement.WebGateway.Settings;
using Polly;
using Polly.CircuitBreaker;

namespace AgentManagement.Silo.ToolRegistry;

/// <summary>
/// Asks the Tool Registry over REST (docs/tool-registry.md), and nobody else whatever it answers. Each call ends within
/// <see cref="Patience"/>; after a few failures none is made for a while. There are no retries: somebody waits for a save.
/// </summary>
internal sealed class ToolRegistryClient : IDisposable
{
    /// <summary>The longest that a call takes.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>How long nothing is asked once calls have failed.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <summary>Calls within half a minute of which half must fail for that.</summary>
    public const int CallsThatTell = 5;

    /// <summary>The most tools of one call.</summary>
    public const int MostTools = 100;

    private const int MostAnswerBytes = 1024 * 1024;
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    private readonly Uri _address;
    private readonly HttpClient _http;
    private readonly ResiliencePipeline _pipeline;
    private readonly ILogger<ToolRegistryClient> _logger;

    public ToolRegistryClient(ServiceSettings settings, TimeProvider time, ILogger<ToolRegistryClient> logger)
    {
        _logger = logger;
        _address = new Uri($"{settings.ToolRegistryUrl!.GetLeftPart(UriPartial.Path).TrimEnd('/')}/api/v1/tools/resolve");
        _http = new HttpClient(new SocketsHttpHandler
        {
            // The token goes to the configured host only.
            AllowAutoRedirect = false, UseProxy = false, UseCookies = false,
            ConnectTimeout = ConnectPatience, PooledConnectionLifetime = ConnectionLifetime,
            // What is not read of an answer is not worth a connection.
            MaxResponseDrainSize = 0,
        }) { Timeout = Timeout.InfiniteTimeSpan };
        if (settings.ServiceToken is { } token) _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                FailureRatio = 0.5, MinimumThroughput = CallsThatTell, SamplingDuration = TimeSpan.FromSeconds(30), BreakDuration = Pause,
                // Of every kind: a connection that is not made in time counts as cancelled.
                ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is not null),
                OnOpened = _ => Tell(LogLevel.Warning, "The Tool Registry fails; it is not asked for a while"),
                OnClosed = _ => Tell(LogLevel.Information, "The Tool Registry answers again"),
            })
            .AddTimeout(Patience)
            .Build();
    }

    /// <summary>The tools that there are of these; null when the registry gives no answer.</summary>
    public async Task<ImmutableArray<RegisteredTool>?> ResolveAsync(string tenantId, IReadOnlyCollection<string> toolIds, string correlationId)
    {
        try
        {
            var answers = await Task.WhenAll(toolIds.Chunk(MostTools).Select(ids =>
                _pipeline.ExecuteAsync(async cancellation => await AskAsync(tenantId, ids, correlationId, cancellation)).AsTask()));
            return [.. answers.SelectMany(tools => tools)];
        }
        catch (BrokenCircuitException)
        {
            return null;
        }
        catch (Exception exception)
        {
            // Whatever it is, there is no answer. The breaker bounds how often this is said.
            _logger.LogWarning("The Tool Registry gave no answer: {Reason}", exception is ToolRegistryException ? exception.Message : exception.GetType().Name);
            return null;
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<IEnumerable<RegisteredTool>> AskAsync(string tenantId, string[] toolIds, string correlationId, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _address);
        request.Headers.Add("X-Correlation-ID", correlationId);
        request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(new { tenant_id = tenantId, tools = toolIds }));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(MediaTypeNames.Application.Json);
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK) throw new ToolRegistryException($"The status is {(int)response.StatusCode}.");
        var tools = ToolRegistryAnswer.Read(await BoundedContent.ReadAsync(response.Content, MostAnswerBytes, cancellationToken));
        return tools.Where(tool => toolIds.Contains(tool.Id));
    }

    private ValueTask Tell(LogLevel level, string message)
    {
        _logger.Log(level, "{Message}", message);
        return ValueTask.CompletedTask;
    }
}
