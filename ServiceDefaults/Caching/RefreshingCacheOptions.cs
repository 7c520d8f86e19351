namespace AgentManagement.ServiceDefaults.Caching;

/// <summary>How long answers are used, and how many are kept.</summary>
public sealed record RefreshingCacheOptions<TKey, TValue>
{
    /// <summary>For how long an answer is used without asking again.</summary>
    public required TimeSpan FreshTime { get; init; }

    /// <summary>The same for negative answers; null for <see cref="FreshTime"/>.</summary>
    public TimeSpan? NegativeTime { get; init; }

    /// <summary>For how long an answer is used while there is no other; null for no longer than it is fresh.</summary>
    public TimeSpan? FallbackTime { get; init; }

    /// <summary>The size of all positive answers, and of all negative ones.</summary>
    public required long SizeLimit { get; init; }

    /// <summary>The size of an answer.</summary>
    public Func<TValue, long> SizeOf { get; init; } = _ => 1;

    /// <summary>Which answers are negative: they are kept apart, so that no number of them evicts a positive one.</summary>
    public Func<TValue, bool> IsNegative { get; init; } = _ => false;

    /// <summary>The tags by which an answer is removed.</summary>
    public required Func<TKey, TValue, IEnumerable<string>> TagsOf { get; init; }

    /// <summary>Where answers are shared with other processes; null for nowhere.</summary>
    public SharedAnswers? Shared { get; init; }

    /// <summary>The name of a key there: no two keys have the same.</summary>
    public Func<TKey, string> NameOf { get; init; } = key => $"{key}";
}
