using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AgentManagement.Tests.Webhooks;

/// <summary>A receiver of webhooks behind a real socket, as good and as bad as a test wants it.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _atOnce;

    private Receiver(WebApplication app) => _app = app;

    /// <summary>Its address.</summary>
    public string Url { get; private set; } = "";

    /// <summary>What it answers; 204 to everything when nothing is said.</summary>
    public Func<Delivery, HttpContext, Task> Answer { get; set; } = (_, http) => Status(http, 204);

    /// <summary>Every request that came, in order.</summary>
    public ConcurrentQueue<Delivery> All { get; } = new();

    /// <summary>Those that were answered with a success, in order.</summary>
    public ConcurrentQueue<Delivery> Accepted { get; } = new();

    /// <summary>The most requests that there were at the same time.</summary>
    public int MaxAtOnce { get; private set; }

    /// <summary>The revisions that it accepted, each once, in the order in which they came first.</summary>
    public IEnumerable<long> Revisions => Accepted.Where(each => each.Type != "ping").Select(each => each.Revision).Distinct();

    /// <param name="host">The address that it listens at.</param>
    /// <param name="port">Its port; any free one when nothing is said.</param>
    public static async Task<Receiver> StartAsync(string host = "127.0.0.1", int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add($"http://{host}:{port}");
        var receiver = new Receiver(app);
        app.Run(receiver.ServeAsync);
        await app.StartAsync();
        receiver.Url = new UriBuilder(app.Urls.First()) { Path = "/hook" }.Uri.ToString();
        return receiver;
    }

    public static Task Status(HttpContext http, int status)
    {
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    /// <summary>Waits until it has accepted exactly these revisions.</summary>
    public Task HasAsync(IEnumerable<long> revisions)
    {
        long[] expected = [.. revisions];
        return Await.Until(() => Task.FromResult(Revisions.SequenceEqual(expected)), $"revisions {string.Join(' ', expected)} are there");
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext http)
    {
        lock (_app) MaxAtOnce = Math.Max(MaxAtOnce, ++_atOnce);
        try
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            var delivery = new Delivery(
                http.Request.Headers["webhook-id"]!, http.Request.Headers["webhook-timestamp"]!,
                http.Request.Headers["webhook-signature"]!, body.ToArray());
            All.Enqueue(delivery);
            http.Response.OnStarting(() =>
            {
                if (http.Response.StatusCode is >= 200 and < 300) Accepted.Enqueue(delivery);
                return Task.CompletedTask;
            });
            await Answer(delivery, http);
        }
        finally
        {
            lock (_app) _atOnce--;
        }
    }
}

/// <summary>What a receiver was sent.</summary>
internal sealed record Delivery(string Id, string Timestamp, string Signature, byte[] Body)
{
    public JsonElement Json { get; } = JsonDocument.Parse(Body).RootElement;

    public string Type => Json.GetProperty("type").GetString()!;

    public long Revision => Json.GetProperty("revision").GetInt64();

    public string Text => Encoding.UTF8.GetString(Body);
}
