using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using AgentManagement.Bench.Client;
using AgentManagement.Bench.Servers;
using AgentManagement.Bench.Service;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.Tokens;
using Npgsql;

namespace AgentManagement.Bench.Alerts;

/// <summary>
/// The running service under a real Prometheus with the rules of monitoring/: what goes wrong makes its alerts fire, and they end with it.
/// Only how long it must last, and how far back they look, is shortened.
/// </summary>
public static class AlertsExperiment
{
    // What the rules call many.
    private const int ManyChanges = 1_100;
    private const int ManyTasks = 510;
    private const int TasksOfTenant = 10;

    // Fewer than one user may make in a minute.
    private const int ChangesOfTenant = 275;

    // A rule that is new has to be made fire, or to be named here.
    private static readonly ImmutableArray<string> OfClusters = ["ServerUnreachable", "IsolationViolated"];

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    // So that a tenant gets along with its rate.
    private static readonly TimeSpan LongPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan UsualDay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Slowness = TimeSpan.FromSeconds(0.75);
    private static readonly TimeSpan LongTimeout = TimeSpan.FromMinutes(3);

    private static readonly string[] OfErrors =
        ["TransactionsFail", "OutcomeUnknown", "RequestErrorBudgetBurnsFast", "RequestErrorBudgetBurns"];

    public static async Task<AlertsReport> RunAsync(AlertsOptions options, TextWriter output)
    {
        var rules = await File.ReadAllTextAsync(options.RulesPath);
        await using var watched = await WatchedService.StartAsync(options.Silos);
        await using var others = await OtherMetrics.StartAsync();
        await using var prometheus = await PrometheusServer.StartAsync(ShortenedRules.Of(rules), new Dictionary<string, ImmutableArray<int>>
        {
            ["agent-management-gateway"] = watched.Gateways, ["agent-management-silo"] = watched.Silos,
            ["agent-management-backup"] = [others.Port], ["agent-management-certificates"] = [others.Port],
        });
        var watch = new AlertWatch(prometheus, output);
        var tenant = watched.Service.Client("acme");
        await tenant.PutAsync("agents/bot", AgentBodies.Complete("Bot"));
        // Until the first scrapes there is nothing to see, which the rules would tell.
        await Task.Delay(UsualDay);
        await watch.EndAsync("the service runs", ["ServiceGone"], Nothing);
        await Task.Delay(UsualDay);
        await watch.AssertSilentAsync("on a usual day");

        await LoseDatabaseAsync(watched, watch, tenant);
        // Each looks at something else, and most of them wait for what is done once a minute.
        await Task.WhenAll(
            watch.EndAsync("the database is well", [.. OfErrors, "WritesSlow"], Nothing, LongTimeout),
            ChangeLogAsync(watched, watch), TenantAlerts.StrikeAsync(watched, watch), LoseToolRegistryAsync(watched, watch),
            StrikeRequestsAsync(watched, watch), StrikeBackupsAsync(others, watch));
        await LoseRedisAsync(watched, watch);
        if (watched.IsCluster) await StrikeClusterAsync(watched, watch, tenant);
        await LoseServiceAsync(watched, watch);

        var over = watch.Seen.Where(alert => alert.EndedAfter is not null).Select(alert => alert.Name).ToHashSet(StringComparer.Ordinal);
        var leftOut = watched.IsCluster ? [] : OfClusters;
        return new([.. watch.Seen], leftOut)
        {
            Problems =
            [
                .. watch.Problems,
                .. ShortenedRules.NamesOf(rules).Where(name => !over.Contains(name) && !leftOut.Contains(name))
                    .Select(name => $"{name} was not seen to fire and to end"),
            ],
        };
    }

    private static async Task LoseDatabaseAsync(WatchedService watched, AlertWatch watch, TenantClient tenant)
    {
        await watch.StepAsync("the database is gone", ["ServerDown", .. OfErrors], async enough =>
        {
            await watched.Postgres.KillAsync();
            await WriteAsync(tenant, enough);
        });
        await watch.EndAsync("the database is back", ["ServerDown"], _ => watched.Postgres.StartAgainAsync());
        await watch.StepAsync("the database is slow", ["WritesSlow"], async enough =>
        {
            // A write is two round trips; a connection that has to be made first takes several more.
            watched.ToDatabase.Delay = Slowness;
            await WriteAsync(tenant, enough);
            watched.ToDatabase.Delay = TimeSpan.Zero;
        });
    }

