using System.Collections.Concurrent;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AgentManagement.Tests.Orchestrator;

/// <summary>An orchestrator behind a real socket: keeps what it is told, and acknowledges it when it is to.</summary>
internal sealed class Orchestrator : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentBag<WebSocket> _sockets = [];

    private Orchestrator(WebApplication app) => _app = app;

    public Uri Address { get; private set; } = null!;

    public bool Acknowledges { get; set; } = true;

    /// <summary>Refuses whoever comes.</summary>
    public bool IsClosed { get; set; }

    public ConcurrentQueue<JsonElement> Received { get; } = new();

    public ConcurrentQueue<string> Authorizations { get; } = new();

    public static async Task<Orchestrator> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var orchestrator = new Orchestrator(app);
        app.UseWebSockets();
        app.Run(orchestrator.ServeAsync);
        await app.StartAsync();
        orchestrator.Address = new UriBuilder(app.Urls.First()) { Scheme = "ws" }.Uri;
        return orchestrator;
    }

    public long[] RevisionsOf(string tenantId) =>
        [.. Received.Where(each => each.GetProperty("tenant_id").GetString() == tenantId)
            .Select(each => each.GetProperty("revision").GetInt64())];

    /// <summary>Breaks off all connections.</summary>
    public void HangUp()
    {
        foreach (var socket in _sockets) socket.Abort();
    }

    public async ValueTask DisposeAsync()
    {
        HangUp();
        await _app.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext http)
    {
        if (IsClosed)
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }
        Authorizations.Enqueue(http.Request.Headers.Authorization.ToString());
        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        _sockets.Add(socket);
        var buffer = new byte[64 * 1024];
        try
        {
            while ((await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None)) is
                {
                    MessageType: WebSocketMessageType.Text
                } part)
            {
                var message = JsonDocument.Parse(buffer.AsMemory(0, part.Count)).RootElement.Clone();
                Received.Enqueue(message);
                if (!Acknowledges) continue;
                var acknowledgement = new
                {
                    action = "ack", tenant_id = message.GetProperty("tenant_id").GetString(), revision = message.GetProperty("revision")
                    .GetInt64(),
                };
                await socket.SendAsync(
                    JsonSerializer.SerializeToUtf8Bytes(acknowledgement), WebSocketMessageType.Text, true, CancellationToken.None);
            }
        }
        catch (WebSocketException)
        {
            // Hung up.
        }
    }
}
