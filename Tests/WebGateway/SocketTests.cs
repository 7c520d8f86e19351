using System.Net.WebSockets;
using System.Text;
using AgentManagement.WebGateway.Access;

namespace AgentManagement.Tests.WebGateway;

/// <summary>/ws: the tenant's changes over a WebSocket.</summary>
[Collection(typeof(GatewayTests))]
public sealed class SocketTests(Gateway gateway)
{
    [Fact]
    public async Task A_socket_authenticates_subscribes_and_is_told_of_changes_in_order()
    {
        var tenant = Gateway.NewTenant();
        var client = gateway.Client("admin", tenant);
        var path = await client.CreatePathAsync(Api.Content());
        using var socket = await ConnectAsync();
        await SendAsync(socket, new { action = "authenticate", token = Token(tenant) });
        Assert.Equal(tenant, (await ReadAsync(socket, "authenticated")).Text("tenant_id"));

        await SendAsync(socket, new { action = "subscribe", since = 0 });
        Assert.Equal(1, (await ReadAsync(socket, "agent_created")).GetProperty("revision").GetInt64());
        await (await client.SendAsync("POST", $"{path}/activate", null)).ShouldBeAsync(200);
        var activated = await ReadAsync(socket, "agent_activated");
        Assert.Equal((2L, tenant, "active"), (
            activated.GetProperty("revision").GetInt64(), activated.Text("tenant_id"), activated.GetProperty("data").Text("status")));
        await SendAsync(socket, new { action = "ping" });
        await ReadAsync(socket, "pong");
    }

    [Fact]
    public async Task Only_the_events_that_were_asked_for_are_told()
    {
        var tenant = Gateway.NewTenant();
        var client = gateway.Client("admin", tenant);
        var path = await client.CreatePathAsync(Api.Content());
        await (await client.SendAsync("POST", $"{path}/activate", null)).ShouldBeAsync(200);
        using var socket = await AuthenticatedAsync(tenant);
        await SendAsync(socket, new { action = "subscribe", since = 0, events = new[] { "agent_activated" } });
        Assert.Equal(2, (await ReadAsync(socket, "agent_activated")).GetProperty("revision").GetInt64());
    }

    [Theory, InlineData(1L), InlineData(null)]
    public async Task A_subscription_says_where_it_begins(long? since)
    {
        var tenant = Gateway.NewTenant();
        for (var number = 0; number < 2; number++) await gateway.Client(tenant: tenant).CreatePathAsync(Api.Content());
        using var socket = await AuthenticatedAsync(tenant);
        await SendAsync(socket, since is null ? new { action = "subscribe" } : new { action = "subscribe", since });
        var subscribed = await ReadAsync(socket, "subscribed");
        Assert.Equal((since ?? 2, 2L, "control"),
            (subscribed.GetProperty("revision").GetInt64(), subscribed.GetProperty("head").GetInt64(), subscribed.Text("type")));
    }

    [Fact]
    public async Task A_header_authenticates_too()
    {
        using var socket = await ConnectAsync(options => options.SetRequestHeader("Authorization", $"Bearer {Token(Gateway.NewTenant())}"));
        await ReadAsync(socket, "authenticated");
    }

