using System.Diagnostics;
using System.Reflection;
using AgentManagement.Agents;
using AgentManagement.Audit;
using AgentManagement.Keys;
using AgentManagement.Observability;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace AgentManagement.Access;

/// <summary>
/// The silo's own decision on every call, whatever the gateway decided: the caller's tenant must be the key's, and the
/// caller must have the permission that the method or its command asks. What no rule allows is denied.
/// </summary>
internal sealed class AccessFilter(RefusalLog refusals, ILogger<AccessFilter> logger) : IIncomingGrainCallFilter
{
    /// <summary>Code of the denial of what is another tenant's.</summary>
    internal const string TenantMismatch = "tenant_mismatch";

    private static readonly Assembly Contracts = typeof(IAgentGrain).Assembly;

    /// <exception cref="AccessDeniedException">No rule allows the call; nothing was done.</exception>
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        var call = CallOf(context);
        var method = call.GetMethod();
        // Orleans' own grains, such as those of its streams, are reached by the silos only.
        if (method?.DeclaringType is null || !IsOurs(method.DeclaringType) || method.IsDefined(typeof(OpenToAllAttribute)))
        {
            await context.Invoke();
            return;
        }

        var caller = Caller.Current ?? throw Deny(context, "permission_denied", "The call names no caller.");
        using var scope = logger.BeginScope(
            new Dictionary<string, object> { [TraceTags.TenantId] = caller.TenantId, [TraceTags.CorrelationId] = caller.CorrelationId });
        Activity.Current?.SetTag(TraceTags.TenantId, caller.TenantId).SetTag(TraceTags.CorrelationId, caller.CorrelationId);
        CheckTenant(context, method.DeclaringType, caller);
        CheckPermission(context, call, caller);
        CheckSource(context, method, caller);
        await context.Invoke();
    }

    private void CheckTenant(IIncomingGrainCallContext context, Type contract, Caller caller)
    {
        var key = context.TargetId.Key.ToString()!;
        string? tenantId = null;
        var kind = contract.GetCustomAttribute<KeyedByAttribute>()?.Kind;
        if (kind == KeyedBy.Platform && key == GrainKeys.Platform) return;
        _ = kind switch
        {
            KeyedBy.Tenant => GrainKeys.TryReadTenant(key, out tenantId),
            KeyedBy.Agent => GrainKeys.TryReadAgent(key, out tenantId, out _),
            KeyedBy.Task => GrainKeys.TryReadTask(key, out tenantId, out _),
            KeyedBy.Template => GrainKeys.TryReadTemplate(key, out tenantId, out _),
            KeyedBy.File => GrainKeys.TryReadFile(key, out tenantId, out _),
            _ => false,
        };
        if (tenantId is null || tenantId != caller.TenantId)
        {
            throw Deny(context, TenantMismatch, "There is no such resource.");
        }
    }

    private void CheckPermission(IIncomingGrainCallContext context, IInvokable call, Caller caller)
    {
        var method = call.GetMethod();
        var permission = method.IsDefined(typeof(RequiresOfCommandAttribute))
            ? CommandOf(call)?.GetCustomAttribute<RequiresAttribute>()?.Permission
            : method.GetCustomAttribute<RequiresAttribute>()?.Permission;
        if (permission is null || !caller.May(permission))
        {
            throw Deny(context, "permission_denied", $"The role '{caller.Role}'{(caller.Granted is null ? "" : ", as far as it was granted,")} lacks the permission '{permission ?? "(none)"}'.");
        }
    }

    private void CheckSource(IIncomingGrainCallContext context, MethodInfo method, Caller caller)
    {
        var fromTenantGrain = method.IsDefined(typeof(OnlyFromTenantGrainAttribute));
        if (!fromTenantGrain && !method.IsDefined(typeof(OnlyFromTenantsGrainsAttribute))) return;
        string? tenantId = null;
        var source = context.SourceId?.Key.ToString() ?? "";
        if ((fromTenantGrain ? GrainKeys.TryReadTenant(source, out tenantId) : GrainKeys.TryReadOwner(source, out tenantId))
            && tenantId == caller.TenantId) return;
        throw Deny(context, "permission_denied", "The call must come from a grain of the tenant.");
    }

    /// <summary>
    /// The call that is judged. One that enumerates is carried to Orleans' extension as an argument of the call that begins
    /// it; those that go on with it name it by an id that only its caller knows.
    /// </summary>
    private static IInvokable CallOf(IIncomingGrainCallContext context) =>
        context.InterfaceMethod?.DeclaringType == typeof(IAsyncEnumerableGrainExtension)
            ? Arguments(context.Request).OfType<IInvokable>().SingleOrDefault(context.Request)
            : context.Request;

    private static IEnumerable<object?> Arguments(IInvokable call) => Enumerable.Range(0, call.GetArgumentCount()).Select(call.GetArgument);

    private static Type? CommandOf(IInvokable call) =>
        Arguments(call).SingleOrDefault(argument => argument is ICommand)?.GetType();

    private static bool IsOurs(Type contract) =>
        contract.Assembly == Contracts || contract.Namespace?.StartsWith("Orleans", StringComparison.Ordinal) != true;

    private AccessDeniedException Deny(IIncomingGrainCallContext context, string code, string message)
    {
        AccessMetrics.Count(code);
        Note(context, code);
        var method = CallOf(context).GetMethod();
        logger.LogWarning(LogEvents.AccessDenied, "Denied {Interface}.{Method}: {Code}", method.DeclaringType, method.Name, code);
        return new AccessDeniedException(code, message);
    }

    /// <summary>Under the caller's own tenant: what was tried of another one is not its business, and says nothing of it here.</summary>
    private void Note(IIncomingGrainCallContext context, string code)
    {
        var (caller, method) = (Caller.Current, CallOf(context).GetMethod());
        refusals.Note(refusals.Make(code) with
        {
            TenantId = caller?.TenantId, Operation = $"{method.DeclaringType?.Name}.{method.Name}",
            Subject = caller?.Subject, Role = caller?.Role, Address = caller?.Address, CorrelationId = caller?.CorrelationId,
        });
    }
}
