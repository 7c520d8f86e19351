using System.Text.Json;
using System.Text.Json.Nodes;
using AgentManagement.Domain.Configuration;
using AgentManagement.Json;
using AgentManagement.Outcomes;
using AgentManagement.Tenants;

namespace AgentManagement.Domain.Tenants;

/// <summary>The tiers, and what they come to for a tenant.</summary>
public sealed class TierCatalog
{
    /// <summary>The tier of a tenant of which nothing else is known.</summary>
    public const string DefaultTier = "free";

    private readonly ImmutableDictionary<string, TierLimits> _tiers;
    private readonly int _maximumAgentsPerTenant;

    /// <summary>The tiers of the service's own file.</summary>
    /// <param name="maximumAgentsPerTenant">MAX_AGENTS_PER_TENANT: caps the agents of every tier.</param>
    public TierCatalog(int maximumAgentsPerTenant) : this(maximumAgentsPerTenant, OwnFile())
    {
    }

    /// <param name="maximumAgentsPerTenant">MAX_AGENTS_PER_TENANT: caps the agents of every tier.</param>
    /// <param name="file">A file of tiers, UTF-8 JSON.</param>
    /// <exception cref="TierFileException">The file is not one of tiers.</exception>
    public TierCatalog(int maximumAgentsPerTenant, byte[] file)
    {
        _maximumAgentsPerTenant = maximumAgentsPerTenant;
        _tiers = TierFile.Read(file).ToImmutableDictionary(tier => tier.Key, tier => Capped(tier.Value));
    }

    /// <summary>The names of the tiers.</summary>
    public IEnumerable<string> Names => _tiers.Keys.Order(StringComparer.Ordinal);

    /// <summary>The limits of a tier; of the default tier for null or a name that is none.</summary>
    public TierLimits Find(string? tier) =>
        tier is not null && _tiers.TryGetValue(tier, out var limits) ? limits : _tiers[DefaultTier];

    /// <summary>A tenant's limits: what was set of it, and only where nothing was set what its caller's token claims.</summary>
    public TierLimits LimitsOf(TenantDocument? tenant, string? claimedTier, DateTimeOffset now) =>
        tenant is null ? Find(claimedTier)
        : tenant is { FormerTier: { } former, GraceUntil: { } until } && now < until
            ? With(former, tenant.FormerOverrides ?? JsonText.EmptyObject)
        : With(tenant.Tier, tenant.Overrides);

    /// <summary>A tier with figures of a tenant's own.</summary>
    public TierLimits With(string tier, JsonText overrides)
    {
        if (overrides == JsonText.EmptyObject) return Find(tier);
        var figures = JsonSerializer.SerializeToNode(Find(tier), ContractSchema.JsonOptions)!.AsObject();
        foreach (var figure in StrictJson.Parse(overrides).EnumerateObject())
        {
            figures[figure.Name] = JsonNode.Parse(figure.Value.GetRawText());
        }
        return Capped(figures.Deserialize<TierLimits>(ContractSchema.JsonOptions)!);
    }

    /// <summary>Everything that is wrong with a tier and figures of a tenant's own.</summary>
    public IEnumerable<Issue> Check(string tier, JsonText overrides)
    {
        if (!_tiers.ContainsKey(tier))
        {
            yield return Issue.Error("unknown_tier", "/tier", $"There is no such tier; there are: {string.Join(", ", Names)}.");
        }
        var figures = StrictJson.Parse(overrides);
        if (figures.ValueKind != JsonValueKind.Object)
        {
            yield return Issue.Error("wrong_type", "/overrides", "Must be object.");
            yield break;
        }
        foreach (var figure in figures.EnumerateObject())
        {
            var pointer = JsonPointer.Append("/overrides", figure.Name);
            if (!TierFile.Figures.Contains(figure.Name)) yield return Issue.Error("unknown_field", pointer, "There is no such limit.");
            else if (TierFile.Problem(figure.Name, figure.Value) is { } problem) yield return Issue.Error(
                "out_of_range", pointer, $"It {problem}");
        }
    }

    private TierLimits Capped(TierLimits limits) => limits with
    {
        Agents = Math.Min(limits.Agents, _maximumAgentsPerTenant),
        ActiveAgents = Math.Min(limits.ActiveAgents, _maximumAgentsPerTenant),
    };

    private static byte[] OwnFile()
    {
        using var file = typeof(TierCatalog).Assembly.GetManifestResourceStream("AgentManagement.Domain.Tiers.tiers.json")!;
        using var bytes = new MemoryStream();
        file.CopyTo(bytes);
        return bytes.ToArray();
    }
}
