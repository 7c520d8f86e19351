using System.Collections;
using System.Diagnostics;
using AgentManagement.Access;
using AgentManagement.ClusterClient.Hosting;
using AgentManagement.Keys;
using AgentManagement.ServiceDefaults.Audit;
using AgentManagement.ServiceDefaults.Observability;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace AgentManagement.Grains.Access;

/// <summary>
/// The silo's own decision on every call, whatever the gateway decided: the caller's tenant must be the key's, and the
/// caller must have the permission that the method or its command asks. What no rule allows is denied.
/// </summary>
internal sealed class AccessFilter(CallerSigner callers, DeniedAttemptLog refusals, ILogger<AccessFilter> logger) : IIncomingGrainCallFilter
{
    /// <summary>Code of the denial of a caller that nobody who may has named.</summary>
    internal const string NotGenuine = "caller_not_genuine";

    /// <summary>Code of the denial of what is another tenant's.</summary>
    internal const string TenantMismatch = "tenant_mismatch";

    /// <exception cref="AccessDeniedException">No rule allows the call; nothing was done.</exception>
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        var call = CallOf(context);
        var policy = call.GetMethod() is { } method ? AccessPolicy.Of(method) : null;
        if (policy is null || policy.IsOpen)
        {
            if (policy is { OnlyFromSilos: true } && context.SourceId?.IsClient() != false)
            {
                throw Deny(context, "permission_denied", "The call must come from a silo.");
            }
            await context.Invoke();
            return;
        }

        var caller = Caller.Current ?? throw Deny(context, "permission_denied", "The call names no caller.");
        // Before anything that it says of itself is believed.
        if (!callers.IsGenuine(caller)) throw Deny(context, NotGenuine, "The caller was not named by a process of the service.");
        using var scope = logger.BeginScope(new CallScope(caller));
        Activity.Current?.SetTag(TraceTags.TenantId, caller.TenantId).SetTag(TraceTags.CorrelationId, caller.CorrelationId)
            .SetTag(TraceTags.TaskId, caller.TaskId);
        CheckTenant(context, policy, caller);
        CheckPermission(context, policy.PermissionOf(call), caller);
        CheckLabel(context, policy, caller);
        CheckSource(context, policy, caller);
        if (logger.IsEnabled(LogLevel.Debug)) await InvokeLoggedAsync(context);
        else await context.Invoke();
    }

    private async Task InvokeLoggedAsync(IIncomingGrainCallContext context)
    {
        var start = Stopwatch.GetTimestamp();
        await context.Invoke();
        var method = CallOf(context).GetMethod();
        logger.LogDebug(
            LogEvents.GrainCall, "{Interface}.{Method} took {Milliseconds} ms", method.DeclaringType?.Name, method.Name,
            Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }

    private void CheckTenant(IIncomingGrainCallContext context, AccessPolicy policy, Caller caller)
    {
        var key = context.TargetId.Key.ToString()!;
        if (policy.KeyedBy == KeyedBy.Platform && key == GrainKeys.Platform) return;
        string? tenantId = null;
        _ = policy.KeyedBy switch
        {
            KeyedBy.Tenant => GrainKeys.TryReadTenant(key, out tenantId),
            KeyedBy.Agent => GrainKeys.TryReadAgent(key, out tenantId, out _),
            KeyedBy.Task => GrainKeys.TryReadTask(key, out tenantId, out _),
            KeyedBy.Template => GrainKeys.TryReadTemplate(key, out tenantId, out _),
            KeyedBy.File => GrainKeys.TryReadFile(key, out tenantId, out _),
            KeyedBy.Label => GrainKeys.TryReadLabel(key, out tenantId, out _),
            _ => false,
        };
        if (tenantId is null || tenantId != caller.TenantId)
        {
            throw Deny(context, TenantMismatch, "There is no such resource.");
        }
    }

    private void CheckPermission(IIncomingGrainCallContext context, string? permission, Caller caller)
    {
        if (permission is null || !caller.May(permission))
        {
            var granted = caller.Granted is null ? "" : ", as far as it was granted,";
            throw Deny(context, "permission_denied", $"The role '{caller.Role}'{granted} lacks the permission '{permission ?? "(none)"}'.");
        }
    }

    /// <summary>Whatever is asked of a label, the caller must not be narrowed to others.</summary>
    private void CheckLabel(IIncomingGrainCallContext context, AccessPolicy policy, Caller caller)
    {
        if (policy.KeyedBy != KeyedBy.Label || caller.Labels is null) return;
        if (!GrainKeys.TryReadLabel(context.TargetId.Key.ToString()!, out _, out var label) || !caller.MayUse(label))
        {
            throw Deny(context, "permission_denied", LabelAccess.Denied);
        }
    }

    private void CheckSource(IIncomingGrainCallContext context, AccessPolicy policy, Caller caller)
    {
        if (!policy.OnlyFromTenantGrain && !policy.OnlyFromTenantsGrains) return;
        string? tenantId = null;
        var source = context.SourceId?.Key.ToString() ?? "";
        if ((policy.OnlyFromTenantGrain ? GrainKeys.TryReadTenant(source, out tenantId) : GrainKeys.TryReadOwner(source, out tenantId))
            && tenantId == caller.TenantId) return;
        throw Deny(context, "permission_denied", "The call must come from a grain of the tenant.");
    }

    /// <summary>
    /// The call that is judged. One that enumerates is carried to Orleans' extension as an argument of the call that begins
    /// it; those that go on with it name it by an id that only its caller knows.
    /// </summary>
    private static IInvokable CallOf(IIncomingGrainCallContext context)
    {
        var request = context.Request;
        if (context.InterfaceMethod?.DeclaringType != typeof(IAsyncEnumerableGrainExtension)) return request;
        return Enumerable.Range(0, request.GetArgumentCount()).Select(request.GetArgument).OfType<IInvokable>().SingleOrDefault(request);
    }

    private AccessDeniedException Deny(IIncomingGrainCallContext context, string code, string message)
    {
        AccessMetrics.Count(code);
        Note(context, code);
        var method = CallOf(context).GetMethod();
        logger.LogWarning(LogEvents.AccessDenied, "Denied {Interface}.{Method}: {Code}", method.DeclaringType, method.Name, code);
        return new AccessDeniedException(code, message);
    }

    /// <summary>
    /// Under the caller's own tenant: what was tried of another one is not its business, and says nothing of it here. Under none where the
    /// caller is not genuine.
    /// </summary>
    private void Note(IIncomingGrainCallContext context, string code)
    {
        var (caller, method) = (code == NotGenuine ? null : Caller.Current, CallOf(context).GetMethod());
        refusals.Note(refusals.Make(code) with
        {
            TenantId = caller?.TenantId,
            Operation = $"{method.DeclaringType?.Name}.{method.Name}",
            Subject = caller?.Subject,
            Role = caller?.Role,
            Address = caller?.Address,
            CorrelationId = caller?.CorrelationId,
        });
    }

    /// <summary>Whose call it is, for the log lines of the grain.</summary>
    private sealed class CallScope(Caller caller) : IReadOnlyList<KeyValuePair<string, object?>>
    {
        public int Count => caller.TaskId is null ? 2 : 3;

        public KeyValuePair<string, object?> this[int index] => index switch
        {
            0 => new(TraceTags.TenantId, caller.TenantId),
            1 => new(TraceTags.CorrelationId, caller.CorrelationId),
            _ => new(TraceTags.TaskId, caller.TaskId),
        };

        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
        {
            for (var index = 0; index < Count; index++) yield return this[index];
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
