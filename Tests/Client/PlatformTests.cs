using AgentManagement.Client;
using AgentManagement.Tests.WebGateway;

namespace AgentManagement.Tests.Client;

/// <summary>What the platform's administrators do by the client.</summary>
[Collection(typeof(GatewayTests))]
public sealed class PlatformTests(Gateway gateway)
{
    [Fact]
    public async Task A_tenant_is_tried_and_set_as_a_whole()
    {
        var tenant = Gateway.NewTenant();
        var platform = new AgentManagementClient(gateway.Client("platform_admin", "platform"), new()).Platform;
        using var limits = JsonDocument.Parse("""{"agents":7}""");
        var configuration = new TenantConfiguration("professional")
        {
            Overrides = limits.RootElement,
            Settings = new() { RequireIfMatch = true, DefaultModel = new("openai", "gpt-5-mini") },
        };
        Assert.False((await platform.TryConfigureAsync(tenant, configuration)).Applied);
        var set = await platform.ConfigureAsync(tenant, configuration);
        Assert.Equal((true, "professional", 7), (set.Applied, set.Tenant.Tier, set.Tenant.Limits.GetProperty("agents").GetInt32()));
        Assert.Empty(set.Excesses);
        var seen = await gateway.Client("viewer", tenant).GetAsync("/api/v1/tenant", 200);
        Assert.True(seen.GetProperty("settings").GetProperty("requireIfMatch").GetBoolean());
        Assert.Equal("gpt-5-mini", seen.GetProperty("settings").GetProperty("defaultModel").Text("id"));
        var refusal = await Assert.ThrowsAsync<ApiException>(() =>
            new AgentManagementClient(gateway.Client("admin", tenant), new()).Platform.ConfigureAsync(tenant, new("free")));
        Assert.Equal("permission_denied", refusal.Code);
    }
}
