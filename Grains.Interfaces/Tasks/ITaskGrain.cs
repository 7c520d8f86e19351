using AgentManagement.Access;
using AgentManagement.Outcomes;
using Orleans.Concurrency;

namespace AgentManagement.Tasks;

/// <summary>
/// One task of one tenant. Its single activation does the work, one step at a time. Key: <see cref="Keys.GrainKeys.Task"/>.
/// </summary>
[Alias("ITaskGrain"), KeyedBy(KeyedBy.Task)]
public interface ITaskGrain : IGrainWithStringKey
{
    /// <summary>Keeps some lines of an upload, which has an id as tasks have, for the task that is started with them.</summary>
    [Alias("AddLines"), Requires(Permissions.AgentsWrite), SafeToRetry]
    Task AddLinesAsync(UploadedLines lines);

    /// <summary>Removes the lines of an upload that broke off. Those of a task stay.</summary>
    [Alias("DropLines"), Requires(Permissions.AgentsWrite), SafeToRetry]
    Task DropLinesAsync();

    /// <summary>Makes the task durable and queues it. Done again under the same id, it returns the task as it is.</summary>
    /// <param name="command">What is to be done; by and for the caller.</param>
    [Alias("Start"), RequiresOfCommand, SafeToRetry]
    Task<Outcome<TaskInfo>> StartAsync(TaskCommand command);

    /// <summary>The task; NotFound when there is none, or it ended too long ago. Does not wait for a step.</summary>
    [Alias("Get"), Requires(Permissions.AgentsRead), SafeToRetry, AlwaysInterleave]
    Task<Outcome<TaskInfo>> GetAsync();

    /// <summary>Does the next few items, as the caller who started the task. What has ended stays as it is.</summary>
    [Alias("Step"), Requires(Permissions.TasksRun)]
    Task<TaskStep> StepAsync();
}
