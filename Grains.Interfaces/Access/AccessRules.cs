namespace AgentManagement.Access;

/// <summary>
/// The permission that a grain method, or the command given to it, asks of the caller. The silo's call filter denies
/// every call that no rule allows, so a new method without one of these attributes cannot be called at all.
/// </summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class, Inherited = false)]
public sealed class RequiresAttribute(string permission) : Attribute
{
    /// <summary>One of <see cref="Permissions"/>.</summary>
    public string Permission { get; } = permission;
}

/// <summary>
/// The method takes a command, of an agent or a task, and asks what the command's own <see cref="RequiresAttribute"/> says.
/// </summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class RequiresOfCommandAttribute : Attribute;

/// <summary>The method is for the tenant's own grain: a client that calls it directly, past the quotas, is refused.</summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class OnlyFromTenantGrainAttribute : Attribute;

/// <summary>The method is for grains of the key's own tenant: a client that calls it is refused.</summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class OnlyFromTenantsGrainsAttribute : Attribute;

/// <summary>The method says nothing of any tenant and may be called without a caller: health.</summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class OpenToAllAttribute : Attribute;

/// <summary>What the keys of a grain interface name; the call filter reads the tenant from them.</summary>
public enum KeyedBy
{
    /// <summary><see cref="Keys.GrainKeys.Tenant"/>.</summary>
    Tenant,

    /// <summary><see cref="Keys.GrainKeys.Agent"/>.</summary>
    Agent,

    /// <summary><see cref="Keys.GrainKeys.Task"/>.</summary>
    Task,

    /// <summary><see cref="Keys.GrainKeys.Template"/>.</summary>
    Template,

    /// <summary><see cref="Keys.GrainKeys.File"/>.</summary>
    File,

    /// <summary><see cref="Keys.GrainKeys.Label"/>.</summary>
    Label,

    /// <summary><see cref="Keys.GrainKeys.Platform"/>: no tenant; the permission alone decides.</summary>
    Platform,
}

/// <summary>Says what the interface's keys name. Calls to an interface that does not say it are denied.</summary>
[AttributeUsage(AttributeTargets.Interface, Inherited = false)]
public sealed class KeyedByAttribute(KeyedBy kind) : Attribute
{
    public KeyedBy Kind { get; } = kind;
}

/// <summary>Thrown by the call filter: nothing was done.</summary>
/// <param name="code"><c>permission_denied</c>, or <c>tenant_mismatch</c> when the key is another tenant's.</param>
/// <param name="message">What was missing, without naming anything of another tenant.</param>
[GenerateSerializer, Alias("AccessDeniedException")]
public sealed class AccessDeniedException(string code, string message) : Exception(message)
{
    /// <summary><c>permission_denied</c> or <c>tenant_mismatch</c>.</summary>
    [Id(0)]
    public string Code { get; } = code;
}
