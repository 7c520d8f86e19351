using AgentManagement.Bench.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AgentManagement.Bench.Alerts;

/// <summary>Another service on this machine, which answers what the experiment wants.</summary>
internal sealed class StandIn : IAsyncDisposable
{
    private readonly WebApplication _app;

    private StandIn(WebApplication app) => _app = app;

    /// <summary>Starts one.</summary>
    /// <param name="port">Where it answers; see <see cref="ChildProcess.FreePort"/>.</param>
    /// <param name="answer">To every request.</param>
    public static async Task<StandIn> StartAsync(int port, Func<HttpRequest, IResult> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add(AddressOf(port));
        app.Run(http => answer(http.Request).ExecuteAsync(http));
        await app.StartAsync();
        return new(app);
    }

    /// <summary>The address of what answers at a port.</summary>
    public static string AddressOf(int port) => $"http://127.0.0.1:{port}";

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