    [Theory, InlineData("""{"action":"authenticate","token":"x"}"""), InlineData("""{"action":"subscribe"}"""), InlineData("{"),
        InlineData("[]"), InlineData("""{"action":1}""")]
    public async Task What_does_not_authenticate_is_closed(string message)
    {
        using var socket = await ConnectAsync();
        await socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);
        Assert.Equal((WebSocketCloseStatus.PolicyViolation, "unauthenticated"), await ClosedAsync(socket));
    }

    [Fact]
    public async Task A_socket_is_closed_when_its_token_ends()
    {
        var tenant = Gateway.NewTenant();
        var token = Tokens.Make(validToMinutes: null, change: claims =>
        {
            claims["tenant_id"] = tenant;
            claims["exp"] = DateTimeOffset.UtcNow.AddSeconds(6).ToUnixTimeSeconds();
        });
        using var socket = await ConnectAsync();
        await SendAsync(socket, new { action = "authenticate", token });
        await ReadAsync(socket, "authenticated");
        await SendAsync(socket, new { action = "subscribe" });
        await ReadAsync(socket, "subscribed");
        Assert.Equal((WebSocketCloseStatus.PolicyViolation, "token_expired"), await ClosedAsync(socket));
    }

    [Theory, InlineData("""{"action":"unknown"}"""), InlineData("""{"action":"subscribe","since":-1}"""),
        InlineData("""{"action":"subscribe","tenant":"other"}"""), InlineData("""{"action":"viewing","agent":"No id"}"""),
        InlineData("""{"action":"subscribe","events":["x"]}""")]
    public async Task What_is_no_command_is_answered_and_changes_nothing(string message)
    {
        using var socket = await AuthenticatedAsync(Gateway.NewTenant());
        await socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);
        Assert.Equal("unknown_command", (await ReadAsync(socket, "error")).Text("code"));
        await SendAsync(socket, new { action = "ping" });
        await ReadAsync(socket, "pong");
    }

    [Fact]
    public async Task Who_has_an_agent_open_is_told_to_the_others_of_the_tenant_alone()
    {
        var tenant = Gateway.NewTenant();
        using var ana = await AuthenticatedAsync(tenant, "ana");
        using var ben = await AuthenticatedAsync(tenant, "ben");
        using var eve = await AuthenticatedAsync(Gateway.NewTenant(), "eve");
        await SendAsync(ana, new { action = "viewing", agent = "bot" });
        Assert.Equal(["ana"], await ViewersAsync(ana));
        await SendAsync(eve, new { action = "viewing", agent = "bot" });
        await SendAsync(ben, new { action = "viewing", agent = "bot" });
        Assert.Equal(["ana", "ben"], await ViewersAsync(ana));
        Assert.Equal(["ana", "ben"], await ViewersAsync(ben));
        Assert.Equal(["eve"], await ViewersAsync(eve));
        await SendAsync(ben, new { action = "viewing", agent = "another" });
        Assert.Equal(["ana"], await ViewersAsync(ana));
        Assert.Equal(["ben"], await ViewersAsync(ben));
        await SendAsync(ben, new { action = "viewing", agent = "bot" });
        Assert.Equal(["ana", "ben"], await ViewersAsync(ana));
        // A socket that ends has nothing open.
        await ben.CloseAsync(WebSocketCloseStatus.NormalClosure, null, TestContext.Current.CancellationToken);
        Assert.Equal(["ana"], await ViewersAsync(ana));
    }

    [Fact]
    public async Task A_message_that_is_too_long_ends_the_socket()
    {
        using var socket = await AuthenticatedAsync(Gateway.NewTenant());
        await socket.SendAsync(
            new byte[20_000].Select(_ => (byte)' ').ToArray(), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, (await ClosedAsync(socket)).Status);
    }

    [Fact]
    public async Task A_revision_that_never_was_asks_for_a_resync()
    {
        using var socket = await AuthenticatedAsync(Gateway.NewTenant());
        await SendAsync(socket, new { action = "subscribe", since = 99 });
        Assert.Equal(0, (await ReadAsync(socket, "resync_required")).GetProperty("revision").GetInt64());
    }

    [Fact]
    public async Task Nothing_of_another_tenant_is_told()
    {
        var (ours, theirs) = (Gateway.NewTenant(), Gateway.NewTenant());
        using var socket = await AuthenticatedAsync(ours);
        await SendAsync(socket, new { action = "subscribe", since = 0 });
        await gateway.Client(tenant: theirs).CreatePathAsync(Api.Content("Theirs"));
        await gateway.Client(tenant: ours).CreatePathAsync(Api.Content("Ours"));
        Assert.Equal("Ours", (await ReadAsync(socket, "agent_created")).GetProperty("data").Text("agent_name"));
    }

    [Fact]
    public async Task A_page_of_another_origin_is_refused()
    {
        var refused = await Assert.ThrowsAsync<WebSocketException>(() =>
            ConnectAsync(options => options.SetRequestHeader("Origin", "https://evil.example")));
        Assert.Contains("403", refused.Message, StringComparison.Ordinal);
        using var own = await ConnectAsync(options =>
            options.SetRequestHeader("Origin", gateway.Service.Address.GetLeftPart(UriPartial.Authority)));
        Assert.Equal(WebSocketState.Open, own.State);
    }

    [Fact]
    public async Task A_request_that_is_no_socket_is_told_so() =>
        await (await gateway.Client().GetAsync("/api/v1/ws")).ShouldBeProblemAsync(426, "websocket_required");

    [Fact]
    public async Task Sockets_can_be_turned_off()
    {
        await using var service = await ServiceHost.StartAsync(change: settings => settings with { EnableWebSockets = false });
        using var client = service.CreateClient();
        await (await client.GetAsync("/api/v1/ws")).ShouldBeProblemAsync(404, "not_found");
    }

    private string Token(string tenant, string subject = "tester") =>
        gateway.Service.Services.GetRequiredService<TokenIssuer>().Issue(tenant, "viewer", "enterprise", subject).Token;

    private static async Task<IEnumerable<string?>> ViewersAsync(ClientWebSocket socket) =>
        (await ReadAsync(socket, "viewers")).GetProperty("viewers").EnumerateArray().Select(name => name.GetString());

    private async Task<ClientWebSocket> AuthenticatedAsync(string tenant, string subject = "tester")
    {
        var socket = await ConnectAsync();
        await SendAsync(socket, new { action = "authenticate", token = Token(tenant, subject) });
        await ReadAsync(socket, "authenticated");
        return socket;
    }

    private async Task<ClientWebSocket> ConnectAsync(Action<ClientWebSocketOptions>? configure = null)
    {
        var socket = new ClientWebSocket();
        configure?.Invoke(socket.Options);
        var address = new UriBuilder(gateway.Service.Address) { Scheme = "ws", Path = "/api/v1/ws" }.Uri;
        await socket.ConnectAsync(address, TestContext.Current.CancellationToken);
        return socket;
    }

    private static Task SendAsync(ClientWebSocket socket, object message) => socket.SendAsync(
        JsonSerializer.SerializeToUtf8Bytes(message), WebSocketMessageType.Text, endOfMessage: true, TestContext.Current.CancellationToken);

    /// <summary>The next message, which must be this event; what only says that the socket lives is passed over.</summary>
    private static async Task<JsonElement> ReadAsync(ClientWebSocket socket, string expected)
    {
        while (true)
        {
            var message = await Await.For(ReceiveAsync(socket), expected);
            Assert.True(message is not null, $"The socket was closed: {socket.CloseStatusDescription}");
            var root = JsonDocument.Parse(message).RootElement;
            if (root.Text("event") is "heartbeat" or "subscribed" && expected is not ("heartbeat" or "subscribed")) continue;
            Assert.Equal(expected, root.Text("event"));
            return root;
        }
    }

    private static async Task<(WebSocketCloseStatus? Status, string? Reason)> ClosedAsync(ClientWebSocket socket)
    {
        while (await Await.For(ReceiveAsync(socket), "the socket to be closed") is not null)
        {
            // What was told before.
        }
        return (socket.CloseStatus, socket.CloseStatusDescription);
    }

    private static async Task<byte[]?> ReceiveAsync(ClientWebSocket socket)
    {
        var buffer = new byte[64 * 1024];
        var part = await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
        return part.MessageType == WebSocketMessageType.Close ? null : buffer[..part.Count];
    }
}
