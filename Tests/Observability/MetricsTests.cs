using System.Net;
using System.Text.RegularExpressions;
using AgentManagement.Bench.Servers;
using AgentManagement.Grains.Audit;
using AgentManagement.Silo.Audit;
using AgentManagement.Silo.Housekeeping;
using AgentManagement.Silo.Maintenance;
using AgentManagement.Silo.Observability;
using AgentManagement.Silo.Storage;
using AgentManagement.Tests.Audit;
using AgentManagement.Tests.Deployment;
using AgentManagement.Tests.WebGateway;

namespace AgentManagement.Tests.Observability;

/// <summary>What happens in the service is seen on /metrics.</summary>
[Collection(typeof(MeasuredAlone))]
public sealed partial class MetricsTests(MetricsTests.Services services) : IClassFixture<MetricsTests.Services>
{
    private readonly string _tenant = Gateway.NewTenant();

    [Fact]
    public async Task A_write_a_refusal_and_a_repetition_are_told_apart()
    {
        var service = services.Used;
        using var client = service.CreateClient(_tenant);
        var before = await service.MetricsAsync();
        var path = await client.CreatePathAsync();
        await (await client.SendAsync("PUT", path, Api.Content("New"), ("If-Match", "\"7\""))).ShouldBeAsync(412);
        await (await client.SendAsync("PUT", path, Api.Content("Tried"), ("Idempotency-Key", "one"))).ShouldBeAsync(200);
        await (await client.SendAsync("PUT", path, Api.Content("Tried"), ("Idempotency-Key", "one"))).ShouldBeAsync(200);
        await (await client.SendAsync("PUT", path, Api.Content("Tried"))).ShouldBeAsync(200);
        await (await client.SendAsync("PUT", $"{path}?dryRun=true", Api.Content("Not done"))).ShouldBeAsync(200);
        await (await client.SendAsync("POST", $"{path}/activate")).ShouldBeAsync(200);

        var metrics = await service.MetricsAsync();
        Assert.Equal(1, metrics.Rise(before, """agent_management_commands_total{command="CreateAgent",outcome="written"}"""));
        Assert.Equal(1, metrics.Rise(before, """agent_management_commands_total{command="ActivateAgent",outcome="written"}"""));
        foreach (var outcome in (string[])["precondition_failed", "written", "replayed", "unchanged", "dry_run"])
        {
            Assert.Equal(1, metrics.Rise(before, $$"""agent_management_commands_total{command="ReplaceAgent",outcome="{{outcome}}"}"""));
        }
        Assert.Equal(3, metrics.Rise(before, """agent_management_writes_total{outcome="written"}"""));
        Assert.Equal(3, metrics.Rise(before, """agent_management_write_duration_seconds_count{outcome="written"}"""));
        Assert.Equal(3, metrics.Rise(before, $$"""agent_management_tenant_writes_total{tenant="{{_tenant}}"}"""));
        Assert.Equal(7, metrics.Rise(before, $$"""agent_management_tenant_requests_total{tenant="{{_tenant}}"}"""));
    }

