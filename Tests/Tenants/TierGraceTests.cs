using AgentManagement.Tests.WebGateway;

namespace AgentManagement.Tests.Tenants;

/// <summary>The grace after a downgrade, on a service of its own.</summary>
public sealed class TierGraceTests
{
    // Below what tokens' times may be off by.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(25);

    [Fact]
    public async Task During_the_grace_the_former_limits_hold_and_then_the_new_ones()
    {
        var clock = new ShiftedClock();
        await using var service = await ServiceHost.StartAsync(
            change: settings => settings with { TierGrace = Grace }, configure: services => services.AddSingleton<TimeProvider>(clock));
        var platform = service.CreateClient("platform", "platform_admin");
        await (await platform.SendAsync("PUT", "/internal/v1/tenants/acme", """{"tier":"professional"}""")).ShouldBeAsync(200);
        await (await platform.SendAsync("PUT", "/internal/v1/tenants/acme", """{"tier":"free"}""")).ShouldBeAsync(200);

        // Going further down does not begin it anew.
        clock.Advance(TimeSpan.FromSeconds(5));
        await (await platform.SendAsync("PUT", "/internal/v1/tenants/acme", """{"tier":"free","overrides":{"agents":2}}"""))
            .ShouldBeAsync(200);

        var client = service.CreateClient();
        var during = await client.GetAsync("/api/v1/tenant", 200);
        Assert.Equal(("professional", "free"), (during.Text("tier"), during.GetProperty("grace").Text("nextTier")));
        for (var number = 0; number < 4; number++) await client.CreateAsync();

        clock.Advance(Grace - TimeSpan.FromSeconds(5));
        var client2 = service.CreateClient();
        var after = await client2.GetAsync("/api/v1/tenant", 200);
        Assert.Equal(("free", JsonValueKind.Null), (after.Text("tier"), after.GetProperty("grace").ValueKind));
        await (await client2.SendAsync("POST", Api.Agents, Api.Content())).ShouldBeProblemAsync(409, "quota_exceeded");
    }
}
