using System.Net.WebSockets;
using AgentManagement.Changes;
using AgentManagement.ClusterClient;
using AgentManagement.Domain.Changes;
using AgentManagement.Outcomes;
using AgentManagement.ServiceDefaults.Observability;

namespace AgentManagement.WebGateway.Changes;

/// <summary>Sends a tenant's changes over a socket. The next batch is taken when all of the last one was sent.</summary>
internal sealed class SocketPublisher(SocketChannel channel, string tenantId, TimeProvider time)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>Makes the socket one of the tenant's watchers, whether it subscribes or not; ends it when there are enough.</summary>
    public async Task ReserveAsync(FeedSubscription subscription, Action<string> end, CancellationToken ending)
    {
        try
        {
            var reserved = await RetryAsync(subscription.ReserveAsync, ending);
            if (reserved.IsOk) return;
            await channel.SendErrorAsync(reserved.Code, reserved.Detail, ending);
            end(reserved.Code);
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException)
        {
            // The socket ends; whoever ended it says why.
        }
    }

    /// <summary>Sends changes until the socket ends. What goes wrong ends the socket, so that the client knows.</summary>
    public async Task PublishAsync(
        FeedSubscription subscription, Task reserving, SocketCommand command, CancellationTokenSource idle, CancellationToken ending)
    {
        await using var used = subscription;
        try
        {
            await reserving;
            subscription.Wants = command.Wants;
            var first = await RetryAsync(() => subscription.OpenAsync(command.Since), ending);
            if (!first.IsOk)
            {
                await channel.SendErrorAsync(first.Code, first.Detail, ending);
                return;
            }
            var before = first.Value.Revision;
            if (!first.Value.MustResync)
            {
                var subscribed = new
                {
                    @event = "subscribed", type = EventMessage.Control, revision = command.Since ?? before, head = before,
                };
                await channel.SendAsync(subscribed, ending);
            }
            await foreach (var batch in subscription.ReadAsync(ending))
            {
                if (batch.MustResync)
                {
                    await channel.SendAsync(Control(EventMessage.ResyncRequired, batch.Revision), ending);
                    return;
                }
                foreach (var change in batch.Changes)
                {
                    await channel.SendAsync(EventMessage.Of(tenantId, change), ending);
                    ChangeMetrics.Count(WatchMetrics.Socket, change.At, time.GetUtcNow(), isNews: change.Revision > before);
                }
                foreach (var notice in batch.Notices)
                {
                    await channel.SendAsync(EventMessage.Of(tenantId, subscription.Revision, notice), ending);
                }
                if (batch.Changes.IsEmpty && batch.Notices.IsEmpty)
                {
                    await channel.SendAsync(Control("heartbeat", subscription.Revision), ending);
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException)
        {
            // The socket ends; whoever ended it says why.
        }
        finally
        {
            // It may subscribe anew.
            if (!ending.IsCancellationRequested) idle.CancelAfter(ChangeSocket.SubscriptionTimeout);
        }
    }

    /// <summary>Tries until a silo answers.</summary>
    private static async Task<Outcome<ChangeBatch>> RetryAsync(Func<Task<Outcome<ChangeBatch>>> open, CancellationToken ending)
    {
        while (true)
        {
            ending.ThrowIfCancellationRequested();
            try
            {
                return await open().WaitAsync(ending);
            }
            catch (GrainCallException)
            {
                await Task.Delay(RetryDelay, ending);
            }
        }
    }

    private static object Control(string name, long revision) => new { @event = name, type = EventMessage.Control, revision };
}
