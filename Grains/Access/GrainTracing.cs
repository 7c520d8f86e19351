using System.Diagnostics;
using AgentManagement.Observability;
using Orleans.Runtime;

namespace AgentManagement.Access;

/// <summary>Carries a trace from the gateway through the grains that a request reaches.</summary>
internal static class GrainTracing
{
    private static readonly ActivitySource Source = new(ServiceMeter.Name);

    /// <summary>The part of the trace that is this call; null when nobody records it.</summary>
    public static Activity? Start(IIncomingGrainCallContext context, Caller caller)
    {
        if (!Source.HasListeners() || !ActivityContext.TryParse(TraceContext.Current, null, isRemote: true, out var parent)) return null;
        var activity = Source.StartActivity($"{context.InterfaceMethod.DeclaringType!.Name}.{context.MethodName}", ActivityKind.Server, parent);
        if (activity is null) return null;
        activity.SetTag(TraceContext.CorrelationId, caller.CorrelationId);
        activity.SetTag(TraceContext.TenantId, caller.TenantId);
        // For the calls that the grain makes.
        TraceContext.Current = activity.Id;
        return activity;
    }
}
