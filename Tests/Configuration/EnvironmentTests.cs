using System.Net.Http.Json;
using AgentManagement.Bench.Client;
using AgentManagement.Bench.Service;
using AgentManagement.Tests.WebGateway;

namespace AgentManagement.Tests.Configuration;

/// <summary>Each variable of the specification makes a real process behave otherwise than it does without it.</summary>
public sealed class EnvironmentTests
{
    private const string ServiceToken = "the-service-token";
    private const string SecretKey = "another-secret-key-of-at-least-thirty-two-bytes";
    private const string Agent = """{"name":"Bot","type":"rag","config":{"tools":[{"id":"search"}]}}""";

    [Fact]
    public async Task Without_them_it_has_its_defaults()
    {
        await using var data = await DataLocation.CreateAsync(DataLocation.Sqlite);
        // Blank is as good as none.
        await using var service = await ServiceProcess.StartAsync(data, new Dictionary<string, string> { ["LOG_LEVEL"] = "" });
        var client = service.Client("acme");
        for (var number = 0; number < 4; number++) Assert.Equal(201, (await client.PutAsync($"agents/bot-{number}", Agent)).Status);
        var id = await ImportAsync(client);
        await Task.Delay(TimeSpan.FromSeconds(2));

        Assert.Equal(200, (await client.GetAsync($"tasks/{id}")).Status);
        Assert.Equal(426, (await client.GetAsync("ws")).Status);
        Assert.Equal(401, await InternalAsync(service));
        Assert.DoesNotContain("redis", await PartsAsync(service));
        Assert.True(File.Exists(Path.Combine(data.Directory, "agents.db")));
        Assert.Equal(200, (int)(await service.Http.PostAsJsonAsync("dev/token", new { tenant = "acme", role = "admin" })).StatusCode);
        Assert.Contains("\"level\":\"INFO\"", await LogAsync(service), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_them_it_does_as_they_say()
    {
        var postgres = TestServers.PostgreSql.OriginalString;
        await using var orchestrator = await AgentManagement.Tests.Orchestrator.Orchestrator.StartAsync();
        await using var data = await DataLocation.CreateAsync(postgres);
        await using var service = await ServiceProcess.StartAsync(data, new Dictionary<string, string>
        {
            ["REDIS_URI"] = TestServers.Redis.OriginalString, ["LOG_LEVEL"] = "CRITICAL", ["MAX_AGENTS_PER_TENANT"] = "3",
            ["ENABLE_WEBSOCKETS"] = "false",
            ["SERVICE_TOKEN"] = ServiceToken, ["REDIS_QUEUE_TTL"] = "1", ["ORCHESTRATOR_WS_URL"] = orchestrator.Address.OriginalString,
            // Nobody listens there.
            ["TOOL_REGISTRY_URL"] = $"http://127.0.0.1:{ChildProcess.FreePort()}", ["CLUSTER_ID"] = $"test-{Guid.NewGuid():n}"[..20],
            ["SECRET_KEY"] = SecretKey,
        });
        Assert.Equal(401, (await service.Client("acme").GetAsync("agents")).Status);
        var client = new TenantClient(service.Http, new TokenMint(SecretKey).Mint("acme"), "acme");
        var first = await client.PutAsync("agents/bot-0", Agent);
        Assert.Contains("tool_registry_unavailable", first.Text, StringComparison.Ordinal);
        for (var number = 1; number < 3; number++) Assert.Equal(201, (await client.PutAsync($"agents/bot-{number}", Agent)).Status);
        Assert.Equal((409, "quota_exceeded"), await StatusAsync(client.PutAsync("agents/bot-3", Agent)));
        var id = await ImportAsync(client);

        await Await.Until(async () => (await client.GetAsync($"tasks/{id}")).Status == 404, "the task is forgotten");
        Assert.Equal(404, (await client.GetAsync("ws")).Status);
        Assert.Equal(200, await InternalAsync(service));
        Assert.Contains("redis", await PartsAsync(service));
        Assert.False(File.Exists(Path.Combine(data.Directory, "agents.db")));
        // Without WebSockets neither way.
        Assert.Empty(orchestrator.Authorizations);
        Assert.DoesNotContain("\"level\":", await LogAsync(service), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_orchestrator_is_told_at_its_address()
    {
        await using var orchestrator = await AgentManagement.Tests.Orchestrator.Orchestrator.StartAsync();
        await using var data = await DataLocation.CreateAsync(DataLocation.Sqlite);
        await using var service = await ServiceProcess.StartAsync(
            data,
            new Dictionary<string, string> { ["ORCHESTRATOR_WS_URL"] = orchestrator.Address.OriginalString, ["SECRET_KEY"] = SecretKey });
        var client = new TenantClient(service.Http, new TokenMint(SecretKey).Mint("acme"), "acme");
        Assert.Equal(201, (await client.PutAsync("agents/bot", Agent)).Status);
        await Await.Until(() => orchestrator.RevisionsOf("acme").Length >= 1, "the orchestrator is told");
    }

    [Fact]
    public async Task Tokens_are_those_of_the_identity_service_where_there_is_one()
    {
        await using var data = await DataLocation.CreateAsync(DataLocation.Sqlite);
        await using var service = await ServiceProcess.StartAsync(data, new Dictionary<string, string>
        {
            ["IDENTITY_SERVICE_URL"] = $"http://127.0.0.1:{ChildProcess.FreePort()}", ["SERVICE_TOKEN"] = ServiceToken,
        });
        Assert.NotEqual(200, (await service.Client("acme").GetAsync("agents")).Status);
        Assert.Equal(404, (int)(await service.Http.PostAsJsonAsync("dev/token", new { tenant = "acme", role = "admin" })).StatusCode);
    }

    private static async Task<string> ImportAsync(TenantClient client)
    {
        var started = await client.PostAsync("import", "{\n");
        Assert.Equal(202, started.Status);
        var id = started.Json().GetProperty("id").GetString()!;
        await Await.Until(async () => (await client.GetAsync($"tasks/{id}")) is var task
            && (task.Status == 404 || task.Text.Contains("\"completed\"", StringComparison.Ordinal)), "the task has ended");
        return id;
    }

    private static async Task<int> InternalAsync(ServiceProcess service)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "internal/v1/tenants/acme/agents");
        request.Headers.Authorization = new("Bearer", ServiceToken);
        using var answer = await service.Http.SendAsync(request);
        return (int)answer.StatusCode;
    }

    private static async Task<List<string>> PartsAsync(ServiceProcess service)
    {
        using var answer = await service.Http.GetAsync(new Uri("health/ready", UriKind.Relative));
        var health = await answer.ShouldBeAsync(200);
        return [.. health.GetProperty("parts").EnumerateArray().Select(part => part.Text("name"))];
    }

    private static async Task<(int, string)> StatusAsync(Task<Answer> asking) => await asking is var answer
        ? (answer.Status, answer.Code) : default;

    private static async Task<string> LogAsync(ServiceProcess service)
    {
        using var reader = new StreamReader(new FileStream(service.LogPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return await reader.ReadToEndAsync();
    }
}
