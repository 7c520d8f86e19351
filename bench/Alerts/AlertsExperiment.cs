using System.Diagnostics;
using System.Net.Http.Headers;
using AgentManagement.Bench.Client;
using AgentManagement.Bench.Servers;
using AgentManagement.Bench.Service;
using Npgsql;

namespace AgentManagement.Bench.Alerts;

/// <summary>
/// The running service under a real Prometheus with the rules of monitoring/: what goes wrong makes its alerts fire, and those that
/// tell of a state end with it. Only how long it must last is shortened.
/// </summary>
public static class AlertsExperiment
{
    // What the rules call many.
    private const int ManyChanges = 1_100;
    private const int ManyTasks = 510;
    private const int TasksOfTenant = 10;

    // Over several scrapes: a counter that begins with all there is has not grown.
    private static readonly TimeSpan Flood = TimeSpan.FromSeconds(6);

    // So that it is a good part of the last five minutes; and the gateway asks for keys every five seconds, five times before it stops
    // asking.
    private static readonly TimeSpan LongFlood = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan UsualDay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Slowness = TimeSpan.FromSeconds(0.75);
    private static readonly TimeSpan LongTimeout = TimeSpan.FromMinutes(3);

    public static async Task<AlertsReport> RunAsync(AlertsOptions options, TextWriter output)
    {
        var rules = await File.ReadAllTextAsync(options.RulesPath);
        await using var watched = await WatchedService.StartAsync(options.Silos);
        await using var others = OtherMetrics.Start();
        await using var prometheus = await PrometheusServer.StartAsync(ShortenedRules.Of(rules), new Dictionary<string, ImmutableArray<int>>
        {
            ["agent-management-gateway"] = watched.Gateways, ["agent-management-silo"] = watched.Silos,
            ["agent-management-backup"] = [others.Port], ["agent-management-certificates"] = [others.Port],
        });
        var watch = new AlertWatch(prometheus, output);
        var tenant = watched.Service.Client("acme");
        await tenant.PutAsync("agents/bot", AgentBodies.Complete("Bot"));
        // Until the first scrapes there is nothing to see, which the rules would tell.
        await watch.EndAsync("the service runs", ["ServiceGone"], () => Task.Delay(UsualDay));
        await Task.Delay(UsualDay);
        await watch.AssertSilentAsync("on a usual day");

        await LoseDatabaseAsync(watched, watch, tenant);
        await LoseRedisAsync(watched, watch, tenant);
        if (watched.IsCluster) await StrikeClusterAsync(watched, watch, tenant);
        await StrikeRequestsAsync(watched, watch, tenant);
        await StrikeBackupsAsync(others, watch);
        await LoseServiceAsync(watched, watch);

        var seen = watch.Fired.Select(alert => alert.Name).ToHashSet(StringComparer.Ordinal);
        return new([.. watch.Fired], [.. ShortenedRules.NamesOf(rules).Where(name => !seen.Contains(name))])
        {
            Problems = [.. watch.Problems],
        };
    }

    private static async Task LoseDatabaseAsync(WatchedService watched, AlertWatch watch, TenantClient tenant)
    {
        await watch.StepAsync("the database is gone",
            ["ServerDown", "TransactionsFail", "OutcomeUnknown", "RequestErrorBudgetBurnsFast", "RequestErrorBudgetBurns"], async () =>
        {
            await watched.Postgres.KillAsync();
            await WriteAsync(tenant);
        });
        await watch.EndAsync("the database is back", ["ServerDown"], watched.Postgres.StartAgainAsync);
        await watch.StepAsync("the database is slow", ["WritesSlow"], async () =>
        {
            // A write is two round trips; a connection that has to be made first takes several more.
            watched.ToDatabase.Delay = Slowness;
            await WriteAsync(tenant, LongFlood);
            watched.ToDatabase.Delay = TimeSpan.Zero;
        });
        // Nobody asks for a check: silos find it.
        await watch.StepAsync("the log was changed", ["AuditChainBroken"], () => ChangeAsync(watched,
            "ALTER TABLE change_log DISABLE TRIGGER ALL; UPDATE change_log SET actor = 'nobody' WHERE revision = 1; ALTER TABLE "
                + "change_log ENABLE ALWAYS TRIGGER change_log_is_not_changed"),
            LongTimeout);
    }

