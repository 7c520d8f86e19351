using AgentManagement.Domain.Tasks;
using AgentManagement.Grains.Tasks;
using AgentManagement.Tasks;
using AgentManagement.Tests.WebGateway;

namespace AgentManagement.Tests.Tasks;

/// <summary>Lines in, agents out; each once, whatever happens on the way.</summary>
public sealed class ImportTests(SharedTaskSilos silos) : IClassFixture<SharedTaskSilos>
{
    private readonly string _tenant = Gateway.NewTenant();
    private readonly string _task = TaskId.New();

    public static TheoryData<string> Kinds => TestDatabase.Kinds;

    private static string[] Ids(int count) => [.. Enumerable.Range(1, count).Select(number => $"bot-{number:000}")];

    [Theory, MemberData(nameof(Kinds))]
    public async Task Each_line_makes_or_replaces_an_agent_as_the_caller(string kind)
    {
        var silo = await silos.OfAsync(kind, _tenant);
        await silo.Silo.Tenant(_tenant).ApplyAsync("changed", new CreateAgent(Sample.Content(text: "Old.")));
        await silo.Silo.Tenant(_tenant).ApplyAsync("same", new CreateAgent(Sample.Content()));

        var started = (await silo.ImportAsync(_task, TaskSilo.Lines(["changed", "same", "new"]), role: "editor")).Value!;
        Assert.Equal((TaskKind.Import, TaskStatusName.Queued, 0, 3), (started.Kind, started.Status, started.Done, started.Total));
        Assert.Equal(new TaskEntry(_tenant, _task, TaskKind.Import, "test"), await silo.Queue.NextAsync());
        var ended = await silo.FinishAsync(_task);

        Assert.Equal((TaskStatusName.Completed, 3, 3), (ended.Status, ended.Done, ended.Total));
        Assert.Equal((1, 1, 1, 0), (ended.Count("created"), ended.Count("updated"), ended.Count("unchanged"), ended.Count("failedCount")));
        Assert.Equal(
            [("agent_updated", "changed", "tester", "editor"), ("agent_created", "new", "tester", "editor")], (await silo.LogAsync())[2..]);
        Assert.Equal(0, await silo.CountInputAsync());
    }

    [Fact]
    public async Task A_bad_line_is_told_and_never_stops_the_others()
    {
        var silo = await silos.OfAsync("sqlite", _tenant);
        string[] lines =
        [
            "{", "[]", "", "null", """{"name":"No id"}""", """{"id":"Not An Id"}""", """{"id":"a","id":"b"}""",
            Sample.Content(id: "odd").Text.Replace("\"name\"", "\"extra\":1,\"name\"", StringComparison.Ordinal),
            Sample.Content(id: "good").Text + "\r", """{"id":"status","status":"active","version":7,"name":"x","type":"rag","config":{}}""",
        ];
        await silo.ImportAsync(_task, string.Join('\n', lines));
        var ended = await silo.FinishAsync(_task);

        Assert.Equal((TaskStatusName.Completed, 10), (ended.Status, ended.Total));
        Assert.Equal((2, 7), (ended.Count("created"), ended.Count("failedCount")));
        Assert.Equal(
            ["1 malformed_json ", "2 wrong_type ", "4 wrong_type ", "5 required /id", "6 wrong_format /id", "7 malformed_json ",
                "8 unknown_field /extra"],
            ended.Json().GetProperty("failed").EnumerateArray()
                .Select(line => $"{line.GetProperty("line")} {line.GetProperty("code")} {line.GetProperty("pointer")}"));
        Assert.Equal((AgentStatus.Draft, 1), await silo.Silo.Agent(_tenant, "status").GetAsync() is var agent
            ? (agent.Value!.Status, agent.Value.Version) : default);
    }

