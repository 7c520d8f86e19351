using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text.Json;
using AgentManagement.Domain.Tools;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.ServiceDefaults.Outgoing;
using AgentManagement.ServiceDefaults.Settings;
using Polly;
using Polly.CircuitBreaker;

namespace AgentManagement.Silo.ToolRegistry;

/// <summary>
/// Asks the Tool Registry over REST (docs/tool-registry.md), and nobody else whatever it answers. Each call ends within
/// <see cref="OutgoingResilience.CallTimeout"/>; after a few failures none is made for a while.
/// </summary>
internal sealed class ToolRegistryClient : IDisposable
{
    /// <summary>The most tools of one call.</summary>
    public const int MaxTools = 100;

    private const int MaxAnswerBytes = 1024 * 1024;

    private readonly Uri _address;
    private readonly HttpClient _http;
    private readonly ResiliencePipeline _pipeline;
    private readonly ILogger<ToolRegistryClient> _logger;

    public ToolRegistryClient(Uri service, ServiceSettings settings, TimeProvider time, ILogger<ToolRegistryClient> logger)
    {
        _logger = logger;
        _address = new Uri($"{service.GetLeftPart(UriPartial.Path).TrimEnd('/')}/api/v1/tools/resolve");
        _http = OutgoingHttp.CreateClient(settings);
        _http.DefaultRequestHeaders.Authorization = OutgoingHttp.Authorization(settings.OutgoingServiceToken);
        _pipeline = OutgoingResilience.CreatePipeline("The Tool Registry", time, logger);
    }

    /// <summary>The tools that there are of these; null when the registry gives no answer.</summary>
    public async Task<ImmutableArray<RegisteredTool>?> ResolveAsync(
        string tenantId, IReadOnlyCollection<string> toolIds, string correlationId)
    {
        try
        {
            var answers = await Task.WhenAll(toolIds.Chunk(MaxTools).Select(ids =>
                CallAsync(tenantId, ids, correlationId)));
            return [.. answers.SelectMany(tools => tools)];
        }
        catch (BrokenCircuitException)
        {
            return null;
        }
        catch (Exception exception)
        {
            // Whatever it is, there is no answer. The breaker bounds how often this is said.
            _logger.LogWarning(
                LogEvents.ToolRegistryUnreachable,
                "The Tool Registry gave no answer: {Reason}",
                exception is NoAnswerException ? exception.Message : exception.GetType().Name);
            return null;
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<IEnumerable<RegisteredTool>> CallAsync(string tenantId, string[] toolIds, string correlationId)
    {
        var outcome = "failed";
        try
        {
            var tools = await _pipeline.ExecuteAsync(async cancellation => await AskAsync(tenantId, toolIds, correlationId, cancellation));
            outcome = "answered";
            return tools;
        }
        catch (BrokenCircuitException)
        {
            outcome = "not_made";
            throw;
        }
        finally
        {
            ToolRegistryMetrics.CountCall(outcome);
        }
    }

    private async Task<IEnumerable<RegisteredTool>> AskAsync(
        string tenantId, string[] toolIds, string correlationId, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _address);
        request.Headers.Add("X-Correlation-ID", correlationId);
        request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(new { tenant_id = tenantId, tools = toolIds }));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(MediaTypeNames.Application.Json);
        var tools = ToolRegistryAnswer.Read(await _http.ReadAnswerAsync(request, MaxAnswerBytes, cancellationToken));
        return tools.Where(tool => toolIds.Contains(tool.Id));
    }
}
