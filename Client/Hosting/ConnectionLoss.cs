namespace AgentManagement.Client.Hosting;

/// <summary>
/// Tells running calls that a connection to the silos has closed. Their answers may have been lost with it, and without
/// this nobody would tell them before the response timeout.
/// </summary>
public sealed class ConnectionLoss
{
    private TaskCompletionSource _any = NewSignal();
    private TaskCompletionSource _last = NewSignal();

    /// <summary>Ends when the next connection closes.</summary>
    public Task Any => Volatile.Read(ref _any).Task;

    /// <summary>Ends when the next connection closes that was the only one left: no answer can come any more.</summary>
    public Task Last => Volatile.Read(ref _last).Task;

    public void Signal(bool isLast)
    {
        if (isLast) Interlocked.Exchange(ref _last, NewSignal()).SetResult();
        Interlocked.Exchange(ref _any, NewSignal()).SetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
