using AgentManagement.ServiceDefaults.Caching;

namespace AgentManagement.Tests.Caching;

public sealed class RefreshingCacheTests : IDisposable
{
    private static readonly TimeSpan FreshTime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FallbackTime = TimeSpan.FromSeconds(90);

    private readonly ManualTimeProvider _clock = new();
    private readonly RefreshingCache<string, string> _cache;

    public RefreshingCacheTests() => _cache = new(_clock, new()
    {
        FreshTime = FreshTime, NegativeTime = FreshTime / 2, FallbackTime = FallbackTime, SizeLimit = 100,
        IsNegative = value => value == "no",
        TagsOf = (key, _) => [key, key[..1]],
    });

    public void Dispose() => _cache.Dispose();

    [Fact]
    public async Task An_answer_is_asked_for_anew_when_it_is_old_and_serves_as_long_as_there_is_no_other()
    {
        Assert.Equal("one", await GetAsync("a", "one"));
        _clock.Advance(FreshTime - TimeSpan.FromTicks(1));
        Assert.Equal("one", await GetAsync("a", "two"));
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("one", await GetAsync("a", null));
        Assert.Equal("two", await GetAsync("a", "two"));
        _clock.Advance(FallbackTime);
        Assert.Null(await GetAsync("a", null));
    }

    [Fact]
    public async Task A_removed_answer_does_not_serve_even_when_there_is_no_other()
    {
        await GetAsync("a1", "one");
        await GetAsync("a2", "two");
        _cache.RemoveByTag("a1");
        Assert.Equal((null, "two"), (await GetAsync("a1", null), await GetAsync("a2", null)));
        _cache.RemoveByTag("a");
        Assert.Null(await GetAsync("a2", null));
        await GetAsync("b", "three");
        _cache.Clear();
        Assert.Null(await GetAsync("b", null));
    }

    [Fact]
    public async Task What_was_asked_before_a_removal_is_neither_joined_nor_kept()
    {
        var answer = new TaskCompletionSource<string?>();
        var asking = new TaskCompletionSource();
        var early = _cache.GetAsync("a", () =>
        {
            asking.SetResult();
            return answer.Task;
        });
        await Await.For(asking.Task, "the question");
        _cache.RemoveByTag("a");
        Assert.Equal("after", await Await.For(GetAsync("a", "after"), "an answer of its own"));
        answer.SetResult("before");
        Assert.Equal("before", await early);
        Assert.Equal("after", _cache.Find("a"));
    }

    [Fact]
    public async Task Negative_answers_are_kept_for_a_shorter_time_and_evict_no_positive_one()
    {
        await GetAsync("good", "yes");
        await GetAsync("bad", "no");
        Assert.Equal(("yes", "no"), (_cache.Find("good"), _cache.Find("bad")));
        _clock.Advance(FreshTime / 2);
        Assert.Equal(("yes", null), (_cache.Find("good"), _cache.Find("bad")));

        // The later answer replaces the earlier, of whichever kind it is.
        _cache.Set("good", "no", _cache.Now);
        Assert.Equal("no", _cache.Find("good"));
        _cache.Set("good", "yes", _cache.Now);
        Assert.Equal("yes", _cache.Find("good"));

        for (var number = 0; number < 1_000; number++) await GetAsync($"guess-{number}", "no");
        Assert.Equal("yes", _cache.Find("good"));
    }

    [Fact]
    public async Task More_removals_than_are_told_apart_remove_everything()
    {
        await GetAsync("a", "one");
        for (var number = 0; number < RefreshingCache<string, string>.MaxRemovedTags; number++) _cache.RemoveByTag($"tag-{number}");
        Assert.Equal("one", _cache.Find("a"));
        _cache.RemoveByTag("one more");
        Assert.Null(_cache.Find("a"));
    }

    private Task<string?> GetAsync(string key, string? answer) => _cache.GetAsync(key, () => Task.FromResult(answer));
}
