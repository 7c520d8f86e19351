using System.Net;
using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text.Json;
using AgentManagement.Observability;
using AgentManagement.Tools;
using AgentManagement.WebGateway.Outgoing;
using AgentManagement.WebGateway.Settings;
using Polly.CircuitBreaker;

namespace AgentManagement.Silo.ToolRegistry;

/// <summary>
/// Asks the Tool Registry over REST (docs/tool-registry.md), and nobody else whatever it answers. Each call ends within
/// <see cref="OutgoingPipeline.Patience"/>; after a few failures none is made for a while.
/// </summary>
internal sealed class ToolRegistryClient : IProbed, IDisposable
{
    /// <summary>The most tools of one call.</summary>
    public const int MostTools = 100;

    private const int MostAnswerBytes = 1024 * 1024;

    private readonly Uri _address;
    private readonly HttpClient _http;
    private readonly OutgoingPipeline _pipeline;
    private readonly ILogger<ToolRegistryClient> _logger;
    private volatile Question? _asked;
    private volatile Question? _answered;

    public ToolRegistryClient(ServiceSettings settings, TimeProvider time, ILogger<ToolRegistryClient> logger)
    {
        _logger = logger;
        _address = new Uri($"{settings.ToolRegistryUrl!.GetLeftPart(UriPartial.Path).TrimEnd('/')}/api/v1/tools/resolve");
        _http = OutgoingHttp.CreateClient(OutgoingAddresses.Of(settings));
        _http.DefaultRequestHeaders.Authorization = OutgoingHttp.Authorization(settings.ServiceToken);
        _pipeline = new OutgoingPipeline("The Tool Registry", time, logger);
    }

    /// <summary>The tools that there are of these; null when the registry gives no answer.</summary>
    public async Task<ImmutableArray<RegisteredTool>?> ResolveAsync(string tenantId, IReadOnlyCollection<string> toolIds, string correlationId)
    {
        try
        {
            var answers = await Task.WhenAll(toolIds.Chunk(MostTools).Select(ids =>
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
            _logger.LogWarning(LogEvents.ToolRegistrySilent, "The Tool Registry gave no answer: {Reason}", exception is NoAnswerException ? exception.Message : exception.GetType().Name);
            return null;
        }
    }

    public async Task ProbeAsync()
    {
        // What it could answer before it should be able to answer now; what it refuses to one tenant must not speak for all.
        if (!_pipeline.IsInDoubt || (_answered ?? _asked) is not { } question) return;
        try
        {
            await CallAsync(question.TenantId, question.ToolIds, $"{Guid.NewGuid():n}");
        }
        catch (Exception)
        {
            // The breaker has it.
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<IEnumerable<RegisteredTool>> CallAsync(string tenantId, string[] toolIds, string correlationId)
    {
        var (outcome, question) = ("failed", new Question(tenantId, toolIds));
        _asked = question;
        try
        {
            var tools = await _pipeline.ExecuteAsync(async cancellation => await AskAsync(tenantId, toolIds, correlationId, cancellation));
            (outcome, _answered) = ("answered", question);
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

    private async Task<IEnumerable<RegisteredTool>> AskAsync(string tenantId, string[] toolIds, string correlationId, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _address);
        request.Headers.Add("X-Correlation-ID", correlationId);
        request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(new { tenant_id = tenantId, tools = toolIds }));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(MediaTypeNames.Application.Json);
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK) throw new NoAnswerException($"The status is {(int)response.StatusCode}.");
        var tools = ToolRegistryAnswer.Read(await BoundedContent.ReadAsync(response.Content, MostAnswerBytes, cancellationToken));
        return tools.Where(tool => toolIds.Contains(tool.Id));
    }

    private sealed record Question(string TenantId, string[] ToolIds);
}
