using System.Net.WebSockets;
using System.Text;
using AgentManagement.Tests.WebGateway;

namespace AgentManagement.Tests.Observability;

/// <summary>Who watches, and how soon they are told.</summary>
[Collection(typeof(MeasuredAlone))]
public sealed class WatcherMetricsTests
{
    [Fact]
    public async Task Open_connections_and_what_they_are_told_are_counted()
    {
        await using var service = await ServiceHost.StartAsync();
        using var client = service.CreateClient("acme");
        await client.CreatePathAsync();
        using var socket = await OpenSocketAsync(service, client);
        using var stream = await client.GetAsync("/api/v1/changes?since=0", HttpCompletionOption.ResponseHeadersRead);

        await Await.Until(async () => Reported(await service.MetricsAsync(), "sent_total") == (1, 1), "both were told what was there");
        Assert.Equal((1, 1), Open(await service.MetricsAsync()));
        Assert.Equal((0, 0), Reported(await service.MetricsAsync(), "delay"));

        await client.CreatePathAsync();
        await Await.Until(async () => Reported(await service.MetricsAsync(), "sent_total") == (2, 2), "both were told what came");
        Assert.Equal((1, 1), Reported(await service.MetricsAsync(), "delay"));

        stream.Dispose();
        socket.Abort();
        await Await.Until(async () => Open(await service.MetricsAsync()) == (0, 0), "both are gone");
    }

    private static async Task<ClientWebSocket> OpenSocketAsync(ServiceHost service, HttpClient client)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", client.DefaultRequestHeaders.Authorization!.ToString());
        await socket.ConnectAsync(
            new UriBuilder(service.Address) { Scheme = "ws", Path = "/api/v1/ws" }.Uri, TestContext.Current.CancellationToken);
        await socket.SendAsync(
            Encoding.UTF8.GetBytes("""{"action":"subscribe","since":0}"""), WebSocketMessageType.Text, true,
            TestContext.Current.CancellationToken);
        return socket;
    }

    private static (double Socket, double Stream) Open(MetricsText metrics) =>
        (metrics.Value("""agent_management_watchers{transport="websocket"}"""),
            metrics.Value("""agent_management_watchers{transport="sse"}"""));

    private static (double Socket, double Stream) Reported(MetricsText metrics, string what)
    {
        var name = what == "delay" ? "agent_management_change_delay_seconds_count" : $"agent_management_changes_{what}";
        return (metrics.Value($$"""{{name}}{transport="websocket"}"""), metrics.Value($$"""{{name}}{transport="sse"}"""));
    }
}
