using AgentManagement.Grains.Tasks;
using AgentManagement.Tasks;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentManagement.Tests.Tasks;

/// <summary>A job, in the place of imports, of which a test says which items fail.</summary>
internal sealed class StubbornJob() : TaskJob<StubbornResult>(NullLogger.Instance)
{
    /// <summary>The item that throws; 0 for none.</summary>
    public int Failing { get; set; }

    /// <summary>How often an item was tried.</summary>
    public int Tries { get; private set; }

    public override string Kind => TaskKind.Import;

    public override Task<Outcome<string>> PlanAsync(string tenantId, TaskCommand command) => Task.FromResult(Outcome.Ok(""));

    protected override Task<StubbornResult> DoAsync(TaskItem item, StubbornResult result)
    {
        Tries++;
        return item.Number == Failing
            ? throw new InvalidOperationException($"This text repeats what a client sent: {item.Line}")
            : Task.FromResult(new StubbornResult(result.Done + 1));
    }
}

internal sealed record StubbornResult(int Done)
{
    public StubbornResult() : this(0)
    {
    }
}
