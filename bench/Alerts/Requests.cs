using AgentManagement.Bench.Client;
using Microsoft.AspNetCore.Http;

namespace AgentManagement.Bench.Alerts;

/// <summary>Ways to ask.</summary>
internal static class Requests
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(0.5);

    /// <summary>Has it done: what went wrong a moment ago may have it be refused for a while.</summary>
    public static async Task DoAsync(Func<Task<Answer>> ask)
    {
        Answer answer;
        while ((answer = await ask()).Status == StatusCodes.Status503ServiceUnavailable) await Task.Delay(Delay);
        if (!answer.IsSuccess) throw new InvalidOperationException($"A request was answered {answer}.");
    }

    /// <summary>Asks again and again, whatever the answers are.</summary>
    public static async Task RepeatAsync(Func<Task> ask, TimeSpan pause, CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            await ask();
            await Task.Delay(pause, CancellationToken.None);
        }
    }
}