    private static async Task LoseRedisAsync(WatchedService watched, AlertWatch watch, TenantClient tenant)
    {
        string[] ofState = ["DeliveryLate", "DeliveryStuck", "DeliveryLag", "TasksStuck", "TasksPileUp"];
        await watch.StepAsync("Redis is gone, and much is written and started", ["ServerDown", .. ofState], async () =>
        {
            await watched.Redis.KillAsync();
            await Task.WhenAll(Enumerable.Range(0, ManyTasks / TasksOfTenant)
                .Select(number => StartTasksAsync(watched.Service.Client($"tasks-{number}"))));
            for (var number = 0; number < ManyChanges; number++) await tenant.PutAsync(
                "agents/bot", AgentBodies.Complete("Bot", $"untold {number}"));
        }, LongTimeout);
        await watch.StepAsync("Redis is back, and a task's input is gone", ["TasksGivenUp"], async () =>
        {
            await ChangeAsync(watched,
                "DELETE FROM task_input WHERE (tenant_id, task_id) = (SELECT tenant_id, task_id FROM task WHERE finished_at IS NULL "
                + "LIMIT 1)");
            await watched.Redis.StartAgainAsync();
        }, LongTimeout);
        await watch.EndAsync("Redis is back", ["ServerDown", .. ofState], () => Task.CompletedTask);

        static async Task StartTasksAsync(TenantClient tenant)
        {
            for (var number = 0; number < TasksOfTenant; number++)
            {
                var answer = await tenant.PostAsync("import", $$"""{"id":"bot-{{number}}","name":"Bot","type":"rag","config":{ } }""");
                if (answer.Status != 202) throw new InvalidOperationException($"An import was answered {answer}.");
            }
        }
    }

    private static async Task StrikeClusterAsync(WatchedService watched, AlertWatch watch, TenantClient tenant)
    {
        await watch.StepAsync("one silo does not reach the database", ["ServerUnreachable"], () =>
        {
            watched.OfFirstSilo.LeftToServer = 0;
            return Task.CompletedTask;
        });
        await watch.EndAsync("the silo reaches it again", ["ServerUnreachable"], () =>
        {
            watched.OfFirstSilo.LeftToServer = null;
            return Task.CompletedTask;
        });
        await watch.StepAsync("a service asks for another tenant than its caller's", ["IsolationViolated"], async () =>
        {
            if (!await Intruder.TryAsync(watched.Redis, tenant.TenantId)) watch.Problems.Add("The intruder was answered");
        });
    }

    private static async Task StrikeRequestsAsync(WatchedService watched, AlertWatch watch, TenantClient tenant)
    {
        await watch.StepAsync("the tool registry is gone", ["ToolRegistryDown"], async () =>
        {
            var number = 0;
            await RepeatAsync(() =>
                tenant.PutAsync($"agents/tools-{number++}", """{"name":"Tools","type":"rag","config":{"tools":[{"id":"search"}]}}"""),
                Flood);
        });
        await watch.StepAsync("many tokens are bad", ["TokensRefused"], () => AskAsync(watched, () => "no.good.token", LongFlood));
        var noisy = new TokenMint(TokenMint.BenchKey).Mint("noisy", "viewer", "free");
        await watch.StepAsync(
            "many requests are too many", ["RequestsRefusedForTheirNumber"], () => AskAsync(watched, () => noisy, LongFlood));
    }

    private static async Task StrikeBackupsAsync(OtherMetrics others, AlertWatch watch)
    {
        string[] ofState = ["BackupOld", "ArchiveBehind", "RedisSnapshotOld", "RestoreUnproven", "CertificateExpires",
            "CertificateExpiresSoon"];
        await watch.StepAsync("backups stop and the certificate ends", ofState, () => SetAsync(true));
        await watch.EndAsync("backups run again", ofState, () => SetAsync(false));

        Task SetAsync(bool isOld)
        {
            others.IsOld = isOld;
            return Task.CompletedTask;
        }
    }

    private static async Task LoseServiceAsync(WatchedService watched, AlertWatch watch)
    {
        await watch.StepAsync("the service is killed", ["ProcessDown", "ServiceGone"], watched.KillAsync);
        // Nobody listens there.
        watched.GatewaySettings["IDENTITY_SERVICE_URL"] = $"http://127.0.0.1:{ChildProcess.FreePort()}";
        await watch.EndAsync("the service is back", ["ProcessDown", "ServiceGone"], watched.StartAgainAsync);
        await watch.StepAsync("it has an Identity Service, which is gone", ["IdentityServiceDown"],
            () => AskAsync(watched, () => $"{Guid.NewGuid():n}", LongFlood));
    }

    /// <summary>Many requests.</summary>
    private static async Task AskAsync(WatchedService watched, Func<string> token, TimeSpan length)
    {
        using var http = TenantClient.Connect(watched.Gateways[0]);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => RepeatAsync(async () =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "api/v1/agents")
            {
                Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token()) },
            };
            using var answer = await http.SendAsync(request);
        }, length)));
    }

    private static Task WriteAsync(TenantClient tenant, TimeSpan? length = null)
    {
        var number = 0;
        return RepeatAsync(() => tenant.PutAsync("agents/bot", AgentBodies.Complete("Bot", $"{number++}")), length ?? Flood);
    }

    private static async Task RepeatAsync(Func<Task> ask, TimeSpan length)
    {
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < length)
        {
            await ask();
            await Task.Delay(5);
        }
    }

    private static async Task ChangeAsync(WatchedService watched, string sql)
    {
        await using var connection = new NpgsqlConnection(watched.Data.ConnectionString);
        await connection.OpenAsync();
        await using var change = new NpgsqlCommand(sql, connection);
        await change.ExecuteNonQueryAsync();
    }
}