    /// <summary>Nobody asks for a check: silos find it.</summary>
    private static async Task ChangeLogAsync(WatchedService watched, AlertWatch watch)
    {
        await watch.StepAsync("the log was changed", ["AuditChainBroken"], _ => SetActorAsync("nobody"), LongTimeout);
        await watch.EndAsync("the log is as it was", ["AuditChainBroken"], _ => SetActorAsync("bench"), LongTimeout);

        Task SetActorAsync(string actor) => ChangeAsync(watched,
            $"ALTER TABLE change_log DISABLE TRIGGER ALL; UPDATE change_log SET actor = '{actor}' WHERE revision = 1 "
                + "AND tenant_id = 'acme'; ALTER TABLE change_log ENABLE ALWAYS TRIGGER change_log_is_not_changed");
    }

    private static async Task LoseRedisAsync(WatchedService watched, AlertWatch watch)
    {
        string[] ofState = ["DeliveryLate", "DeliveryStuck", "DeliveryLag", "TasksStuck", "TasksPileUp"];
        await watch.StepAsync("Redis is gone, and much is written and started", ["ServerDown", .. ofState], async _ =>
        {
            await watched.Redis.KillAsync();
            await Task.WhenAll(
            [
                .. Enumerable.Range(0, ManyTasks / TasksOfTenant)
                    .Select(number => StartTasksAsync(watched.Service.Client($"tasks-{number}"))),
                .. Enumerable.Range(0, ManyChanges / ChangesOfTenant)
                    .Select(number => MakeChangesAsync(watched.Service.Client($"changes-{number}"))),
            ]);
        }, LongTimeout);
        await watch.StepAsync("Redis is back, and a task's input is gone", ["TasksGivenUp"], async _ =>
        {
            await ChangeAsync(watched,
                "DELETE FROM task_input WHERE (tenant_id, task_id) = (SELECT tenant_id, task_id FROM task WHERE finished_at IS NULL "
                + "LIMIT 1)");
            await watched.Redis.StartAgainAsync();
        }, LongTimeout);
        await watch.EndAsync("Redis is back", ["ServerDown", "TasksGivenUp", .. ofState], Nothing, LongTimeout);

        static async Task MakeChangesAsync(TenantClient tenant)
        {
            for (var number = 0; number < ChangesOfTenant; number++)
            {
                await Requests.DoAsync(() => tenant.PutAsync("agents/bot", AgentBodies.Complete("Bot", $"untold {number}")));
            }
        }

        static async Task StartTasksAsync(TenantClient tenant)
        {
            for (var number = 0; number < TasksOfTenant; number++)
            {
                await Requests.DoAsync(() => tenant.PostAsync("import",
                    $$"""{"id":"bot-{{number}}","name":"Bot","type":"rag","config":{ } }""", ("Idempotency-Key", $"import-{number}")));
            }
        }
    }

    private static async Task StrikeClusterAsync(WatchedService watched, AlertWatch watch, TenantClient tenant)
    {
        await watch.StepAsync("a service asks for another tenant than its caller's", ["IsolationViolated"], async _ =>
        {
            if (!await Intruder.TryAsync(watched.Redis, tenant.TenantId)) watch.Problems.Enqueue("The intruder was answered");
        });
        var asksNoMore = watch.EndAsync("it does not ask any more", ["IsolationViolated"], Nothing);
        await watch.StepAsync("one silo does not reach the database", ["ServerUnreachable"], _ =>
        {
            watched.OfFirstSilo.LeftToServer = 0;
            return Task.CompletedTask;
        });
        await watch.EndAsync("the silo reaches it again", ["ServerUnreachable"], _ =>
        {
            watched.OfFirstSilo.LeftToServer = null;
            return Task.CompletedTask;
        });
        await asksNoMore;
    }

    private static async Task LoseToolRegistryAsync(WatchedService watched, AlertWatch watch)
    {
        var tenant = watched.Service.Client("tools");
        var number = 0;
        await watch.StepAsync("the tool registry is gone", ["ToolRegistryDown"], UseToolsAsync);
        await using var registry = await StandIn.StartAsync(watched.ToolRegistryPort, _ => Results.Text("""{"tools":[]}"""));
        await watch.EndAsync("the tool registry is back", ["ToolRegistryDown"], UseToolsAsync);

        // Each time another one, of which silos know nothing yet.
        Task UseToolsAsync(CancellationToken enough) => Requests.RepeatAsync(() => tenant.PutAsync($"agents/tools-{++number}",
            $$$"""{"name":"Tools","type":"rag","config":{"tools":[{"id":"search-{{{number}}}"}]}}"""), LongPause, enough);
    }

