using AgentManagement.Operations;
using AgentManagement.ServiceDefaults.Health;

namespace AgentManagement.Tests.Health;

public sealed class HealthMemoryTests
{
    private readonly ManualTimeProvider _clock = new();
    private int _asked;

    [Fact]
    public async Task Who_asks_often_asks_once_a_second()
    {
        var memory = new HealthMemory(_clock);
        var first = await memory.AskAsync(AskAsync);
        Assert.Equal(first, await memory.AskAsync(AskAsync));
        _clock.Advance(TimeSpan.FromMilliseconds(999));
        await memory.AskAsync(AskAsync);
        Assert.Equal(1, _asked);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await memory.AskAsync(AskAsync);
        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task Who_asks_while_it_is_asked_waits_for_that_answer()
    {
        var (memory, answer) = (new HealthMemory(_clock), new TaskCompletionSource<ImmutableArray<HealthPart>>());
        var first = memory.AskAsync(() => answer.Task);
        _clock.Advance(TimeSpan.FromSeconds(3));
        var second = memory.AskAsync(AskAsync);
        Assert.False(second.IsCompleted);
        answer.SetResult([]);
        Assert.Empty(await first);
        Assert.Empty(await second);
        Assert.Equal(0, _asked);
    }

    private Task<ImmutableArray<HealthPart>> AskAsync()
    {
        _asked++;
        return Task.FromResult<ImmutableArray<HealthPart>>([new("silo", true, null)]);
    }
}
