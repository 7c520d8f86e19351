using System.Text;
using AgentManagement.ClusterClient;
using AgentManagement.WebGateway.Observability;
using AgentManagement.WebGateway.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AgentManagement.Tests.WebGateway;

/// <summary>What exceptions become.</summary>
public sealed class FailureTests : IDisposable
{
    private readonly LogCapture _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task A_grain_call_that_failed_is_503_with_retry_after()
    {
        var context = await ThrowAsync(new GrainCallException(new TimeoutException("Secret")));
        Assert.Equal((503, "1"), (context.Response.StatusCode, context.Response.Headers.RetryAfter.ToString()));
        Assert.Contains("\"code\":\"service_unavailable\"", BodyOf(context), StringComparison.Ordinal);
        Assert.DoesNotContain("Secret", BodyOf(context), StringComparison.Ordinal);
        Assert.Contains("\"level\":\"ERROR\"", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_exception_is_500_without_details()
    {
        var context = await ThrowAsync(new InvalidOperationException("Secret"));
        Assert.Equal(500, context.Response.StatusCode);
        Assert.Contains("\"code\":\"internal_error\"", BodyOf(context), StringComparison.Ordinal);
        Assert.DoesNotContain("Secret", BodyOf(context), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_tenants_key_is_answered_like_what_is_missing()
    {
        var denied = await ThrowAsync(new AccessDeniedException("tenant_mismatch", "Not yours."));
        var missing = await ThrowAsync(new ProblemException(Problem.NotFound));
        Assert.Equal(404, denied.Response.StatusCode);
        Assert.Equal(BodyOf(missing), BodyOf(denied));
    }

    [Fact]
    public async Task A_permission_that_the_silo_misses_is_403() =>
        Assert.Equal(403, (await ThrowAsync(new AccessDeniedException("permission_denied", "The role lacks it."))).Response.StatusCode);

    [Fact]
    public async Task What_the_server_refuses_keeps_its_status() =>
        Assert.Equal(413, (await ThrowAsync(new BadHttpRequestException("Too large", 413))).Response.StatusCode);

    [Fact]
    public async Task A_client_that_went_away_is_nobodys_fault()
    {
        var context = await ThrowAsync(new OperationCanceledException(), isAborted: true);
        Assert.Equal(499, context.Response.StatusCode);
        Assert.Empty(_log.Lines);
    }

    private async Task<HttpContext> ThrowAsync(Exception exception, bool isAborted = false)
    {
        var context = new DefaultHttpContext { RequestAborted = new CancellationToken(isAborted) };
        context.Response.Body = new MemoryStream();
        context.Features.Set(new RequestLogScope("id"));
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(_log));
        await new ProblemMiddleware(_ => throw exception, new(factory.CreateLogger<ProblemTranslation>())).InvokeAsync(context);
        return context;
    }

    private static string BodyOf(HttpContext context) =>
        Encoding.UTF8.GetString(((MemoryStream)context.Response.Body).ToArray());
}
