using AgentManagement.Grains.Tools;
using AgentManagement.ServiceDefaults.Outgoing;
using AgentManagement.ServiceDefaults.Redis;
using AgentManagement.Silo.Redis;
using AgentManagement.Tests.Tasks;
using AgentManagement.Tests.Tools;
using AgentManagement.Tests.WebGateway;

namespace AgentManagement.Tests.Observability;

/// <summary>Work in the background, and other services, are seen on /metrics.</summary>
[Collection(typeof(MeasuredAlone))]
public sealed class WorkMetricsTests
{
    [Fact]
    public async Task Tasks_their_steps_and_dead_letters_are_counted()
    {
        var clusterId = $"test-{Guid.NewGuid():n}";
        await using var service = await ServiceHost.StartAsync(change: settings =>
            settings with { RedisUri = TestServers.Redis, ClusterId = clusterId });
        var database = (await service.Services.GetRequiredService<RedisConnection>().OpenAsync()).GetDatabase();
        await database.ExecuteAsync("XADD", RedisTaskQueue.KeyOf(clusterId), "*", "nonsense", "x");
        using var client = service.CreateClient();
        await (await client.SendAsync("POST", Api.Import, TaskSilo.Lines("bot"))).ShouldBeAsync(202);

        await Await.Until(async () => (await service.MetricsAsync()) is var now
            && now.Value("agent_management_task_dead_letters_total") == 1
            && now.Value("""agent_management_task_steps_total{kind="import"}""") >= 1
            && now.Series.ContainsKey("agent_management_tasks_unfinished"), "work was counted");
        Assert.Equal(0, (await service.MetricsAsync()).Value("""agent_management_task_failures_total{kind="import"}"""));
    }

    [Fact]
    public async Task A_task_that_cannot_go_on_is_a_failure_and_is_left_to_do()
    {
        var job = new StubbornJob { Failing = 1 };
        await using var service = await ServiceHost.StartAsync(configure: services =>
            services.AddSingleton<AgentManagement.Grains.Tasks.ITaskJob>(job));
        using var client = service.CreateClient();
        await (await client.SendAsync("POST", Api.Import, "a\n")).ShouldBeAsync(202);
        await Await.Until(async () => (await service.MetricsAsync()) is var now
            && now.Value("""agent_management_task_failures_total{kind="import"}""") >= 1
            && now.Value("agent_management_tasks_unfinished") == 1 && now.Value("agent_management_tasks_age_seconds") > 0,
            "the failure and the task were measured");
    }

    [Fact]
    public async Task The_cache_of_tools_and_the_breaker_are_seen()
    {
        await using var registry = await RegistryServer.StartAsync();
        registry.Add("search");
        await using var service = await ServiceHost.StartAsync(change: settings => settings with { ToolRegistryUrl = registry.Address });
        var tools = service.Services.GetRequiredService<IToolRegistry>();
        await tools.ResolveAsync("acme", ["search"]);
        await tools.ResolveAsync("acme", ["search"]);
        var metrics = await service.MetricsAsync();
        Assert.Equal(1, metrics.Value("""agent_management_tool_cache_lookups_total{result="miss"}"""));
        Assert.Equal(1, metrics.Value("""agent_management_tool_cache_lookups_total{result="hit"}"""));
        Assert.Equal(1, metrics.Value("""agent_management_tool_registry_calls_total{outcome="answered"}"""));
        Assert.Equal(0, metrics.Series["""agent_management_breaker_open{service="tool_registry"}"""]);

        registry.Fault = RegistryServer.Answer(500);
        for (var call = 0; call <= OutgoingResilience.MinCalls + 1; call++) await tools.ResolveAsync("acme", [$"tool-{call}"]);
        metrics = await service.MetricsAsync();
        Assert.Equal(1, metrics.Value("""agent_management_breaker_open{service="tool_registry"}"""));
        Assert.InRange(metrics.Value("""agent_management_tool_registry_calls_total{outcome="failed"}"""), 1, OutgoingResilience.MinCalls);
        Assert.InRange(metrics.Value("""agent_management_tool_registry_calls_total{outcome="not_made"}"""), 1, OutgoingResilience.MinCalls
            + 1);
    }

    [Fact]
    public async Task Every_series_of_ours_is_documented_with_its_labels()
    {
        await using var service = await ServiceHost.StartAsync(change: settings => settings with { RedisUri = TestServers.Redis });
        using var client = service.CreateClient(Gateway.NewTenant());
        await client.CreatePathAsync();
        await Await.Until(async () =>
            (await service.MetricsAsync()).Series.Keys.Any(key =>
            key.StartsWith("agent_management_change_delay", StringComparison.Ordinal)), "changes were told");
        foreach (var key in (await service.MetricsAsync()).Series.Keys.Where(key =>
            key.StartsWith("agent_management_", StringComparison.Ordinal)))
        {
            var parts = key.TrimEnd('}').Split('{');
            var row = MetricsTable.Rows.SingleOrDefault(row => parts[0] == row.Name
                || (row.Type == "histogram" && parts[0].StartsWith(row.Name, StringComparison.Ordinal)));
            Assert.True(row is not null, $"{parts[0]} is not in docs/metrics.md.");
            var labels = parts.Length < 2 ? [] : parts[1].Split(',').Select(label => label.Split('=')[0]).Where(label => label != "le")
                .ToArray();
            Assert.Equal(row!.Labels.Order(), labels.Order());
        }
    }
}
