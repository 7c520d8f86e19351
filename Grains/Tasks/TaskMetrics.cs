using System.Diagnostics.Metrics;
using AgentManagement.ServiceDefaults.Observability;

namespace AgentManagement.Grains.Tasks;

/// <summary>How the work on tasks goes. How much is left is measured in the database.</summary>
public static class TaskMetrics
{
    private static readonly Counter<long> Steps = ServiceMeter.Meter.CreateCounter<long>(
        "agent_management.task.steps", "{step}", "Steps of tasks, by the task's kind.");

    private static readonly Counter<long> Failures = ServiceMeter.Meter.CreateCounter<long>(
        "agent_management.task.failures", "{step}", "Steps that failed, by the task's kind; they are tried again a few times.");

    private static readonly Counter<long> DeadLetters = ServiceMeter.Meter.CreateCounter<long>(
        "agent_management.task.dead_letters", "{entry}", "Entries of the queue that were given up.");

    /// <summary>So that the first entry that is given up is a rise, not a new series.</summary>
    public static void Begin() => DeadLetters.Add(0);

    public static void CountStep(string kind, bool hasFailed)
    {
        var tag = new KeyValuePair<string, object?>("kind", kind);
        Steps.Add(1, tag);
        if (hasFailed) Failures.Add(1, tag);
    }

    public static void CountDeadLetter() => DeadLetters.Add(1);
}
