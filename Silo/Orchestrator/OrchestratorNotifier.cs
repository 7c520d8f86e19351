using System.Net.WebSockets;
using System.Text.Json;
using AgentManagement.Changes;
using AgentManagement.Domain.Changes;
using AgentManagement.Grains.Changes;
using AgentManagement.ServiceDefaults.Hosting;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.ServiceDefaults.Outgoing;
using AgentManagement.ServiceDefaults.Settings;

namespace AgentManagement.Silo.Orchestrator;

/// <summary>
/// Sends the orchestrator every change, over a WebSocket that this silo opens to it, and goes on after the revision that
/// it acknowledged last. The tenant's feed, of which the cluster has one, is what sends.
/// </summary>
internal sealed class OrchestratorNotifier(
    Uri address, ServiceSettings settings, TimeProvider time, ILogger<OrchestratorNotifier> logger)
    : BackgroundService, IChangeSink
{
    private const int MaxMessageBytes = 4 * 1024;
    private static readonly TimeSpan AcknowledgementTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly HttpMessageInvoker _invoker = new(OutgoingHttp.CreateHandler(OutgoingAddresses.Of(settings)));
    private Connection? _connection;

    public string Name => "orchestrator";

    // What it has acknowledged it keeps: there is one incarnation, for as long as it can be reached.
    public string? Incarnation => _connection is null ? null : "acknowledged";

    public int Capacity => int.MaxValue;

    public async Task<long> SendAsync(SinkBatch batch, CancellationToken cancellationToken)
    {
        if (batch.Changes.IsEmpty) return Math.Min(batch.Published, batch.Revision);
        var connection = _connection ?? throw new IOException("The orchestrator cannot be reached.");
        var last = batch.Changes[^1].Revision;
        var acknowledged = connection.Acknowledgements.WaitAsync(
            batch.TenantId, last, AcknowledgementTimeout, time, connection.Closed.Token);
        foreach (var change in batch.Changes) await SendAsync(connection, UpdateMessage.Of(batch.TenantId, change), cancellationToken);
        await acknowledged.WaitAsync(cancellationToken);
        return last;
    }

    public Task PublishAsync(string tenantId, long revision, Notice notice) =>
        _connection is { } connection
            ? SendAsync(connection, EventMessage.Of(tenantId, revision, notice), CancellationToken.None) : Task.CompletedTask;

    public override void Dispose()
    {
        _sending.Dispose();
        _invoker.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            using var socket = new ClientWebSocket();
            try
            {
                await ConnectAsync(socket, stoppingToken);
                if (failures > 0) logger.LogInformation(LogEvents.OrchestratorConnected, "The orchestrator is connected again");
                failures = 0;
                await ServeAsync(socket, stoppingToken);
            }
            catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException)
            {
                if (stoppingToken.IsCancellationRequested) return;
            }
            if (failures++ == 0)
            {
                logger.LogWarning(
                    LogEvents.OrchestratorDisconnected, "The orchestrator cannot be reached; it is told of changes when it can");
            }
            await Task.Delay(Backoff.After(failures, Random.Shared.NextDouble()), time, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ConnectAsync(ClientWebSocket socket, CancellationToken stopping)
    {
        if (settings.OutgoingServiceToken is { } token) socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        (socket.Options.KeepAliveInterval, socket.Options.KeepAliveTimeout) = (KeepAlive, KeepAlive);
        using var timeout = new CancellationTokenSource(ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, timeout.Token);
        await socket.ConnectAsync(address, _invoker, either.Token);
    }

    /// <summary>Accepts acknowledgements until the connection ends.</summary>
    private async Task ServeAsync(ClientWebSocket socket, CancellationToken stopping)
    {
        using var connection = new Connection(socket);
        _connection = connection;
        try
        {
            var buffer = new byte[MaxMessageBytes];
            var length = 0;
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(length), stopping);
                if (part.MessageType == WebSocketMessageType.Close) return;
                length += part.Count;
                if (!part.EndOfMessage && length < buffer.Length) continue;
                if (!part.EndOfMessage) throw new IOException("The orchestrator's message is too long.");
                connection.Acknowledgements.Accept(buffer.AsSpan(0, length));
                length = 0;
            }
        }
        finally
        {
            _connection = null;
            await connection.Closed.CancelAsync();
        }
    }

    private async Task SendAsync(Connection connection, EventMessage message, CancellationToken cancellationToken)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(message, JsonFormat.Options);
        await _sending.WaitAsync(cancellationToken);
        try
        {
            // One that takes nothing any more is given up, and with it all that was not acknowledged comes again.
            using var timeout = new CancellationTokenSource(AcknowledgementTimeout, time);
            using var cutOff = timeout.Token.Register(connection.Socket.Abort);
            await connection.Socket.SendAsync(bytes, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
        finally
        {
            _sending.Release();
        }
    }

    private sealed record Connection(ClientWebSocket Socket) : IDisposable
    {
        public Acknowledgements Acknowledgements { get; } = new();

        public CancellationTokenSource Closed { get; } = new();

        public void Dispose() => Closed.Dispose();
    }
}
