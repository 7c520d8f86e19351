using AgentManagement.Silo.Webhooks;

namespace AgentManagement.Tests.Webhooks;

/// <summary>Who may send when a silo sends as much as it may.</summary>
public sealed class WebhookTurnsTests
{
    [Fact]
    public async Task Who_has_the_fewest_under_way_is_next()
    {
        var turns = new WebhookTurns(3);
        var slow = new List<IDisposable>();
        for (var number = 0; number < 3; number++) slow.Add(await turns.EnterAsync("slow", default));
        var waiting = Enumerable.Range(0, 5).Select(_ => turns.EnterAsync("slow", default)).ToList();
        var (quick, other) = (turns.EnterAsync("quick", default), turns.EnterAsync("other", default));
        Assert.Equal(7, turns.Waiting);

        slow[0].Dispose();
        (await Await.For(quick, "the turn of who has none")).Dispose();
        await Await.For(other, "the turn of the next who has none");
        Assert.All(waiting, each => Assert.False(each.IsCompleted));
        slow[1].Dispose();
        await Await.For(waiting[0], "the turn of who waits longest");
        Assert.All(waiting[1..], each => Assert.False(each.IsCompleted));
    }

    [Fact]
    public async Task Who_waits_no_longer_is_passed_over()
    {
        var turns = new WebhookTurns(1);
        var first = await turns.EnterAsync("a", default);
        using var leaving = new CancellationTokenSource();
        var (gone, next) = (turns.EnterAsync("b", leaving.Token), turns.EnterAsync("b", default));
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);

        first.Dispose();
        first.Dispose();
        (await Await.For(next, "the turn of the next")).Dispose();
        (await Await.For(turns.EnterAsync("c", default), "a turn when nobody has one")).Dispose();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => turns.EnterAsync("c", leaving.Token));
    }
}
