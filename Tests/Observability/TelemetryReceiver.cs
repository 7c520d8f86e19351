using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AgentManagement.Tests.Observability;

/// <summary>Takes what is sent over OTLP. Its texts are readable in the bytes.</summary>
internal sealed class TelemetryReceiver : IAsyncDisposable
{
    // What is exported is chosen by the process' environment.
    private const string Protocol = "OTEL_EXPORTER_OTLP_PROTOCOL";

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Path, string Text)> _received = new();

    private TelemetryReceiver(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First());

    public static async Task<TelemetryReceiver> StartAsync()
    {
        Environment.SetEnvironmentVariable(Protocol, "http/protobuf");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var receiver = new TelemetryReceiver(builder.Build());
        receiver._app.Urls.Add("http://127.0.0.1:0");
        receiver._app.Run(receiver.TakeAsync);
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>All that came to a path.</summary>
    public string At(string path) => string.Concat(_received.Where(each => each.Path == path).Select(each => each.Text));

    public ValueTask DisposeAsync()
    {
        Environment.SetEnvironmentVariable(Protocol, null);
        return _app.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        _received.Enqueue((http.Request.Path, Encoding.Latin1.GetString(body.ToArray())));
    }
}
