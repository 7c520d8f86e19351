using AgentManagement.Grains.Tasks;
using AgentManagement.ServiceDefaults.Redis;
using AgentManagement.Silo.Redis;
using AgentManagement.Tasks;
using AgentManagement.Tests.WebGateway;
using Api = AgentManagement.Tests.WebGateway.Api;

namespace AgentManagement.Tests.Tasks;

/// <summary>The whole service with its queue in Redis, into which others write and which loses what it has.</summary>
public sealed class TaskServiceTests
{
    private readonly string _clusterId = $"test-{Guid.NewGuid():n}";

    [Fact]
    public async Task Garbage_in_the_queue_is_put_aside_and_imports_go_on()
    {
        await using var service = await StartAsync();
        var database = (await service.Services.GetRequiredService<RedisConnection>().OpenAsync()).GetDatabase();
        await database.ExecuteAsync("XADD", RedisTaskQueue.KeyOf(_clusterId), "*", "nonsense", "x");
        await database.ExecuteAsync(
            "XADD", RedisTaskQueue.KeyOf(_clusterId), "*", "task_id", "x", "tenant_id", "y", "kind", "z", "correlation_id", "");
        var client = service.CreateClient();
        var task = await (await client.SendAsync("POST", Api.Import, TaskSilo.Lines("bot"))).ShouldBeAsync(202);
        await EndedAsync(client, task.Text("id"));
        Assert.Equal(2, (long)await database.ExecuteAsync("XLEN", $"{RedisTaskQueue.KeyOf(_clusterId)}.dead"));
        await Await.Until(
            async () => (long)await database.ExecuteAsync("XLEN", RedisTaskQueue.KeyOf(_clusterId)) == 0, "the queue is empty");
    }

    [Fact]
    public async Task A_queue_that_is_lost_while_a_task_runs_does_not_matter_to_it()
    {
        var job = new GatedJob();
        await using var service = await StartAsync(services => services.AddSingleton<ITaskJob>(job));
        var database = (await service.Services.GetRequiredService<RedisConnection>().OpenAsync()).GetDatabase();
        var client = service.CreateClient();
        var task = await (await client.SendAsync("POST", Api.Import, "a\nb\n")).ShouldBeAsync(202);
        await job.Gate.Reached("the task");
        await database.KeyDeleteAsync(RedisTaskQueue.KeyOf(_clusterId));
        job.Gate.Open();
        Assert.Equal("completed", (await EndedAsync(client, task.Text("id"))).Text("status"));
    }

    private Task<ServiceHost> StartAsync(Action<IServiceCollection>? configure = null) =>
        ServiceHost.StartAsync(
            change: settings => settings with { RedisUri = TestServers.Redis, ClusterId = _clusterId }, configure: configure);

    private static async Task<System.Text.Json.JsonElement> EndedAsync(HttpClient client, string taskId)
    {
        await Await.Until(async () => (await client.GetAsync($"{Api.Tasks}/{taskId}", 200)).Text("status") is "completed" or "failed",
            "the task has ended");
        return await client.GetAsync($"{Api.Tasks}/{taskId}", 200);
    }

    /// <summary>An import whose first item waits for the test.</summary>
    private sealed class GatedJob() : TaskJob<StubbornResult>(Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance)
    {
        public Checkpoint Gate { get; } = Checkpoint.Create();

        public override string Kind => TaskKind.Import;

        public override Task<AgentManagement.Outcomes.Outcome<string>> PlanAsync(string tenantId, TaskCommand command) =>
            Task.FromResult(AgentManagement.Outcomes.Outcome.Ok(""));

        protected override async Task<StubbornResult> DoAsync(TaskItem item, StubbornResult result)
        {
            await Checkpoint.Pass(Gate.Name);
            return new(result.Done + 1);
        }
    }
}