    [Fact]
    public async Task Of_two_lines_for_one_agent_the_later_one_stays()
    {
        var silo = await silos.OfAsync("sqlite", _tenant);
        string[] lines = [Sample.Content(id: "bot", text: "First.").Text, Sample.Content(id: "bot", text: "Second.").Text];
        await silo.ImportAsync(_task, TaskLines.Join(lines));
        var ended = await silo.FinishAsync(_task);
        Assert.Equal((1, 1), (ended.Count("created"), ended.Count("updated")));
        Assert.Contains("Second.", (await silo.Silo.Agent(_tenant, "bot").GetAsync()).Value!.Config.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_many_bad_lines_the_first_hundred_are_told_and_all_are_counted()
    {
        var silo = await silos.OfAsync("sqlite", _tenant);
        await silo.ImportAsync(_task, string.Concat(Enumerable.Repeat("{\n", 250)));
        var ended = await silo.FinishAsync(_task);
        Assert.Equal((250, 100), (ended.Count("failedCount"), ended.Json().GetProperty("failed").GetArrayLength()));
    }

    [Fact]
    public async Task What_is_over_a_quota_fails_by_line()
    {
        var silo = await silos.OfAsync("sqlite", _tenant);
        await silo.ImportAsync(_task, TaskSilo.Lines(Ids(60)));
        var ended = await silo.FinishAsync(_task);
        Assert.Equal((50, 10), (ended.Count("created"), ended.Count("failedCount")));
        Assert.Equal("quota_exceeded", ended.Json().GetProperty("failed")[0].GetProperty("code").GetString());
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task What_a_crash_left_between_effect_and_progress_is_not_done_again(string kind)
    {
        var (silo, next) = (await silos.OfAsync(kind, _tenant), await silos.OfAsync(kind, _tenant, isSecond: true));
        await silo.ImportAsync(_task, TaskSilo.Lines(Ids(30)));
        silo.Store.NextWrite = new IOException("The silo dies here.");
        await Assert.ThrowsAnyAsync<Exception>(() => silo.StepAsync(_task));

        // Somebody edits in between: an effect that came twice would undo it.
        await next.Silo.Tenant(_tenant).ApplyAsync("bot-001", new ReplaceAgent(Sample.Content(text: "By hand.")));
        var ended = await next.FinishAsync(_task);

        Assert.Equal((30, 0, 0), (ended.Count("created"), ended.Count("updated"), ended.Count("unchanged")));
        var agent = (await next.Silo.Agent(_tenant, "bot-001").GetAsync()).Value!;
        Assert.Equal(2, agent.Version);
        Assert.Contains("By hand.", agent.Config.Text, StringComparison.Ordinal);
        Assert.Equal(31, (await next.LogAsync()).Count);
    }

    [Fact]
    public async Task A_task_given_to_several_workers_at_once_is_done_once()
    {
        var silo = await silos.OfAsync("sqlite", _tenant);
        await silo.ImportAsync(_task, TaskSilo.Lines(Ids(45)));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => silo.FinishAsync(_task)));
        Assert.Equal((45, 45), ((await silo.GetAsync(_task)).Value!.Count("created"), (await silo.LogAsync()).Count));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Two_silos_that_do_not_know_of_each_other_do_a_task_once(string kind)
    {
        var (one, other) = (await silos.OfAsync(kind, _tenant), await silos.OfAsync(kind, _tenant, isSecond: true));
        await one.ImportAsync(_task, TaskSilo.Lines(Ids(45)));
        await Task.WhenAll(one.FinishAsync(_task), other.FinishAsync(_task));
        var ended = (await one.GetAsync(_task)).Value!;
        // A silo that loses the race for a line finds it done: unchanged.
        Assert.Equal((45, 45, 0), (ended.Done, ended.Count("created") + ended.Count("unchanged"), ended.Count("updated")
            + ended.Count("failedCount")));
        Assert.Equal(45, (await one.LogAsync()).Count);
    }

    [Fact]
    public async Task More_lines_than_allowed_are_refused_as_a_whole()
    {
        var silo = await silos.OfAsync("sqlite", _tenant);
        (await silo.ImportAsync(_task, new string('\n', 100_001))).Refused(OutcomeKind.Invalid, "invalid_content");
        Assert.Equal(0, await silo.CountInputAsync());
        Assert.Equal(OutcomeKind.NotFound, (await silo.GetAsync(_task)).Kind);
    }

    [Fact]
    public async Task An_empty_text_is_done_at_once()
    {
        var silo = await silos.OfAsync("sqlite", _tenant);
        await silo.ImportAsync(_task, "");
        Assert.Equal((TaskStatusName.Completed, 0), await silo.FinishAsync(_task) is var ended ? (ended.Status, ended.Total) : default);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Lines_are_read_a_piece_at_a_time_and_after_a_crash_from_the_piece_with_the_next(string kind)
    {
        var (silo, next) = (await silos.OfAsync(kind, _tenant), await silos.OfAsync(kind, _tenant, isSecond: true));
        var ids = Ids(48);
        string[] pieces = [TaskSilo.Lines(ids[..7]), TaskSilo.Lines(ids[7..43]), TaskSilo.Lines(ids[43..])];
        await silo.ImportAsync(_task, pieces);
        while ((await silo.GetAsync(_task)).Value!.Done < 10) await silo.StepAsync(_task);
        Assert.Equal([0, 7], silo.Store.ReadOf(_task));
        silo.Store.NextWrite = new IOException("The silo dies here.");
        await Assert.ThrowsAnyAsync<Exception>(() => silo.StepAsync(_task));

        var ended = await next.FinishAsync(_task);
        var read = next.Store.ReadOf(_task);
        Assert.InRange(read[0], 10, 42);
        Assert.Equal(43, read[1..].Single());
        Assert.Equal((TaskStatusName.Completed, 48, 48, 0), (ended.Status, ended.Done, ended.Count("created"), ended.Count("failedCount")));
        Assert.Equal(ids.Select(id => ("agent_created", id)), (await next.LogAsync()).Select(change => (change.Kind, change.AgentId)));
        Assert.Equal(0, await next.CountInputAsync());
    }

    [Fact]
    public async Task A_task_that_has_failed_keeps_no_lines()
    {
        await using var database = await TestDatabase.CreateAsync("sqlite");
        await using var silo = await TaskSilo.StartAsync(database, new StubbornJob { Failing = 1 });
        await silo.ImportAsync(_task, ["a\n", "b\n"]);
        Assert.Equal(2, await silo.CountInputAsync());
        while (!(await silo.StepAsync(_task)).IsFinished) silo.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(TaskStatusName.Failed, (await silo.GetAsync(_task)).Value!.Status);
        Assert.Equal(0, await silo.CountInputAsync());
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task An_upload_that_became_no_task_is_deleted_after_an_hour_and_those_of_tasks_stay(string kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        await using var silo = await TaskSilo.StartAsync(
            database, change: settings => settings with { RedisQueueTimeToLive = TimeSpan.FromHours(2) });
        await silo.ImportAsync(_task, TaskSilo.Lines("bot"));
        // Its gateway dies before it starts the task.
        TestSilo.ActAs("acme");
        await silo.Silo.Grains.GetGrain<ITaskGrain>(GrainKeys.Task("acme", TaskId.New())).AddLinesAsync(new(0, "{"));
        await silo.KeepAsync();
        Assert.Equal(2, await silo.CountInputAsync());
        silo.Clock.Advance(TimeSpan.FromMinutes(61));
        await silo.KeepAsync();
        Assert.Equal(1, await silo.CountInputAsync());
        Assert.Equal(1, (await silo.FinishAsync(_task)).Count("created"));
    }
}
