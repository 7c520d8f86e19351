namespace AgentManagement.Tests.Support;

/// <summary>Waiting that ends: a test that would hang fails and says what it waited for.</summary>
public static class Await
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

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

    public static async Task<T> For<T>(Task<T> task, string what)
    {
        await For((Task)task, what);
        return await task;
    }

    /// <summary>For what gives no signal when it comes true.</summary>
    public static Task Until(Func<bool> condition, string what) => For(
        Task.Run(async () =>
        {
            while (!condition()) await Task.Yield();
        }),
        what);
}
