namespace AgentManagement.Tests.WebGateway;

[Collection(typeof(GatewayTests))]
public sealed class MeTests(Gateway gateway)
{
    private const string Me = "/api/v1/me";

    [Fact]
    public async Task A_caller_is_told_what_its_token_says_and_gives()
    {
        foreach (var (role, permissions) in AgentManagement.Access.Permissions.ByRole)
        {
            var tenant = Gateway.NewTenant();
            var me = await gateway.Client(role, tenant, "advance", "ann").GetAsync(Me, 200);
            Assert.Equal((tenant, "ann", role, "advance"), (me.Text("tenant"), me.Text("subject"), me.Text("role"), me.Text("tier")));
            Assert.Equal(permissions.Order(StringComparer.Ordinal), PermissionsOf(me));
            Assert.True(me.GetProperty("expiresAt").GetDateTimeOffset() > DateTimeOffset.UtcNow);
        }
    }

    [Fact]
    public async Task An_API_key_is_told_its_list_and_no_end_where_it_has_none()
    {
        var admin = gateway.Client("admin");
        var key = await (await admin.SendAsync(
            "POST", "/api/v1/api-keys", """{"name":"ci","permissions":["agents:read","tenant:read"]}""")).ShouldBeAsync(201);
        var client = gateway.Anonymous();
        client.DefaultRequestHeaders.Authorization = new("Bearer", key.Text("secret"));
        var me = await client.GetAsync(Me, 200);
        Assert.Equal(["agents:read", "tenant:read"], PermissionsOf(me));
        Assert.Equal($"api-key/{key.GetProperty("apiKey").Text("id")}", me.Text("subject"));
    }

    private static IEnumerable<string> PermissionsOf(JsonElement me) =>
        me.GetProperty("permissions").EnumerateArray().Select(each => each.GetString()!);

    [Fact]
    public async Task Nobody_is_told_of_nobody() =>
        await (await gateway.Anonymous().SendAsync("GET", Me)).ShouldBeProblemAsync(401, "unauthenticated");
}
