using System.Net;
using System.Net.Http.Headers;
using AgentManagement.Bench.Client;
using AgentManagement.Bench.Cluster;
using AgentManagement.Bench.Servers;
using AgentManagement.Bench.Service;
using AgentManagement.Tests.Bench;
using AgentManagement.WebGateway.ApiKeys;

namespace AgentManagement.Tests.Orleans;

/// <summary>A gateway that is a process of its own outlives all silos.</summary>
public sealed class GatewayAloneTests
{
    private static readonly (string Method, string Path, string? Body)[] Requests =
    [
        ("GET", "agents", null), ("GET", "agents/bot", null), ("GET", "tenant", null), ("GET", "audit", null),
        ("POST", "agents", AgentBodies.Complete("Bot")), ("PUT", "agents/bot", AgentBodies.Complete("Bot")), ("DELETE", "agents/bot", null),
    ];

    [Fact]
    public async Task It_answers_503_while_there_is_no_silo_and_serves_when_one_comes()
    {
        if (!RedisServer.IsInstalled) Assert.Skip("Needs redis-server, which ./test installs where it may.");
        await using var data = await DataLocation.CreateAsync(BenchDatabase.Of("postgresql"));
        await using var cluster = await ServiceCluster.CreateAsync(data, silos: 1);
        var (gateway, silo) = (cluster.Gateway, cluster.Silos[0]);
        var client = cluster.Client("acme");

        await gateway.StartAsync(Readiness.Live);
        await AssertUnavailableAsync(gateway, client);

        for (var life = 1; life <= 2; life++)
        {
            await silo.StartAsync();
            await Await.Until(gateway.IsReadyAsync, "the gateway has found the silo");
            Assert.Equal(life, (await client.PutAsync("agents/bot", AgentBodies.Complete($"Bot {life}"))).Json().GetProperty("version")
                .GetInt32());

            await silo.KillAsync();
            await AssertUnavailableAsync(gateway, client);
        }
        Assert.True(gateway.IsAlive);
    }

    private static async Task AssertUnavailableAsync(ClusterProcess gateway, TenantClient client)
    {
        // What it found out of its health holds for a second.
        await Await.Until(async () => !await gateway.IsReadyAsync(), "the gateway misses the silo");
        Assert.Equal(HttpStatusCode.OK, (await gateway.Http.GetAsync(new Uri(Readiness.Live, UriKind.Relative))).StatusCode);
        Assert.Equal(
            HttpStatusCode.ServiceUnavailable, (await gateway.Http.GetAsync(new Uri(Readiness.Ready, UriKind.Relative))).StatusCode);
        var answers = await Task.WhenAll(Requests.Select(request => client.SendAsync(new(request.Method), request.Path, request.Body)));
        Assert.All(answers, answer =>
        {
            Assert.Equal((503, "service_unavailable"), (answer.Status, answer.Code));
            Assert.Equal(JsonValueKind.String, answer.Json().GetProperty("correlationId").ValueKind);
            Assert.NotNull(answer.RetryAfter);
        });
        await AssertUndecidedAsync(gateway);
    }

    /// <summary>A key that cannot be looked up is neither good nor bad.</summary>
    private static async Task AssertUndecidedAsync(ClusterProcess gateway)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/v1/agents");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ApiKeyText.Make("acme", ApiKeyText.NewId()).Text);
        using var answer = await gateway.Http.SendAsync(request);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "api_keys_unavailable"),
            (answer.StatusCode, problem.RootElement.GetProperty("code").GetString()));
    }
}
