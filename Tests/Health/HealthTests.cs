using System.Net;
using System.Net.Http.Json;
using AgentManagement.Bench.Servers;
using AgentManagement.ClusterClient.Hosting;
using AgentManagement.Silo.Storage;
using AgentManagement.Tests.WebGateway;
using Dapper;

namespace AgentManagement.Tests.Health;

/// <summary>What probes are told while servers come and go.</summary>
public sealed class HealthTests
{
    [Fact]
    public async Task Redis_that_answers_is_healthy()
    {
        await using var service = await ServiceHost.StartAsync(change: settings => settings with { RedisUri = TestServers.Redis });
        Assert.Equal((200, true), await RedisAsync(service));
    }

    [Fact]
    public async Task When_redis_goes_the_service_is_degraded_and_serves_on()
    {
        if (!RedisServer.IsInstalled) Assert.Skip("Needs redis-server, which ./test installs where it may.");
        await using var redis = await RedisServer.StartAsync();
        await using var service = await ServiceHost.StartAsync(change: settings => settings with { RedisUri = redis.Address });
        await redis.KillAsync();
        Assert.Equal((200, false), await RedisAsync(service));
        using var client = service.CreateClient();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.GetAsync("/health")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health/live")).StatusCode);
        var written = await client.PutAsync("/api/v1/agents/bot", JsonContent.Create(new { name = "Bot", type = "rag", config = new { } }));
        Assert.Equal(HttpStatusCode.Created, written.StatusCode);
        // A silo that finds no Redis tries for minutes to say that it goes.
        await redis.StartAgainAsync();
    }

    [Fact]
    public async Task A_database_that_is_gone_is_told_without_where_it_was()
    {
        await using var service = await ServiceHost.StartAsync("postgresql");
        await service.DropDatabaseAsync();
        using var client = service.CreateClient();
        var answer = await client.GetAsync("/health");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("""{"name":"database","healthy":false,"detail":"does not answer","since":""",
            await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health/live")).StatusCode);

        var unknown = await client.GetAsync("/api/v1/agents/bot");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, unknown.StatusCode);
        Assert.NotNull(unknown.Headers.RetryAfter);
    }

    [Fact]
    public async Task Without_a_database_agents_in_memory_are_read_and_no_write_is_said_to_be_done()
    {
        await using var service = await ServiceHost.StartAsync("postgresql");
        using var client = service.CreateClient();
        var path = await client.CreatePathAsync();
        await service.DropDatabaseAsync();
        for (var round = 0; round < 2; round++)
        {
            Assert.Equal("Support bot", (await client.GetAsync(path, 200)).Text("name"));
            var refused = await client.SendAsync("PUT", path, Api.Content("New"));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter);
        }

        // Gateways stay in service, and /health says why not all is well.
        Assert.Equal("degraded", (await client.GetAsync("/health/ready", 200)).Text("status"));
        var health = await (await client.GetAsync("/health")).ShouldBeAsync(503);
        Assert.Contains(health.GetProperty("parts").EnumerateArray(), part => part.Text("name") == "writes"
            && part.Text("detail") == "the last write failed");
    }

    [Fact]
    public async Task A_database_that_answers_and_takes_no_writes_is_not_healthy_until_it_does()
    {
        await using var service = await ServiceHost.StartAsync();
        using var client = service.CreateClient();
        var path = await client.CreatePathAsync();
        await using var connection = await service.Services.GetRequiredService<Database>().Source.OpenConnectionAsync();
        await connection.ExecuteAsync("CREATE TRIGGER full BEFORE UPDATE ON tenant BEGIN SELECT RAISE(ABORT, 'disk full'); END");
        await (await client.SendAsync("PUT", path, Api.Content("New"))).ShouldBeAsync(503);
        var health = await (await client.GetAsync("/health")).ShouldBeAsync(503);
        Assert.Equal(["writes"], health.GetProperty("parts").EnumerateArray().Where(part => !part.GetProperty("healthy").GetBoolean())
            .Select(part => part.Text("name")));
        Assert.Equal("degraded", (await client.GetAsync("/health/ready", 200)).Text("status"));

        await connection.ExecuteAsync("DROP TRIGGER full");
        await (await client.SendAsync("PUT", path, Api.Content("New"))).ShouldBeAsync(200);
        // What was said is kept for a second.
        await Await.Until(async () => (await client.GetAsync("/health")).IsSuccessStatusCode, "it is healthy again");
        Assert.Equal("healthy", (await client.GetAsync("/health", 200)).Text("status"));
    }

    [Theory]
    [InlineData("redis://localhost", "localhost:6379", 0, false, null)]
    [InlineData("redis://:p%40ss@host:7000/3", "host:7000", 3, false, "p@ss")]
    [InlineData("rediss://default:pw@host/1", "host:6379", 1, true, "pw")]
    public void A_redis_address_is_read_whole(string address, string endpoint, int database, bool isEncrypted, string? password)
    {
        var options = RedisAddress.ToOptions(new Uri(address));
        Assert.Contains(endpoint, options.EndPoints.Single().ToString(), StringComparison.Ordinal);
        Assert.Equal((database, isEncrypted, password), (options.DefaultDatabase, options.Ssl, options.Password));
    }

    private static async Task<(int Status, bool IsHealthy)> RedisAsync(ServiceHost service)
    {
        using var client = service.CreateAnonymousClient();
        var answer = await client.GetAsync("/health/ready");
        using var health = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        var redis = health.RootElement.GetProperty("parts").EnumerateArray()
            .Single(part => part.GetProperty("name").GetString() == "redis");
        return ((int)answer.StatusCode, redis.GetProperty("healthy").GetBoolean());
    }
}
