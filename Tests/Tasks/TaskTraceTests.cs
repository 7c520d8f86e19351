using AgentManagement.Catalog;
using AgentManagement.Grains.Storage;
using AgentManagement.Tasks;
using AgentManagement.Tests.WebGateway;
using Microsoft.Extensions.Logging;

namespace AgentManagement.Tests.Tasks;

/// <summary>What belongs to a task says so: its lines in the log, its changes and their events.</summary>
public sealed class TaskTraceTests : IDisposable
{
    private readonly string _task = TaskId.New();
    private readonly LogCapture _log = new();

    public void Dispose() => _log.Dispose();

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Start_steps_end_and_each_change_name_their_task(string kind)
    {
        await using var silo = await StartAsync(kind);
        await silo.Silo.Tenant("acme").ApplyAsync("before", new CreateAgent(Sample.Content()));
        await silo.ImportAsync(_task, TaskSilo.Lines(Enumerable.Range(0, 25).Select(number => $"bot-{number}")));
        await silo.FinishAsync(_task);

        var lines = LinesOf("task_started", "task_step_done", "task_completed", "change_written");
        Assert.All(lines.Skip(1), line => Assert.Equal(
            ("acme", "test", _task), (line.Text("tenant_id"), line.Text("correlation_id"), line.Text("task_id"))));
        Assert.False(lines[0].TryGetProperty("task_id", out _));
        Assert.Equal(
            [("change_written", 26), ("task_completed", 1), ("task_started", 1), ("task_step_done", 1)],
            lines.CountBy(line => line.Text("event")).Select(count => (count.Key, count.Value)).Order());

        var records = await silo.Silo.Services.GetRequiredService<IChangeLog>()
            .ListChangesAsync("acme", new ChangeQuery { Limit = 100 }, long.MaxValue, CancellationToken.None);
        Assert.Equal([null, .. Enumerable.Repeat(_task, 25)], records.OrderBy(record => record.Revision).Select(record => record.TaskId));
        var changes = await silo.Silo.Services.GetRequiredService<IChangeLog>()
            .ReadChangesAsync("acme", 0, 100, CancellationToken.None);
        Assert.Equal([null, .. Enumerable.Repeat(_task, 25)], changes.Select(change => change.TaskId));
        Assert.Equal(_task, Domain.Changes.EventMessage.Of("acme", changes[1]).TaskId);
    }

    [Fact]
    public async Task What_waits_too_long_is_told_with_its_task_and_tenant()
    {
        await using var silo = await StartAsync("sqlite");
        await silo.ImportAsync(_task, TaskSilo.Lines("bot"));
        await silo.KeepAsync();
        Assert.Empty(LinesOf("task_stalled"));
        silo.Clock.Advance(AgentManagement.Silo.Tasks.StoredTasks.MaxSilence + TimeSpan.FromSeconds(1));
        await silo.KeepAsync();
        var line = Assert.Single(LinesOf("task_stalled"));
        Assert.Equal(("WARNING", "acme", "test", _task),
            (line.Text("level"), line.Text("tenant_id"), line.Text("correlation_id"), line.Text("task_id")));
    }

    private Task<TaskSilo> StartAsync(string kind) => TaskSilo.StartAsync(
        kind, adjust: services => services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(_log)));

    private List<JsonElement> LinesOf(params string[] events) =>
    [
        .. _log.Lines.Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.TryGetProperty("event", out var name) && events.Contains(name.GetString())),
    ];
}
