namespace AgentManagement.ApiKeys;

/// <summary>A key by which a machine calls the service, without its secret.</summary>
[GenerateSerializer, Immutable, Alias("ApiKey")]
public sealed record ApiKey
{
    /// <summary>How long a secret can go on at most after its key has got another.</summary>
    public static readonly TimeSpan LongestGrace = TimeSpan.FromHours(24);

    /// <summary>How many keys a tenant can have, expired ones too.</summary>
    public const int MaxOfTenant = 100;

    /// <summary>How many labels it can be for.</summary>
    public const int MaxLabels = 50;

    /// <summary>How many characters a name can have.</summary>
    public const int MaxNameCharacters = 100;

    [Id(0)] public required string Id { get; init; }
    [Id(1)] public required string Name { get; init; }
    [Id(2)] public required ImmutableArray<string> Permissions { get; init; }

    /// <summary>1 for a new key, and one more with every rotation.</summary>
    [Id(3)] public required int Version { get; init; }
    [Id(4)] public required DateTimeOffset CreatedAt { get; init; }
    [Id(5)] public required string CreatedBy { get; init; }

    /// <summary>When the secret was made.</summary>
    [Id(6)] public required DateTimeOffset RotatedAt { get; init; }

    /// <summary>When the key ends; null for never.</summary>
    [Id(7)] public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Until when the secret before goes on; null when there is none that does.</summary>
    [Id(8)] public DateTimeOffset? FormerUntil { get; init; }

    /// <summary>Who had the secret made: as the key's creator, or by its last rotation.</summary>
    [Id(9)] public required string RotatedBy { get; init; }

    /// <summary>The ids of the keys that it made or gave another secret, and of those that these did, oldest first.</summary>
    [Id(10)] public ImmutableArray<string> Descendants { get; init; } = [];

    /// <summary>The labels that it is for; null for all.</summary>
    [Id(11)] public ImmutableArray<string>? Labels { get; init; }
}

/// <summary>What whoever shows a key may do.</summary>
/// <param name="Permissions">What it may; a secret that was rotated away manages no keys.</param>
/// <param name="Tier">The tier that its creator's token claimed, which counts where none was set of the tenant.</param>
/// <param name="Until">When this secret ends; null for not by itself.</param>
/// <param name="SecretVersion">The key's version that this secret is of.</param>
[GenerateSerializer, Immutable, Alias("ApiKeyGrant")]
public sealed record ApiKeyGrant(ImmutableArray<string> Permissions, string? Tier, DateTimeOffset? Until, int SecretVersion)
{
    /// <summary>The labels that it is for; null for all.</summary>
    [Id(4)] public ImmutableArray<string>? Labels { get; init; }
}
