namespace AgentManagement.Tenants;

/// <summary>A tenant, as it sees itself.</summary>
/// <param name="Id">The tenant's id.</param>
/// <param name="Limits">What its tier allows.</param>
/// <param name="Usage">What it uses.</param>
/// <param name="Revision">How many changes its log holds; every change has the next number.</param>
[GenerateSerializer, Immutable, Alias("Tenant")]
public sealed record Tenant(string Id, TierLimits Limits, TenantUsage Usage, long Revision)
{
    /// <summary>While a downgrade's grace lasts: the tier that comes after it, and when.</summary>
    [Id(4)] public TierGrace? Grace { get; init; }

    /// <summary>Whether clients that change an agent or a template must name the version that they change.</summary>
    [Id(5)] public bool RequireIfMatch { get; init; }

    /// <summary>The model of agents that name none; null for none.</summary>
    [Id(6)] public DefaultModel? DefaultModel { get; init; }

    /// <inheritdoc cref="TenantDefaults.DefaultLabel"/>
    [Id(7)] public string? DefaultLabel { get; init; }
}

/// <summary>A model that a tenant has for all agents that name none.</summary>
/// <param name="Provider">Who serves it.</param>
/// <param name="Id">The provider's name of it.</param>
[GenerateSerializer, Immutable, Alias("DefaultModel")]
public sealed record DefaultModel(string Provider, string Id);

/// <summary>What of a tenant's settings resolves the configurations of its agents.</summary>
/// <param name="DefaultModel">The model of agents that name none; null for none.</param>
[GenerateSerializer, Immutable, Alias("TenantDefaults")]
public sealed record TenantDefaults(DefaultModel? DefaultModel)
{
    /// <summary>The label whose versions services get that ask for none; null for the current ones.</summary>
    [Id(1)] public string? DefaultLabel { get; init; }
}

/// <summary>A downgrade that is yet to take effect.</summary>
/// <param name="NextTier">The tier that the tenant will have.</param>
/// <param name="Until">From when on.</param>
[GenerateSerializer, Immutable, Alias("TierGrace")]
public sealed record TierGrace(string NextTier, DateTimeOffset Until);

/// <summary>What a tenant uses of its limits.</summary>
/// <param name="Agents">Agents that are not archived.</param>
/// <param name="ActiveAgents">Of these, the active ones.</param>
/// <param name="CreatesToday">Agents made since 00:00 UTC.</param>
[GenerateSerializer, Immutable, Alias("TenantUsage")]
public sealed record TenantUsage(int Agents, int ActiveAgents, int CreatesToday)
{
    /// <summary>Templates of the tenant's own.</summary>
    [Id(3)] public int Templates { get; init; }

    /// <summary>
    /// The most tools that an agent has. This and the following are not counted with the rest, and 0 where nobody asked for them.
    /// </summary>
    [Id(4)] public int MaxTools { get; init; }

    /// <summary>The most MCP servers that an agent has.</summary>
    [Id(5)] public int MaxMcpServers { get; init; }

    /// <summary>The most knowledge collections that an agent has.</summary>
    [Id(6)] public int MaxCollections { get; init; }

    /// <summary>The most characters that an agent's instruction template has.</summary>
    [Id(7)] public int MaxInstructionCharacters { get; init; }

    /// <summary>Bytes of all files; counted with the rest.</summary>
    [Id(8)] public long FileBytes { get; init; }

    /// <summary>Bytes of the contents of all versions that are kept; counted with the rest.</summary>
    [Id(9)] public long StoredBytes { get; init; }
}
