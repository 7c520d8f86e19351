using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AgentManagement.Tests.Client;

/// <summary>A server behind a real socket that does to each request what a test says; the last is done to all that follow.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Func<HttpContext, Task>[] _script;
    private int _next;

    private ScriptedServer(WebApplication app, Func<HttpContext, Task>[] script) => (_app, _script) = (app, script);

    /// <summary>Method, path with query, and the headers of each request.</summary>
    public ConcurrentQueue<(string Line, IHeaderDictionary Headers)> Asked { get; } = new();

    public HttpClient Http { get; } = new() { Timeout = Timeout.InfiniteTimeSpan };

    public static async Task<ScriptedServer> StartAsync(params Func<HttpContext, Task>[] script)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var server = new ScriptedServer(app, script);
        app.Run(server.ServeAsync);
        await app.StartAsync();
        server.Http.BaseAddress = new Uri($"{app.Urls.First()}/");
        return server;
    }

    public static Func<HttpContext, Task> Says(int status, string body, params (string Name, string Value)[] headers) => async http =>
    {
        http.Response.StatusCode = status;
        foreach (var (name, value) in headers) http.Response.Headers[name] = value;
        if (status == 304) return;
        http.Response.ContentType = status < 400 ? "application/json" : "application/problem+json";
        await http.Response.WriteAsync(body);
    };

    /// <summary>Ends the connection without an answer.</summary>
    public static Task CutOff(HttpContext http)
    {
        http.Abort();
        return Task.CompletedTask;
    }

    /// <summary>A feed that tells these messages, and ends or stays open.</summary>
    public static Func<HttpContext, Task> Feed(bool staysOpen, params string[] messages) => async http =>
    {
        http.Response.ContentType = "text/event-stream";
        foreach (var message in messages) await http.Response.WriteAsync($"data: {message}\n\n");
        await http.Response.Body.FlushAsync();
        if (staysOpen) await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
    };

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext http)
    {
        var headers = new HeaderDictionary();
        foreach (var (name, value) in http.Request.Headers) headers[name] = value;
        Asked.Enqueue(($"{http.Request.Method} {http.Request.Path}{http.Request.QueryString}", headers));
        await _script[Math.Min(Interlocked.Increment(ref _next), _script.Length) - 1](http);
    }
}
