using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using AgentManagement.Bench.Client;
using AgentManagement.Bench.Servers;
using AgentManagement.Bench.Service;
using Npgsql;

namespace AgentManagement.Bench.Alerts;

/// <summary>
/// The running service under a real Prometheus with the rules of monitoring/: what goes wrong makes its alerts fire, and those that
/// tell of a state end with it. Only how long it must last is shortened.
/// </summary>
public sealed partial class AlertsExperiment
{
    // Over several scrapes: a counter that begins with all there is has not grown.
    private static readonly TimeSpan Flood = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan UsualDay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Slowness = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);

    private readonly List<(string, TimeSpan)> _fired = [];
    private readonly List<string> _problems = [];

    public async Task<AlertsReport> RunAsync(string rulesPath, TextWriter output)
    {
        var rules = await File.ReadAllTextAsync(rulesPath);
        await using var postgres = await PostgreSqlServer.StartAsync();
        await using var redis = await RedisServer.StartAsync();
        await using var data = await DataLocation.CreateAsync(postgres.Address.OriginalString);
        await using var way = SlowLink.To(data.DatabaseUrl!);
        await using var service = await ServiceProcess.StartAsync(data, new Dictionary<string, string>
        {
            ["DATABASE_URL"] = way.Address.OriginalString,
            ["REDIS_URI"] = redis.Address.OriginalString, ["RATE_LIMIT_ENABLED"] = "true",
            // Nobody listens there.
            ["TOOL_REGISTRY_URL"] = $"http://127.0.0.1:{ChildProcess.FreePort()}",
        });
        await using var others = OtherMetrics.Start();
        await using var prometheus = await PrometheusServer.StartAsync(Duration().Replace(rules, "for: 2s"), new Dictionary<string, int>
        {
            ["agent-management-gateway"] = service.EndPoint.Port, ["agent-management-silo"] = service.EndPoint.Port,
            ["agent-management-backup"] = others.Port, ["agent-management-certificates"] = others.Port,
        });
        var tenant = service.Client("acme");
        await tenant.PutAsync("agents/bot", AgentBodies.Complete("Bot"));
        // Until the first scrapes there is nothing to see, which the rules would tell.
        await EndAsync("the service runs", "ServiceGone", () => Task.Delay(UsualDay));
        await Task.Delay(UsualDay);
        if (await prometheus.FiringAsync() is { Count: > 0 } early) _problems.Add($"on a usual day there fire {string.Join(", ", early)}");

        await StepAsync("the database is gone", ["ServerDown", "TransactionsFail", "OutcomeUnknown", "RequestErrorBudgetBurnsFast", "RequestErrorBudgetBurns"], async () =>
        {
            await postgres.KillAsync();
            var number = 0;
            await RepeatAsync(() => tenant.PutAsync("agents/bot", AgentBodies.Complete("Bot", $"{number++}")));
        });
        await EndAsync("the database is back", "ServerDown", postgres.StartAgainAsync);

        await StepAsync("Redis is gone", ["ServerDown", "DeliveryLate"], async () =>
        {
            await redis.KillAsync();
            await tenant.PutAsync("agents/bot", AgentBodies.Complete("Bot", "untold"));
        }, patience: TimeSpan.FromSeconds(100));
        await EndAsync("Redis is back", "DeliveryLate", redis.StartAgainAsync);

        await StepAsync("the database is slow", ["WritesSlow"], async () =>
        {
            way.Delay = Slowness;
            await RepeatAsync(() => tenant.PutAsync("agents/bot", AgentBodies.Complete("Bot", $"{Stopwatch.GetTimestamp()}")));
            way.Delay = TimeSpan.Zero;
        });
        await StepAsync("the log was changed", ["AuditChainBroken"], async () =>
        {
            await using var connection = new NpgsqlConnection(data.ConnectionString);
            await connection.OpenAsync();
            await using var change = new NpgsqlCommand(
                "ALTER TABLE change_log DISABLE TRIGGER ALL; UPDATE change_log SET actor = 'nobody' WHERE revision = 1; ALTER TABLE change_log ENABLE ALWAYS TRIGGER change_log_is_not_changed", connection);
            await change.ExecuteNonQueryAsync();
            await RepeatAsync(() => tenant.GetAsync("audit/verify"));
        });
        await StepAsync("the tool registry is gone", ["ToolRegistryDown"], async () =>
        {
            var number = 0;
            await RepeatAsync(() => tenant.PutAsync($"agents/tools-{number++}", WithTool));
        });
        await StepAsync("many tokens are bad", ["TokensRefused"], () => AskAsync(service, "no.good.token"));
        await StepAsync("many requests are too many", ["RequestsRefusedForTheirNumber"], () => AskAsync(service, service.Tokens.Mint("noisy", "viewer", "free")));
        await StepAsync("backups stop and the certificate ends", ["BackupOld", "ArchiveBehind", "RedisSnapshotOld", "RestoreUnproven", "CertificateExpires", "CertificateExpiresSoon"], () =>
        {
            others.IsOld = true;
            return Task.CompletedTask;
        });
        await EndAsync("backups run again", "BackupOld", () =>
        {
            others.IsOld = false;
            return Task.CompletedTask;
        });
        await StepAsync("the service is killed", ["ProcessDown", "ServiceGone"], service.KillAsync);
        await EndAsync("the service is back", "ServiceGone", () => service.StartAgainAsync());

        var seen = _fired.Select(alert => alert.Item1).ToHashSet(StringComparer.Ordinal);
        return new([.. _fired], [.. Name().Matches(rules).Select(match => match.Groups[1].Value).Where(name => !seen.Contains(name))]) { Problems = [.. _problems] };

        async Task StepAsync(string what, string[] expected, Func<Task> strike, TimeSpan? patience = null)
        {
            var start = Stopwatch.GetTimestamp();
            await strike();
            var missing = expected.ToHashSet(StringComparer.Ordinal);
            while (missing.Count > 0 && Stopwatch.GetElapsedTime(start) < (patience ?? Patience))
            {
                foreach (var name in (await prometheus.FiringAsync()).Where(missing.Remove)) _fired.Add((name, Stopwatch.GetElapsedTime(start)));
                await Task.Delay(200);
            }
            output.WriteLine($"  {what}: {string.Join(", ", expected.Except(missing))}");
            if (missing.Count > 0) _problems.Add($"{what}, and there did not fire {string.Join(", ", missing)}");
        }

        async Task EndAsync(string what, string alert, Func<Task> mend)
        {
            var start = Stopwatch.GetTimestamp();
            await mend();
            while ((await prometheus.FiringAsync()).Contains(alert))
            {
                await Task.Delay(200);
                if (Stopwatch.GetElapsedTime(start) < Patience) continue;
                _problems.Add($"{what}, and {alert} still fires");
                return;
            }
        }
    }

    /// <summary>Many requests with one token.</summary>
    private static async Task AskAsync(ServiceProcess service, string token)
    {
        using var http = TenantClient.Connect(service.EndPoint.Port);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => RepeatAsync(async () =>
        {
            using var answer = await http.GetAsync(new Uri("api/v1/agents", UriKind.Relative));
        })));
    }

    private static async Task RepeatAsync(Func<Task> ask)
    {
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < Flood)
        {
            await ask();
            await Task.Delay(5);
        }
    }

    private const string WithTool = """{"name":"Tools","type":"rag","config":{"tools":[{"id":"search"}]}}""";

    [GeneratedRegex("""for: [0-9]+[smhd]""")]
    private static partial Regex Duration();

    [GeneratedRegex("""alert: (\w+)""")]
    private static partial Regex Name();
}
