namespace AgentManagement.Client.Hosting;

/// <summary>
/// Tells running calls that a connection to the silos has closed. Their answers may have been lost with it, and without
/// this nobody would tell them before the response time-out.
/// </summary>
internal sealed class ConnectionLoss
{
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends with the next loss.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    public void Signal() => Interlocked.Exchange(ref _next, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
}
