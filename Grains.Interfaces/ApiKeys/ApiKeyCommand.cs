using AgentManagement.Access;

namespace AgentManagement.ApiKeys;

/// <summary>A change that somebody asks for of one of the tenant's API keys.</summary>
[GenerateSerializer, Immutable, Alias("ApiKeyCommand")]
public abstract record ApiKeyCommand : ICommand
{
    /// <summary>The key; see <see cref="Keys.GrainKeys.IsApiKeyId"/>. A new one's is made at random.</summary>
    [Id(0)] public required string KeyId { get; init; }
}

/// <summary>Makes a key, with no more permissions than its creator has.</summary>
/// <param name="Hash">SHA-256 of its text, 64 hexadecimal digits.</param>
/// <param name="Name">What it is for.</param>
/// <param name="Permissions">What it may.</param>
/// <param name="ExpiresAt">When it ends; null for never.</param>
[GenerateSerializer, Immutable, Alias("CreateApiKey"), Requires(Access.Permissions.KeysManage)]
public sealed record CreateApiKey(string Hash, string Name, ImmutableArray<string> Permissions, DateTimeOffset? ExpiresAt) : ApiKeyCommand
{
    /// <summary>The labels that it is for; null for all.</summary>
    [Id(4)] public ImmutableArray<string>? Labels { get; init; }

    /// <summary>Without the hash: Orleans writes arguments of failed calls into messages and logs.</summary>
    public override string ToString() => $"{nameof(CreateApiKey)} {KeyId}";
}

/// <summary>Gives a key another secret. The one before goes on for a while, those before that one end.</summary>
/// <param name="Hash">SHA-256 of the new text, 64 hexadecimal digits.</param>
/// <param name="Grace">How long the secret before goes on; at most <see cref="ApiKey.LongestGrace"/>.</param>
/// <param name="Version">The version that the key must have; null for any.</param>
[GenerateSerializer, Immutable, Alias("RotateApiKey"), Requires(Access.Permissions.KeysManage)]
public sealed record RotateApiKey(string Hash, TimeSpan Grace, int? Version) : ApiKeyCommand
{
    /// <summary>Whether the key's <see cref="ApiKey.Descendants"/> end, as they should when its secret has leaked.</summary>
    [Id(3)] public bool RevokeDescendants { get; init; }

    /// <inheritdoc cref="CreateApiKey.ToString"/>
    public override string ToString() => $"{nameof(RotateApiKey)} {KeyId}";
}

/// <summary>Ends a key for ever, and its <see cref="ApiKey.Descendants"/> with it unless they are to be kept.</summary>
[GenerateSerializer, Immutable, Alias("RevokeApiKey"), Requires(Access.Permissions.KeysManage)]
public sealed record RevokeApiKey : ApiKeyCommand
{
    /// <summary>Whether its descendants go on.</summary>
    [Id(0)] public bool KeepDescendants { get; init; }
}
