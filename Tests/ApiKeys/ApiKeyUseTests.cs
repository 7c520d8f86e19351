using System.Net.WebSockets;
using System.Text;
using AgentManagement.Tests.WebGateway;
using AgentManagement.WebGateway.ApiKeys;

namespace AgentManagement.Tests.ApiKeys;

/// <summary>What is opened or begun with an API key: sockets, event streams, tasks.</summary>
public sealed class ApiKeyUseTests(ApiKeyTests.Host host) : ApiKeyTests(host), IClassFixture<ApiKeyTests.Host>
{
    [Fact]
    public async Task A_revoked_key_ends_its_sockets_and_event_streams()
    {
        var (id, secret) = await MakeAsync("""{"name":"watcher","permissions":["agents:read"]}""");
        using var byHeader = new ClientWebSocket();
        byHeader.Options.SetRequestHeader("Authorization", $"Bearer {secret}");
        using var byMessage = new ClientWebSocket();
        var address = new UriBuilder(Shared.Service.Address) { Scheme = "ws", Path = "/api/v1/ws" }.Uri;
        await byHeader.ConnectAsync(address, default);
        await byMessage.ConnectAsync(address, default);
        await byMessage.SendAsync(
            JsonSerializer.SerializeToUtf8Bytes(new { action = "authenticate", token = secret }), WebSocketMessageType.Text, true, default);
        await ReadAsync(byHeader, "authenticated");
        await ReadAsync(byMessage, "authenticated");
        using var stream = await Using(secret).GetAsync("/api/v1/changes", HttpCompletionOption.ResponseHeadersRead);
        var reading = stream.Content.ReadAsStringAsync();
        // From now on: who does not read for some seconds is broken off.
        var closing = Task.WhenAll(ReadToCloseAsync(byHeader), ReadToCloseAsync(byMessage));

        await (await Admin.SendAsync("DELETE", $"{Keys}/{id}")).ShouldBeAsync(204);

        await Await.For(reading, "the end of the event stream");
        await Await.For(closing, "the end of the sockets");
        foreach (var socket in new[] { byHeader, byMessage })
        {
            Assert.Equal((WebSocketCloseStatus.PolicyViolation, "token_revoked"), (socket.CloseStatus, socket.CloseStatusDescription));
        }
    }

    [Fact]
    public async Task A_socket_is_refused_a_key_that_is_none()
    {
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(Shared.Service.Address) { Scheme = "ws", Path = "/api/v1/ws" }.Uri, default);
        var guess = ApiKeyText.Make(Tenant, ApiKeyText.NewId()).Text;
        await socket.SendAsync(
            JsonSerializer.SerializeToUtf8Bytes(new { action = "authenticate", token = guess }), WebSocketMessageType.Text, true, default);
        await ReceiveAsync(socket);
        Assert.Equal("unauthenticated", socket.CloseStatusDescription);
    }

    [Fact]
    public async Task A_task_that_a_key_begins_may_what_the_key_may()
    {
        var (_, secret) = await MakeAsync("""{"name":"importer","role":"editor"}""");
        var client = Using(secret);
        var begun = await client.SendAsync("POST", Api.Import, Api.Content(id: "imported"));
        Assert.True(begun.IsSuccessStatusCode, await begun.Content.ReadAsStringAsync());
        await Await.Until(
            async () => (int)(await client.SendAsync("GET", $"{Api.Agents}/imported")).StatusCode == 200, "the agent is imported");
    }

    private static async Task ReadAsync(WebSocket socket, string @event)
    {
        var (result, text) = await ReceiveTextAsync(socket);
        Assert.Equal(WebSocketMessageType.Text, result.MessageType);
        Assert.Contains($"\"{@event}\"", text, StringComparison.Ordinal);
    }

    private static async Task ReadToCloseAsync(WebSocket socket)
    {
        while ((await ReceiveAsync(socket)).MessageType != WebSocketMessageType.Close) ;
    }

    private static async Task<WebSocketReceiveResult> ReceiveAsync(WebSocket socket) => (await ReceiveTextAsync(socket)).Result;

    private static async Task<(WebSocketReceiveResult Result, string Text)> ReceiveTextAsync(WebSocket socket)
    {
        var buffer = new byte[4_000];
        var result = await Await.For(socket.ReceiveAsync(new ArraySegment<byte>(buffer), default), "a message of the socket");
        return (result, Encoding.UTF8.GetString(buffer, 0, result.Count));
    }
}
