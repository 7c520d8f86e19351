using System.Collections.Concurrent;
using System.Reflection;
using AgentManagement.Access;
using AgentManagement.Agents;
using Orleans.Providers;
using Orleans.Serialization.Invocation;

namespace AgentManagement.Grains.Access;

/// <summary>Which calls of a grain method are let through, as the attributes of the method, its interface and its command say.</summary>
internal sealed class AccessPolicy
{
    private static readonly Assembly Contracts = typeof(IAgentGrain).Assembly;
    private static readonly ConcurrentDictionary<MethodInfo, AccessPolicy> Policies = new();
    private static readonly ConcurrentDictionary<Type, string?> CommandPermissions = new();

    private readonly string? _permission;
    private readonly int? _command;

    private AccessPolicy(MethodInfo method)
    {
        var contract = method.DeclaringType;
        IsOpen = contract is null || !IsOurs(contract) || method.IsDefined(typeof(OpenToAllAttribute));
        OnlyFromSilos = contract == typeof(IMemoryStreamQueueGrain);
        KeyedBy = contract?.GetCustomAttribute<KeyedByAttribute>()?.Kind;
        OnlyFromTenantGrain = method.IsDefined(typeof(OnlyFromTenantGrainAttribute));
        OnlyFromTenantsGrains = method.IsDefined(typeof(OnlyFromTenantsGrainsAttribute));
        if (method.IsDefined(typeof(RequiresOfCommandAttribute)))
        {
            _command = method.GetParameters()
                .SingleOrDefault(parameter => typeof(ICommand).IsAssignableFrom(parameter.ParameterType))?.Position;
        }
        else
        {
            _permission = method.GetCustomAttribute<RequiresAttribute>()?.Permission;
        }
    }

    /// <summary>Nothing is asked of the caller.</summary>
    public bool IsOpen { get; }

    /// <summary>No client may call: what is in a stream is believed as it is.</summary>
    public bool OnlyFromSilos { get; }

    /// <summary>What the key names; null when the interface does not say it, so that every call is denied.</summary>
    public KeyedBy? KeyedBy { get; }

    public bool OnlyFromTenantGrain { get; }

    public bool OnlyFromTenantsGrains { get; }

    /// <summary>The method's policy, read from its attributes on its first call only.</summary>
    public static AccessPolicy Of(MethodInfo method) => Policies.GetOrAdd(method, static method => new(method));

    /// <summary>The permission that the call needs; null when no rule names one, so that it is denied.</summary>
    public string? PermissionOf(IInvokable call) => _command is { } position
        ? call.GetArgument(position) is { } command ? CommandPermissions.GetOrAdd(command.GetType(), RequiredBy) : null
        : _permission;

    private static string? RequiredBy(Type command) => command.GetCustomAttribute<RequiresAttribute>()?.Permission;

    private static bool IsOurs(Type contract) =>
        contract.Assembly == Contracts || contract.Namespace?.StartsWith("Orleans", StringComparison.Ordinal) != true;
}
