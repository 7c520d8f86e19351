using AgentManagement.Catalog;
using AgentManagement.Grains.Storage;
using AgentManagement.Tasks;
using AgentManagement.Tests.WebGateway;
using Microsoft.Extensions.Logging;

namespace AgentManagement.Tests.Tasks;

/// <summary>What belongs to a task says so: its lines in the log, its changes and their events.</summary>
public sealed class TaskTraceTests(TaskTraceTests.Silos silos) : IClassFixture<TaskTraceTests.Silos>
{
    private readonly string _tenant = Gateway.NewTenant();
    private readonly string _task = TaskId.New();
    private readonly int _linesBefore = silos.Log.Lines.Count;

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Start_steps_end_and_each_change_name_their_task(string kind)
    {
        var silo = await silos.OfAsync(kind, _tenant);
        await silo.Silo.Tenant(_tenant).ApplyAsync("before", new CreateAgent(Sample.Content()));
        await silo.ImportAsync(_task, TaskSilo.Lines(Enumerable.Range(0, 25).Select(number => $"bot-{number}")));
        await silo.FinishAsync(_task);

        var lines = LinesOf("task_started", "task_step_done", "task_completed", "change_written");
        Assert.All(lines.Skip(1), line => Assert.Equal(
            (_tenant, "test", _task), (line.Text("tenant_id"), line.Text("correlation_id"), line.Text("task_id"))));
        Assert.False(lines[0].TryGetProperty("task_id", out _));
        Assert.Equal(
            [("change_written", 26), ("task_completed", 1), ("task_started", 1), ("task_step_done", 1)],
            lines.CountBy(line => line.Text("event")).Select(count => (count.Key, count.Value)).Order());

        var records = await silo.Silo.Services.GetRequiredService<IChangeLog>()
            .ListChangesAsync(_tenant, new ChangeQuery { Limit = 100 }, long.MaxValue, CancellationToken.None);
        Assert.Equal([null, .. Enumerable.Repeat(_task, 25)], records.OrderBy(record => record.Revision).Select(record => record.TaskId));
        var changes = await silo.Silo.Services.GetRequiredService<IChangeLog>()
            .ReadChangesAsync(_tenant, 0, 100, CancellationToken.None);
        Assert.Equal([null, .. Enumerable.Repeat(_task, 25)], changes.Select(change => change.TaskId));
        Assert.Equal(_task, Domain.Changes.EventMessage.Of(_tenant, changes[1]).TaskId);
    }

    [Fact]
    public async Task What_waits_too_long_is_told_with_its_task_and_tenant()
    {
        var silo = await silos.OfAsync("sqlite", _tenant);
        await silo.ImportAsync(_task, TaskSilo.Lines("bot"));
        await silo.KeepAsync();
        Assert.Empty(LinesOf("task_stalled"));
        silo.Clock.Advance(AgentManagement.Silo.Tasks.StoredTasks.MaxSilence + TimeSpan.FromSeconds(1));
        await silo.KeepAsync();
        var line = Assert.Single(LinesOf("task_stalled"));
        Assert.Equal(("WARNING", _tenant, "test", _task),
            (line.Text("level"), line.Text("tenant_id"), line.Text("correlation_id"), line.Text("task_id")));
    }

    private List<JsonElement> LinesOf(params string[] events) =>
    [
        .. silos.Log.Lines.Skip(_linesBefore).Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.TryGetProperty("event", out var name) && events.Contains(name.GetString())),
    ];

    public sealed class Silos : SharedTaskSilos
    {
        internal LogCapture Log { get; } = new();

        private protected override Task<TaskSilo> StartAsync(TestDatabase database, bool isSecond) => TaskSilo.StartAsync(
            database,
            adjust: services => services.AddLogging(
                logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(Log.ForAnotherHost())));
    }
}
