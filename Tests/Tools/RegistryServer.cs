using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AgentManagement.Tests.Tools;

/// <summary>A Tool Registry behind a real socket, as good and as bad as a test wants it.</summary>
internal sealed class RegistryServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private long _sent;
    private int _requests;

    private RegistryServer(WebApplication app) => _app = app;

    /// <summary>Its address, with a path that must be kept.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>The tools, by tenant and id; those of the tenant "*" are everybody's.</summary>
    public ConcurrentDictionary<(string Tenant, string Id), object> Tools { get; } = new();

    /// <summary>What it does instead of answering.</summary>
    public Func<RegistryServer, HttpContext, Task>? Fault { get; set; }

    /// <summary>How many requests have come, of whatever kind.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>How many bytes of large answers were taken from it.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Method, path, token, and body of each request.</summary>
    public ConcurrentQueue<(string Line, string Authorization, string CorrelationId, JsonElement Body)> Asked { get; } = new();

    public static async Task<RegistryServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var server = new RegistryServer(app);
        app.Run(server.ServeAsync);
        await app.StartAsync();
        server.Address = new UriBuilder(app.Urls.First()) { Path = "/registry/" }.Uri;
        return server;
    }

    public void Add(string id, string status = "active", string? tier = null, string[]? permissions = null, string tenant = "*",
        params (string Version, string Status)[] versions)
    {
        var tool = new Dictionary<string, object>
        {
            ["id"] = id, ["status"] = status, ["versions"] =
                versions.Select(each => new { version = each.Version, status = each.Status, changelog = "x" }),
            ["display_name"] = "unknown members are passed over",
        };
        if (tier is not null) tool["tier"] = tier;
        if (permissions is not null) tool["permissions"] = permissions;
        Tools[(tenant, id)] = tool;
    }

    /// <summary>An answer of any status, headers and text.</summary>
    public static Func<RegistryServer, HttpContext,
    Task> Answer(int status, string text = "", params (string Name, string Value)[] headers) => (_, http) =>
    {
        http.Response.StatusCode = status;
        foreach (var (name, value) in headers) http.Response.Headers[name] = value;
        return http.Response.WriteAsync(text);
    };

    /// <summary>No answer for as long as the caller waits.</summary>
    public static Func<RegistryServer, HttpContext, Task> Silence { get; } = (_, http) => Task.Delay(Timeout.Infinite, http.RequestAborted);

    /// <summary>An answer that never ends, a byte at a time.</summary>
    public static Func<RegistryServer, HttpContext, Task> Trickle { get; } = async (_, http) =>
    {
        while (!http.RequestAborted.IsCancellationRequested)
        {
            await http.Response.WriteAsync(" ", http.RequestAborted);
            // Until the server notices that nobody reads, writing succeeds: let it notice.
            await http.Response.Body.FlushAsync(http.RequestAborted);
            await Task.Yield();
            await Task.Delay(50, http.RequestAborted);
        }
    };

    /// <summary>A good answer with so many bytes of white space in front, which it says or does not say the length of.</summary>
    public static Func<RegistryServer, HttpContext, Task> Large(long bytes, bool saysLength) => async (server, http) =>
    {
        var chunk = new byte[64 * 1024];
        chunk.AsSpan().Fill((byte)' ');
        var end = """{"tools":[]}"""u8.ToArray();
        if (saysLength) http.Response.ContentLength = bytes + end.Length;
        for (var sent = 0L; sent < bytes; sent += chunk.Length)
        {
            await http.Response.Body.WriteAsync(chunk.AsMemory(0, (int)Math.Min(chunk.Length, bytes - sent)), http.RequestAborted);
            // Until the server notices that nobody reads, writing succeeds: let it notice.
            await http.Response.Body.FlushAsync(http.RequestAborted);
            await Task.Yield();
            Interlocked.Add(ref server._sent, chunk.Length);
        }
        await http.Response.Body.WriteAsync(end, http.RequestAborted);
    };

    /// <summary>Takes the request and hangs up.</summary>
    public static Func<RegistryServer, HttpContext, Task> HangUp { get; } = (_, http) =>
    {
        http.Features.Get<IHttpRequestLifetimeFeature>()!.Abort();
        return Task.CompletedTask;
    };

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ServeAsync(HttpContext http)
    {
        Interlocked.Increment(ref _requests);
        try
        {
            var body = http.Request.ContentLength > 0 ? (await JsonDocument.ParseAsync(http.Request.Body)).RootElement : default;
            Asked.Enqueue(($"{http.Request.Method} {http.Request.Path}", http.Request.Headers.Authorization.ToString(),
                http.Request.Headers["X-Correlation-ID"].ToString(), body));
            if (Fault is { } fault)
            {
                await fault(this, http);
                return;
            }
            var tenant = body.GetProperty("tenant_id").GetString()!;
            var tools = body.GetProperty("tools").EnumerateArray().Select(id => id.GetString()!)
                .Select(id => Tools.GetValueOrDefault((tenant, id)) ?? Tools.GetValueOrDefault(("*", id))).Where(tool => tool is not null);
            await http.Response.WriteAsJsonAsync(new { tools, served_by = "a test" });
        }
        catch (OperationCanceledException)
        {
            // The caller has gone.
        }
    }
}
