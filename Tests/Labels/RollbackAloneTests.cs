using AgentManagement.Bench.Servers;
using AgentManagement.Tests.Identity;
using AgentManagement.Tests.Tools;
using AgentManagement.Tests.WebGateway;

namespace AgentManagement.Tests.Labels;

/// <summary>What is released is taken back whoever else is away: that is when it is needed.</summary>
public sealed class RollbackAloneTests
{
    [Fact]
    public async Task A_rollback_needs_nobody_but_the_database()
    {
        if (!RedisServer.IsInstalled) Assert.Skip("Needs redis-server, which ./test installs where it may.");
        await using var redis = await RedisServer.StartAsync();
        await using var registry = await RegistryServer.StartAsync();
        await using var host = await IdentityHost.StartAsync(
            change: settings => settings with { RedisUri = redis.Address, ToolRegistryUrl = registry.Address });
        using var admin = host.Client(host.Identity.Token());
        await admin.CreateAsync(Api.Content(id: "bot"));
        await (await admin.SendAsync("PUT", $"{Api.Agents}/bot", Api.Content(text: "Worse."))).ShouldBeAsync(200);
        await (await admin.SendAsync("POST", "/api/v1/webhooks", """{"url":"http://127.0.0.1:9/"}""")).ShouldBeAsync(201);
        await (await admin.SendAsync("PUT", "/api/v1/labels/production", "{}")).ShouldBeAsync(201);
        await (await admin.SendAsync("PUT", $"{Api.Agents}/bot/labels/production", """{"version":1}""")).ShouldBeAsync(200);
        var worse = await (await admin.SendAsync("PUT", $"{Api.Agents}/bot/labels/production", """{"version":2}""")).ShouldBeAsync(200);
        var revision = (await admin.GetAsync("/api/v1/tenant", 200)).GetProperty("revision").GetInt64();

        await redis.KillAsync();
        registry.Fault = RegistryServer.Silence;
        host.Identity.FailWith(RegistryServer.HangUp);
        var rollback = $"/api/v1/releases/{worse.Text("id")}/rollback";
        await (await admin.SendAsync("POST", rollback, """{"reason":"Worse."}""")).ShouldBeAsync(200);

        Assert.Equal(revision + 1, (await admin.GetAsync("/api/v1/tenant", 200)).GetProperty("revision").GetInt64());
        var has = await admin.GetAsync("/api/v1/labels/production/assignments", 200);
        Assert.Equal(1, Assert.Single(has.GetProperty("items").EnumerateArray()).GetProperty("stable").GetInt32());
    }
}