    [Fact]
    public async Task Another_host_of_the_process_measures_by_itself()
    {
        await using var other = await ServiceHost.StartAsync();
        await other.CreateClient(_tenant).GetAsync(Api.Agents, 200);
        Assert.Contains((await other.MetricsAsync()).Series.Keys, IsOfAgents);
        Assert.DoesNotContain((await services.Unused.MetricsAsync()).Series.Keys, IsOfAgents);

        static bool IsOfAgents(string series) => series.StartsWith("http_server_request_duration_seconds_count", StringComparison.Ordinal)
            && series.Contains(Api.Agents, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_maintenance_window_refuses_is_no_failure()
    {
        var service = services.Used;
        using var client = service.CreateClient(_tenant);
        var path = await client.CreatePathAsync();
        var before = await service.MetricsAsync();
        var windows = service.Services.GetRequiredService<MaintenanceStore>();
        await windows.OpenAsync(new(DateTimeOffset.UtcNow.AddMinutes(10), "new disks"));
        await (await client.SendAsync("PUT", path, Api.Content("New"))).ShouldBeAsync(503);
        await windows.CloseAsync();

        var metrics = await service.MetricsAsync();
        Assert.Equal(1, metrics.Rise(before, """agent_management_commands_total{command="ReplaceAgent",outcome="stopped"}"""));
        Assert.DoesNotContain(metrics.Series.Keys, series => series.StartsWith("agent_management_commands_total", StringComparison.Ordinal)
            && series.Contains("failed", StringComparison.Ordinal) && metrics.Rise(before, series) != 0);
        Assert.Single(metrics.Series.Keys, series =>
            series.StartsWith("http_server_request_duration_seconds_count", StringComparison.Ordinal)
            && series.Contains("\"503\"", StringComparison.Ordinal)
                && series.Contains("refused=\"maintenance\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_quota_refuses_is_counted_by_limit()
    {
        var service = services.Used;
        using var client = service.CreateClient(_tenant, tier: "free");
        var before = await service.MetricsAsync();
        for (var number = 0; number < 3; number++) await client.CreatePathAsync();
        await (await client.SendAsync("POST", Api.Agents, Api.Content())).ShouldBeAsync(409);

        var metrics = await service.MetricsAsync();
        Assert.Equal(1, metrics.Rise(before, """agent_management_quota_refusals_total{limit="agents_limit"}"""));
        Assert.Equal(1, metrics.Rise(before, """agent_management_commands_total{command="CreateAgent",outcome="quota_exceeded"}"""));
    }

    [Fact]
    public async Task What_a_tenant_uses_of_its_limits_is_measured_and_who_was_refused_is_named()
    {
        await using var service = await ServiceHost.StartAsync(change: settings => settings with { MetricsTenants = 1 });
        using var client = service.CreateClient("acme", tier: "free");
        for (var number = 0; number < 3; number++) await client.CreatePathAsync();
        await (await client.SendAsync("POST", Api.Agents, Api.Content())).ShouldBeAsync(409);
        using var other = service.CreateClient("globex", tier: "enterprise");
        for (var number = 0; number < 4; number++) await other.CreatePathAsync();
        await service.Services.GetRequiredService<UseMeasurement>().RunAsync(CancellationToken.None);

        const string Others = "agent_management_use_used{limit=\"agents\",tenant=\"(others)\"}";
        await Await.Until(async () => (await service.MetricsAsync()).Series.GetValueOrDefault(Others) == 4, "the measurement is published");
        var metrics = await service.MetricsAsync();
        Assert.Equal(3, metrics.Value("""agent_management_use_used{limit="agents",tenant="acme"}"""));
        Assert.Equal(3, metrics.Value("""agent_management_use_limit{limit="agents",tenant="acme"}"""));
        Assert.Equal(3, metrics.Value("""agent_management_use_used{limit="creates_per_day",tenant="acme"}"""));
        Assert.True(metrics.Value("""agent_management_use_limit{limit="requests_per_minute",tenant="acme"}""") > 0);
        Assert.DoesNotContain(metrics.Series.Keys, series => series.Contains("use_limit", StringComparison.Ordinal)
            && series.Contains("(others)", StringComparison.Ordinal));
        Assert.Equal(1, metrics.Value("""agent_management_tenant_refusals_total{limit="agents_limit",tenant="acme"}"""));
    }

    [Fact]
    public async Task A_counter_of_which_an_alert_wants_a_rise_is_there_from_the_beginning()
    {
        // A rule that looks at new series, too, says so with "unless … offset".
        var counters = Repository.Read("monitoring/alerts.yaml").Split('\n')
            .Where(line => !line.Contains("offset", StringComparison.Ordinal))
            .SelectMany(line => Rise().Matches(line)).Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(5, counters.Count);
        var service = services.Unused;
        await Await.Until(async () => (await service.MetricsAsync()).Series is var series && counters.TrueForAll(series.ContainsKey),
            $"there are {string.Join(", ", counters)}");
    }

    [Fact]
    public async Task A_call_for_another_tenant_is_a_violation_and_a_missing_permission_is_none()
    {
        const string Violations = "agent_management_isolation_violations_total";
        var service = services.Used;
        using var client = service.CreateClient(_tenant);
        await client.CreatePathAsync(Api.Content(id: "bot"));
        using var intruder = service.CreateClient($"{_tenant}-intruder");
        await (await intruder.SendAsync("GET", $"{Api.Agents}/bot")).ShouldBeAsync(404);
        var grain = service.Services.GetRequiredService<IGrainFactory>().GetGrain<IAgentGrain>(GrainKeys.Agent(_tenant, "bot"));
        TestSilo.ActAs(_tenant, role: "nobody");
        await Assert.ThrowsAsync<AccessDeniedException>(grain.GetAsync);
        // There from the beginning, so that the first one is a rise.
        Assert.Equal(0, (await service.MetricsAsync()).Series[Violations]);

        TestSilo.ActAs($"{_tenant}-intruder");
        await Assert.ThrowsAsync<AccessDeniedException>(grain.GetAsync);

        var metrics = await service.MetricsAsync();
        Assert.Equal(1, metrics.Value(Violations));
        Assert.Equal(1, metrics.Value("""agent_management_denials_total{code="permission_denied"}"""));
    }

    [Fact]
    public async Task A_broken_log_is_counted_by_each_check_and_a_whole_one_is_not()
    {
        const string Broken = "agent_management_audit_chain_broken_total";
        await using var service = await ServiceHost.StartAsync();
        using var client = service.CreateClient("acme");
        await client.CreatePathAsync();
        await client.GetAsync("/api/v1/audit/verify", 200);
        // There from the beginning, so that the first one is a rise.
        Assert.Equal((0, 1), (await service.MetricsAsync()) is var before
            ? (before.Series[Broken], before.Value("agent_management_audit_checked_total")) : default);

        await Tampering.ExecuteAsync(service.Services.GetRequiredService<Database>(), "UPDATE change_log SET actor = 'x'");
        await client.GetAsync("/api/v1/audit/verify", 200);
        Assert.Equal(1, (await service.MetricsAsync()).Value(Broken));
        await service.Services.GetServices<IHousekeepingJob>().OfType<LogScrub>().Single().RunAsync(CancellationToken.None);
        // Once by the check of new rows, once by the scrub.
        Assert.Equal(3, (await service.MetricsAsync()).Value(Broken));
        Assert.Contains(service.Logs.Lines, line => line.Contains("The log is broken at revision 1: altered", StringComparison.Ordinal)
            && line.Contains("\"tenant_id\":\"acme\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_log_that_is_known_to_be_broken_is_told_by_every_process_from_its_beginning()
    {
        const string Logs = "agent_management_audit_logs_broken";
        var database = await TestDatabase.CreateAsync("sqlite");
        await database.ApplySchemaAsync();
        await using (var opened = await database.OpenAsync())
        {
            await new SqlAuditStore(opened).RecordBrokenAsync("acme", DateTimeOffset.UtcNow);
        }
        await using var service = await ServiceHost.StartAsync(database);
        await Await.Until(async () => (await service.MetricsAsync()).Value(Logs) == 1, "the log is told of");
    }

    [Fact]
    public async Task A_log_that_somebody_finds_broken_is_known_from_then_on()
    {
        var service = services.Used;
        using var client = service.CreateClient(_tenant);
        await client.CreatePathAsync();
        var store = service.Services.GetRequiredService<IAuditStore>();
        await client.GetAsync("/api/v1/audit/verify", 200);
        Assert.Equal(0, await store.CountBrokenAsync());
        await Tampering.ExecuteAsync(
            service.Services.GetRequiredService<Database>(), "UPDATE change_log SET actor = 'x' WHERE tenant_id = @_tenant",
            new { _tenant });
        await client.GetAsync("/api/v1/audit/verify", 200);
        Assert.Equal(1, await store.CountBrokenAsync());
    }

    [Fact]
    public async Task A_write_that_another_silo_overtook_is_a_conflict()
    {
        var service = services.Used;
        using var client = service.CreateClient(_tenant);
        var path = await client.CreatePathAsync(Api.Content(id: "bot"));
        await using (var other = await TestSilo.StartAsync(service.Database))
        {
            await other.Tenant(_tenant).ApplyAsync("bot", new ReplaceAgent(Sample.Content(text: "From the other.")));
        }
        await (await client.SendAsync("PUT", path, Api.Content(text: "From here."))).ShouldBeAsync(200);
        Assert.Equal(1, (await service.MetricsAsync()).Value("""agent_management_writes_total{outcome="conflict"}"""));
    }

    [Fact]
    public async Task A_database_that_does_not_answer_is_an_error_and_is_down()
    {
        await using var service = await ServiceHost.StartAsync("postgresql");
        using var client = service.CreateClient("acme");
        var path = await client.CreatePathAsync();
        await Await.Until(async () => (await service.MetricsAsync()).Value("""agent_management_server_up{server="database"}""") == 1,
            "the database is up");
        // What the health says of the service's own work is no server, and nobody is to be woken for a maintenance window.
        Assert.Equal(["database"],
            (await service.MetricsAsync()).Series.Keys.Where(series =>
            series.StartsWith("agent_management_server_up{", StringComparison.Ordinal))
            .Select(series => series.Split('"')[1]));
        await service.DropDatabaseAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.SendAsync("PUT", path, Api.Content("New"))).StatusCode);
        Assert.Equal("Support bot", (await client.GetAsync(path, 200)).Text("name"));

        var metrics = await service.MetricsAsync();
        Assert.Equal(1, metrics.Value("""agent_management_writes_total{outcome="error"}"""));
        Assert.Equal(1, metrics.Value("""agent_management_storage_errors_total{operation="write"}"""));
        Assert.Equal(1, metrics.Value("""agent_management_storage_errors_total{operation="read"}"""));
        Assert.Equal(1, metrics.Value("""agent_management_commands_total{command="ReplaceAgent",outcome="failed"}"""));
        await Await.Until(async () => (await service.MetricsAsync()).Series["""agent_management_server_up{server="database"}"""] == 0,
            "the database is down");
    }

    [Fact]
    public async Task When_redis_is_gone_it_is_down_and_behind_until_it_is_back()
    {
        const string Up = """agent_management_server_up{server="redis"}""";
        const string Lag = """agent_management_delivery_lag{sink="redis"}""";
        const string Age = """agent_management_delivery_age_seconds{sink="redis"}""";
        const string Sent = """agent_management_changes_sent_total{transport="redis"}""";
        if (!RedisServer.IsInstalled) Assert.Skip("Needs redis-server, which ./test installs where it may.");
        await using var redis = await RedisServer.StartAsync();
        await using var service = await ServiceHost.StartAsync(change: settings => settings with { RedisUri = redis.Address });
        using var client = service.CreateClient("acme");
        await client.CreatePathAsync();
        // A lag of 0 alone may be one from before the change.
        await Await.Until(
            async () => (await service.MetricsAsync()) is var now && now.Value(Sent) == 1 && now.Value(Up) == 1
                && now.Series.ContainsKey(Lag) && now.Value(Lag) == 0,
            "the change has arrived");

        await redis.KillAsync();
        await client.CreatePathAsync();
        await client.CreatePathAsync();
        await Await.Until(async () => (await service.MetricsAsync()) is var now && now.Value(Up) == 0 && now.Value(Lag) == 2
            && now.Value(Age) > 0, "it is down, and two are not told");

        await redis.StartAgainAsync();
        await Await.Until(async () => (await service.MetricsAsync()) is var now && now.Value(Up) == 1 && now.Value(Lag) == 0
            && now.Value(Age) == 0, "all are told");
        Assert.InRange((await service.MetricsAsync()).Value("""agent_management_change_delay_seconds_count{transport="redis"}"""), 3, 10);
    }

    [Fact]
    public async Task The_libraries_are_measured_too_and_promtool_can_read_all_of_it()
    {
        await using var service = await ServiceHost.StartAsync("postgresql");
        using var client = service.CreateClient("acme");
        await client.CreatePathAsync();
        using var anybody = service.CreateAnonymousClient();
        // A request is counted once it has ended, which is after its answer was read.
        await Await.Until(
            async () => (await service.MetricsAsync()).Types.ContainsKey("http_server_request_duration_seconds"), "the request is counted");

        var answer = await anybody.GetAsync("/metrics");
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        var text = await answer.Content.ReadAsStringAsync();
        var families = MetricsText.Parse(text).Types.Keys.ToList();
        Assert.All(
            (string[])["http_server_request_duration_seconds", "kestrel_", "dotnet_gc_", "db_client_", "orleans_catalog_activations"],
            library => Assert.Contains(families, family => family.StartsWith(library, StringComparison.Ordinal)));
        // What alerts and the dashboard use of them; the others are made elsewhere.
        Assert.All(
            MetricsTable.All.Keys.Except(MetricsTable.Rows.Select(row => row.Name))
                .Where(name => name != "up" && !name.StartsWith("probe_", StringComparison.Ordinal)
                && !name.StartsWith("agent_management_", StringComparison.Ordinal)),
            name => Assert.Contains(name, families));
        // Npgsql would name its pool by the connection string.
        Assert.DoesNotContain("Database=test_", text, StringComparison.Ordinal);
        await Promtool.CheckAsync(text);
    }

    [Fact]
    public async Task A_silo_of_its_own_answers_too() =>
        Assert.All(DeployedContainer.All.Where(container => container.Role is not ContainerRole.Migration), container =>
            Assert.Contains("/metrics", Processes.PathsAsync(container).Result));

    /// <summary>A service that tests share, each as a tenant of its own, and one that is asked for nothing but its metrics.</summary>
    public sealed class Services : IAsyncLifetime
    {
        internal ServiceHost Used { get; private set; } = null!;

        internal ServiceHost Unused { get; private set; } = null!;

        public async ValueTask InitializeAsync() =>
            (Used, Unused) = (await ServiceHost.StartAsync(), await ServiceHost.StartAsync());

        public async ValueTask DisposeAsync()
        {
            await Used.DisposeAsync();
            await Unused.DisposeAsync();
        }
    }

    [GeneratedRegex("""increase\((\w+)""")]
    private static partial Regex Rise();
}
