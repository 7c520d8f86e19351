namespace AgentManagement.Tests.Support;

/// <summary>Waiting that ends: a test that would hang fails and says what it waited for.</summary>
public static class Await
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    // A cluster takes its time to notice, and processes theirs to start.
    private static readonly TimeSpan ClusterLimit = TimeSpan.FromMinutes(2);

    public static async Task For(Task task, string what)
    {
        try
        {
            await task.WaitAsync(Limit);
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            throw new TimeoutException($"Waited in vain for: {what}.");
        }
    }

    /// <summary>Asks again and again until it is so.</summary>
    public static async Task Until(Func<Task<bool>> isSo, string what)
    {
        using var patience = new CancellationTokenSource(ClusterLimit);
        while (!await isSo())
        {
            if (patience.IsCancellationRequested) throw new TimeoutException($"Waited in vain until {what}.");
            await Task.Delay(100);
        }
    }

    public static async Task<T> For<T>(Task<T> task, string what)
    {
        await For((Task)task, what);
        return await task;
    }

    /// <summary>For what gives no signal when it comes true.</summary>
    public static Task Until(Func<bool> condition, string what) => For(
        Task.Run(async () =>
        {
            // Soon at first, and then seldom: what waits for long is not to take the processor from what it waits for.
            for (var pause = 1; !condition(); pause = Math.Min(pause + 1, 20)) await Task.Delay(pause);
        }),
        what);
}