    private static async Task StrikeRequestsAsync(WatchedService watched, AlertWatch watch)
    {
        await watch.StepAsync("many tokens are bad", ["TokensRefused"], enough => AskAsync(watched, () => "no.good.token", enough));
        await watch.EndAsync("no token is bad", ["TokensRefused"], Nothing);
        var noisy = new TokenMint(TokenMint.BenchKey).Mint("noisy", "viewer", "free");
        await watch.StepAsync(
            "many requests are too many", ["RequestsRefusedForTheirNumber"], enough => AskAsync(watched, () => noisy, enough));
        await watch.EndAsync("few requests come", ["RequestsRefusedForTheirNumber"], Nothing);
    }

    private static async Task StrikeBackupsAsync(OtherMetrics others, AlertWatch watch)
    {
        string[] ofState = ["BackupOld", "ArchiveBehind", "RedisSnapshotOld", "RestoreUnproven", "CertificateExpires",
            "CertificateExpiresSoon"];
        await watch.StepAsync("backups stop and the certificate ends", ofState, _ => SetAsync(true));
        await watch.EndAsync("backups run again", ofState, _ => SetAsync(false));

        Task SetAsync(bool isOld)
        {
            others.IsOld = isOld;
            return Task.CompletedTask;
        }
    }

    private static async Task LoseServiceAsync(WatchedService watched, AlertWatch watch)
    {
        await watch.StepAsync("the service is killed", ["ProcessDown", "ServiceGone"], _ => watched.KillAsync());
        // Nobody listens there.
        var port = ChildProcess.FreePort();
        watched.GatewaySettings["IDENTITY_SERVICE_URL"] = StandIn.AddressOf(port);
        await watch.EndAsync("the service is back", ["ProcessDown", "ServiceGone"], _ => watched.StartAgainAsync(), LongTimeout);
        await watch.StepAsync("it has an Identity Service, which is gone", ["IdentityServiceDown"], AskAsync);
        await using var identity = await StandIn.StartAsync(port, IdentityOf(port));
        await watch.EndAsync("the Identity Service is back", ["IdentityServiceDown"], AskAsync);

        Task AskAsync(CancellationToken enough) => AlertsExperiment.AskAsync(watched, () => $"{Guid.NewGuid():n}", enough);
    }

    /// <summary>What an Identity Service says of itself that introspects no tokens.</summary>
    private static Func<HttpRequest, IResult> IdentityOf(int port)
    {
        using var rsa = RSA.Create(2048);
        var key = JsonWebKeyConverter.ConvertFromRSASecurityKey(new(rsa.ExportParameters(includePrivateParameters: false)));
        var issuer = StandIn.AddressOf(port);
        return request => request.Path == "/keys"
            ? Results.Json(new { keys = new[] { new { kty = key.Kty, n = key.N, e = key.E } } })
            : Results.Json(new { issuer, jwks_uri = $"{issuer}/keys" });
    }

    /// <summary>Many requests.</summary>
    private static async Task AskAsync(WatchedService watched, Func<string> token, CancellationToken enough)
    {
        using var http = TenantClient.Connect(watched.Gateways[0]);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Requests.RepeatAsync(async () =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "api/v1/agents")
            {
                Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token()) },
            };
            using var answer = await http.SendAsync(request);
        }, Pause, enough)));
    }

    private static Task WriteAsync(TenantClient tenant, CancellationToken enough)
    {
        var number = 0;
        return Requests.RepeatAsync(() => tenant.PutAsync("agents/bot", AgentBodies.Complete("Bot", $"{number++}")), Pause, enough);
    }

    /// <summary>What ends by itself.</summary>
    private static Task Nothing(CancellationToken enough) => Task.CompletedTask;

    private static async Task ChangeAsync(WatchedService watched, string sql)
    {
        await using var connection = new NpgsqlConnection(watched.Data.ConnectionString);
        await connection.OpenAsync();
        await using var change = new NpgsqlCommand(sql, connection);
        await change.ExecuteNonQueryAsync();
    }
}
