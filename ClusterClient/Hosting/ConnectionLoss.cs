using System.Collections.Concurrent;

namespace AgentManagement.ClusterClient.Hosting;

/// <summary>
/// Tells running calls that a connection to the silos has closed. Their answers may have been lost with it, and without
/// this nobody would tell them before the response timeout.
/// </summary>
public sealed class ConnectionLoss
{
    private readonly ConcurrentDictionary<Watch, bool> _watches = new();

    /// <summary>Watches over a call that is about to be made.</summary>
    /// <param name="onlyLast">
    /// Whether only the loss of the only connection that is left matters: no answer can come any more. Otherwise any does.
    /// </param>
    internal Watch Begin(bool onlyLast)
    {
        var watch = new Watch(this);
        _watches[watch] = onlyLast;
        return watch;
    }

    public void Signal(bool isLast)
    {
        foreach (var (watch, onlyLast) in _watches)
        {
            if (isLast || !onlyLast) watch.Lose();
        }
    }

    /// <summary>
    /// One call's. A call is waited for without adding to what all others wait for: that would be one list for the whole process, and a
    /// lock that each of them takes twice.
    /// </summary>
    internal sealed class Watch(ConnectionLoss owner) : TaskCompletionSource, IDisposable
    {
        /// <summary>Ends with the call, however that ends, or when the connection is lost.</summary>
        public Task EndOf(Task call)
        {
            if (call.IsCompleted) return System.Threading.Tasks.Task.CompletedTask;
            call.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(End);
            return Task;
        }

        // Whoever waits goes on elsewhere: the others have to be told, too.
        public void Lose() => ThreadPool.UnsafeQueueUserWorkItem(static watch => watch.End(), this, preferLocal: false);

        public void Dispose() => owner._watches.TryRemove(this, out _);

        private void End() => TrySetResult();
    }
}
