using AgentManagement.Changes;
using AgentManagement.Tasks;
using AgentManagement.Tests.WebGateway;

namespace AgentManagement.Tests.Tasks;

/// <summary>All agents by the rules of today.</summary>
public sealed class RevalidationTests(SharedTaskSilos silos) : IClassFixture<SharedTaskSilos>
{
    private readonly string _tenant = Gateway.NewTenant();
    private readonly string _task = TaskId.New();

    [Theory, MemberData(nameof(TestDatabase.Kinds), MemberType = typeof(TestDatabase))]
    public async Task Agents_that_a_lower_tier_does_not_allow_are_named_with_their_issues(string kind)
    {
        var silo = await silos.OfAsync(kind, _tenant);
        await silo.Silo.Tenant(_tenant).ApplyAsync("fine", new CreateAgent(Sample.Content()));
        await silo.Silo.Tenant(_tenant).ApplyAsync("large", new CreateAgent(Sample.Content(text: new string('x', 9_000))));
        await silo.Silo.Tenant(_tenant).ApplyAsync("gone", new CreateAgent(Sample.Content(text: new string('x', 9_000))));
        await silo.Silo.Tenant(_tenant).ApplyAsync("gone", new ArchiveAgent());
        var before = await silo.LogAsync();

        TestSilo.ActAs(_tenant, "editor", tier: "free");
        await silo.Silo.Grains.GetGrain<ITaskGrain>(GrainKeys.Task(_tenant, _task)).StartAsync(new RevalidateAgents());
        var ended = await silo.FinishAsync(_task);

        Assert.Equal((TaskStatusName.Completed, 2, 1, 1), (ended.Status, ended.Total, ended.Count("valid"), ended.Count("invalidCount")));
        var invalid = Assert.Single(ended.Json().GetProperty("invalid").EnumerateArray());
        var issue = Assert.Single(invalid.GetProperty("issues").EnumerateArray());
        Assert.Equal(("large", "tier_limit", "/config/instructions/template"),
            (invalid.GetProperty("id").GetString(), issue.GetProperty("code").GetString(), issue.GetProperty("pointer").GetString()));
        Assert.Equal(before, await silo.LogAsync());
    }

    [Fact]
    public async Task Those_who_watch_are_told_of_the_end_and_of_what_was_found()
    {
        var silo = await silos.OfAsync("sqlite", _tenant);
        await silo.Silo.Tenant(_tenant).ApplyAsync("bot", new CreateAgent(Sample.Content()));
        TestSilo.ActAs(_tenant);
        await using var watch = silo.Silo.Grains.GetGrain<IFeedGrain>(GrainKeys.Tenant(_tenant))
            .WatchAsync(new(), TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await watch.MoveNextAsync());
        await silo.StartAsync(_task, new RevalidateAgents());
        await silo.FinishAsync(_task);

        var notices = await Await.For(ReadNoticesAsync(watch, count: 2), "the notices");
        Assert.Equal([Notice.TaskCompleted, Notice.ValidationComplete], notices.Select(notice => notice.Event));
        Assert.Equal(
            $$"""{"task_id":"{{_task}}","kind":"revalidate","status":"completed","done":1,"total":1,"error":null}""", notices[0].Data.Text);
        Assert.Equal($$$"""{"task_id":"{{{_task}}}","result":{"valid":1,"invalidCount":0,"invalid":[]}}""", notices[1].Data.Text);
        Assert.Equal("test", notices[0].CorrelationId);
    }

    private static async Task<List<Notice>> ReadNoticesAsync(IAsyncEnumerator<ChangeBatch> watch, int count)
    {
        var notices = new List<Notice>();
        while (notices.Count < count && await watch.MoveNextAsync()) notices.AddRange(watch.Current.Notices);
        return notices;
    }
}
