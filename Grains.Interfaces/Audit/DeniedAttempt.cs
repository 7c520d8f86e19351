namespace AgentManagement.Audit;

/// <summary>
/// An attempt that was refused, or something that was read out; or how many more of a minute there were than are kept.
/// </summary>
[GenerateSerializer, Immutable, Alias("DeniedAttempt")]
public sealed record DeniedAttempt
{
    /// <summary>Code of the line that stands for those of a minute that were left out.</summary>
    public const string Omitted = "omitted";

    /// <summary>What ids of what was read out begin with, and those of refusals, which are hexadecimal digits, do not.</summary>
    public const string ReadPrefix = "r";

    /// <summary>Rises with the time.</summary>
    [Id(0)] public required string Id { get; init; }

    /// <summary>Whose token was shown; null without a valid one.</summary>
    [Id(1)] public string? TenantId { get; init; }
    [Id(2)] public required DateTimeOffset At { get; init; }

    /// <summary>The HTTP status; 0 for calls that are not HTTP.</summary>
    [Id(3)] public int Status { get; init; }

    /// <summary>As in the problem that was answered, what was read out, or <see cref="Omitted"/>.</summary>
    [Id(4)] public required string Code { get; init; }

    /// <summary>Method and route, or the grain's method: never a path, which can hold what should not be kept. Of a file its id.</summary>
    [Id(5)] public string Operation { get; init; } = "";
    [Id(6)] public string? Subject { get; init; }
    [Id(7)] public string? Role { get; init; }
    [Id(8)] public string? Address { get; init; }
    [Id(9)] public string? CorrelationId { get; init; }

    /// <summary>How many this stands for: 1, or how many were left out.</summary>
    [Id(10)] public long Count { get; init; } = 1;

    /// <summary>Whether it was read out, and not refused.</summary>
    public bool IsRead => Id.StartsWith(ReadPrefix, StringComparison.Ordinal);
}
