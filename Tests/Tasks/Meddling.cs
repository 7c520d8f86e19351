using AgentManagement.Tenants;

namespace AgentManagement.Tests.Tasks;

/// <summary>Does something between a task's look at an agent and its write: when the tenant's grain is handed the command.</summary>
internal sealed class Meddling : IIncomingGrainCallFilter
{
    /// <summary>What to do, once.</summary>
    public Func<Task>? Next { get; set; }

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        if (context.InterfaceMethod?.DeclaringType == typeof(ITenantGrain))
        {
            var (next, _) = (Next, Next = null);
            if (next is not null) await next();
        }
        await context.Invoke();
    }
}
