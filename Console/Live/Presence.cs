using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentManagement.Client;
using AgentManagement.WebConsole.Access;

namespace AgentManagement.WebConsole.Live;

/// <summary>
/// Who else has the agent open that is looked at, of the moment only: said and heard over the socket of changes while the page is there.
/// </summary>
public sealed class Presence(Session session, HttpClient http) : IDisposable
{
    // A socket is one of the tenant's watchers: where a tier has only a few, they are left to the feed.
    private const int MinWatchers = 10;
    private const int MaxMessageBytes = 64 * 1024;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(30);
    private CancellationTokenSource _looking = new();
    private string? _agent;

    public event Action? Changed;

    /// <summary>Their names, without that of whoever is signed in.</summary>
    public IReadOnlyList<string> Others { get; private set; } = [];

    /// <summary>Says which agent is looked at.</summary>
    /// <param name="agent">Null for none.</param>
    public void Look(string? agent)
    {
        if (agent == _agent) return;
        _agent = agent;
        Show([]);
        _looking.Cancel();
        _looking.Dispose();
        _looking = new();
        if (agent is not null) _ = LookAsync(agent, session.Api, _looking.Token);
    }

    public void Dispose()
    {
        _looking.Cancel();
        _looking.Dispose();
    }

    private async Task LookAsync(string agent, AgentManagementClient api, CancellationToken leaving)
    {
        while (!leaving.IsCancellationRequested)
        {
            try
            {
                var limits = (await api.Tenant.GetAsync(leaving)).Limits;
                if (limits.GetProperty("watchers").GetInt32() < MinWatchers) return;
                await TalkAsync(agent, leaving);
            }
            catch (Exception exception) when (exception is WebSocketException or ApiException or HttpRequestException or JsonException
                or OperationCanceledException)
            {
                // Nobody is shown until it is heard again who is there.
            }
            if (leaving.IsCancellationRequested) return;
            Show([]);
            await Task.Delay(RetryDelay, leaving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task TalkAsync(string agent, CancellationToken leaving)
    {
        using var socket = new ClientWebSocket();
        var address = new UriBuilder(new Uri(http.BaseAddress!, "api/v1/ws"));
        address.Scheme = address.Scheme == "https" ? "wss" : "ws";
        await socket.ConnectAsync(address.Uri, leaving);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(leaving);
        await SendAsync(socket, new() { ["action"] = "authenticate", ["token"] = await session.TokenAsync() }, leaving);
        // Closed in order, and not broken off: then the others know at once.
        await using var closing = leaving.Register(() => _ = CloseAsync(socket));
        var saying = SayAsync(socket, agent, ending.Token);
        try
        {
            while (await ReceiveAsync(socket) is { } message)
            {
                using var document = JsonDocument.Parse(message);
                var said = document.RootElement;
                if (said.GetProperty("event").ValueEquals("viewers") && said.GetProperty("agent_id").ValueEquals(agent))
                {
                    Show([.. said.GetProperty("viewers").EnumerateArray().Select(name => name.GetString()!)
                        .Where(name => name != session.Me?.Subject)]);
                }
            }
        }
        finally
        {
            await ending.CancelAsync();
            await saying;
        }
    }

    /// <summary>Says it again and again: what is not said any more ends.</summary>
    private static async Task SayAsync(ClientWebSocket socket, string agent, CancellationToken ending)
    {
        try
        {
            while (true)
            {
                await SendAsync(socket, new() { ["action"] = "viewing", ["agent"] = agent }, ending);
                await Task.Delay(Interval, ending);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException)
        {
            // The socket ends, and is made anew where the page is still there.
        }
    }

    private static Task SendAsync(ClientWebSocket socket, JsonObject message, CancellationToken ending) =>
        socket.SendAsync(System.Text.Encoding.UTF8.GetBytes(message.ToJsonString()), WebSocketMessageType.Text, true, ending);

    private static async Task CloseAsync(ClientWebSocket socket)
    {
        try
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        }
        catch (Exception exception) when (exception is WebSocketException or ObjectDisposedException or InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    private static async Task<ReadOnlyMemory<byte>?> ReceiveAsync(ClientWebSocket socket)
    {
        var buffer = new byte[MaxMessageBytes];
        for (var length = 0; length < buffer.Length;)
        {
            var part = await socket.ReceiveAsync(new ArraySegment<byte>(buffer, length, buffer.Length - length), CancellationToken.None);
            if (part.MessageType == WebSocketMessageType.Close) return null;
            length += part.Count;
            if (part.EndOfMessage) return buffer.AsMemory(0, length);
        }
        return null;
    }

    private void Show(IReadOnlyList<string> others)
    {
        if (Others.SequenceEqual(others)) return;
        Others = others;
        Changed?.Invoke();
    }
}
