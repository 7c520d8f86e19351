using Orleans.Runtime;

namespace AgentManagement.Access;

/// <summary>Who calls, as the gateway read it from the verified token. Travels with every grain call.</summary>
/// <param name="TenantId">The tenant that the caller belongs to.</param>
/// <param name="Subject">The user or service, as the audit trail names it.</param>
/// <param name="Role">viewer, editor, admin or service; or one of the roles below.</param>
/// <param name="Tier">The tier that the token claims; the tenant's record wins over it.</param>
/// <param name="CorrelationId">The request's correlation id, for logs and the audit trail.</param>
[GenerateSerializer, Immutable, Alias("Caller")]
public sealed record Caller(string TenantId, string Subject, string Role, string? Tier, string CorrelationId)
{
    /// <summary>The client's address, as the gateway sees it; null where there is none.</summary>
    [Id(5)] public string? Address { get; init; }

    /// <summary>
    /// The permissions that the caller was given by name; null when its role decides alone. It narrows a role; where the role is
    /// <see cref="KeyRole"/> or <see cref="ListedRole"/>, it is all that the caller may.
    /// </summary>
    [Id(6)] public ImmutableArray<string>? Granted { get; init; }

    /// <summary>Of an API key, the version whose secret was shown: the one before goes on for a while, and may less.</summary>
    [Id(7)] public int? SecretVersion { get; init; }

    /// <summary>The task in which the call is made; null outside of tasks.</summary>
    [Id(8)] public string? TaskId { get; init; }

    /// <summary>
    /// The labels that an API key is for; null for all. Of another one it may nothing, whatever its permissions: see
    /// <see cref="MayUse"/>.
    /// </summary>
    [Id(10)] public ImmutableArray<string>? Labels { get; init; }

    /// <summary>
    /// What shows the silos that the caller is who is said; null until the call is made. It is of exactly this caller: a copy has none.
    /// </summary>
    [Id(9)] public CallerSignature? Signature { get; private init; }

    // Of a record that is changed: whatever is changed, the signature is not of it.
    private Caller(Caller original)
    {
        (TenantId, Subject, Role, Tier, CorrelationId) =
            (original.TenantId, original.Subject, original.Role, original.Tier, original.CorrelationId);
        (Address, Granted, SecretVersion, TaskId) = (original.Address, original.Granted, original.SecretVersion, original.TaskId);
        Labels = original.Labels;
    }

    /// <summary>The same caller with a signature.</summary>
    public Caller Signed(CallerSignature? signature) => new(this) { Signature = signature };

    /// <summary>The subject of what the service does by itself, as the audit trail names it.</summary>
    public const string SystemSubject = "system";

    /// <summary>The subject of the service's processes, whatever they do for whom.</summary>
    public const string ServiceSubject = "agent-management";

    /// <summary>The role in which silos have tasks worked on; tokens that claim it are refused.</summary>
    public const string SiloRole = "silo";

    /// <summary>The role in which a process has its refusals kept; tokens that claim it are refused.</summary>
    public const string GatewayRole = "gateway";

    /// <summary>The role of API keys; tokens that claim it are refused.</summary>
    public const string KeyRole = "key";

    /// <summary>The role of tokens that have a list of permissions and no role; tokens that claim it are refused.</summary>
    public const string ListedRole = "listed";

    private const string ContextKey = "caller";

    /// <summary>The caller of the current grain call, or null when nobody was named.</summary>
    public static Caller? Current
    {
        get => RequestContext.Get(ContextKey) as Caller;
        set
        {
            if (value is null) RequestContext.Remove(ContextKey);
            else RequestContext.Set(ContextKey, value);
        }
    }

    /// <summary>A process of the service, for what is no tenant's.</summary>
    public static Caller Gateway => new("platform", ServiceSubject, GatewayRole, Tier: null, Guid.NewGuid().ToString("n"));

    /// <summary>A silo, for the cluster's own work that is no tenant's.</summary>
    public static Caller Silo => new("platform", ServiceSubject, SiloRole, Tier: null, Guid.NewGuid().ToString("n"));

    /// <summary>The service itself, for what it does by itself.</summary>
    public static Caller Service(string tenantId) => new(tenantId, ServiceSubject, "service", Tier: null, Guid.NewGuid().ToString("n"));

    /// <summary>Whether the caller may do with a label what its permissions say.</summary>
    public bool MayUse(string label) => Labels is not { } labels || labels.Contains(label);

    /// <summary>Whether the caller has the permission: of its role, and of its list where it has one.</summary>
    public bool May(string permission) => Granted is { } granted
        ? granted.Contains(permission)
            && (Role is KeyRole or ListedRole ? Permissions.Grantable.Contains(permission) : Permissions.Has(Role, permission))
        : Permissions.Has(Role, permission);
}
