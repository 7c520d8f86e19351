using System.Net.Http.Headers;
using Microsoft.IdentityModel.Tokens;

namespace AgentManagement.Tests.WebGateway;

[Collection(typeof(GatewayTests))]
public sealed class TokenTests(Gateway gateway)
{
    public static TheoryData<string> BadTokens => [.. Bad.Keys];

    private static readonly Dictionary<string, Func<string>> Bad = new()
    {
        ["no token at all"] = () => "",
        ["not a token"] = () => "abc.def.ghi",
        ["unsigned"] = Tokens.Unsigned,
        ["another key"] = () => Tokens.Make(key: "another-secret-key-with-enough-bytes-in-it"),
        ["another algorithm"] = () => Tokens.Make(
            key: AgentManagement.Tests.Support.ServiceHost.SecretKey + new string('x', 64), algorithm: SecurityAlgorithms.HmacSha512),
        ["another issuer"] = () => Tokens.Make(issuer: "somebody"),
        ["another audience"] = () => Tokens.Make(audience: "something"),
        ["expired"] = () => Tokens.Make(validFromMinutes: -20, validToMinutes: -1),
        ["not yet valid"] = () => Tokens.Make(validFromMinutes: 1),
        ["no expiry"] = () => Tokens.Make(validToMinutes: null),
        ["no tenant"] = () => Tokens.Make(change: claims => claims.Remove("tenant_id")),
        ["tenant with a slash"] = () => Tokens.Make(change: claims => claims["tenant_id"] = "acme/bot"),
        ["tenant with a line break"] = () => Tokens.Make(change: claims => claims["tenant_id"] = "acme\n"),
        ["two tenants"] = () => Tokens.Make(change: claims => claims["tenant_id"] = new[] { "acme", "beta" }),
        ["no subject"] = () => Tokens.Make(change: claims => claims.Remove("sub")),
        ["blank subject"] = () => Tokens.Make(change: claims => claims["sub"] = " "),
        ["subject with a line break"] = () => Tokens.Make(change: claims => claims["sub"] = "a\nb"),
        ["no role"] = () => Tokens.Make(change: claims => claims.Remove("role")),
        ["unknown role"] = () => Tokens.Make(change: claims => claims["role"] = "root"),
        ["the role of silos"] = () => Tokens.Make(change: claims => claims["role"] = "silo"),
        ["two roles"] = () => Tokens.Make(change: claims => claims["role"] = new[] { "viewer", "admin" }),
        ["a tenant in a list"] = () => Tokens.Make(change: claims => claims["tenant_id"] = new[] { "acme" }),
        ["a tenant that is a number"] = () => Tokens.Make(change: claims => claims["tenant_id"] = 123),
        ["a role that is a flag"] = () => Tokens.Make(change: claims => claims["role"] = true),
        ["a tier that is a number"] = () => Tokens.Make(change: claims => claims["tier"] = 1),
        ["an id that is a number"] = () => Tokens.Make(change: claims => claims["jti"] = 1),
        ["an end that is a text"] = () => Tokens.Sign($$"""{{{Tokens.ForUs}},"exp":"{{Tokens.Later}}"}"""),
        ["an end with a fraction"] = () => Tokens.Sign($$"""{{{Tokens.ForUs}},"exp":{{Tokens.Later}}.5}"""),
        ["made in an hour"] = () => Tokens.Make(change: claims => claims["iat"] = Tokens.Later),
        ["two ends"] = () => Tokens.Sign($$"""{{{Tokens.ForUs}},"exp":1,"exp":{{Tokens.Later}}}"""),
        ["a tenant twice"] = () => Tokens.Sign($$"""{{{Tokens.ForUs}},"exp":{{Tokens.Later}},"tenant_id":"acme"}"""),
        ["a role twice, once in escapes"] = () =>
            Tokens.Sign($$"""{{{Tokens.ForUs}},"exp":{{Tokens.Later}},"r\u006fle":"viewer"}"""),
        ["a subject with half a letter"] = () => Tokens.Sign(
            $$"""{"iss":"agent-management","aud":"agent-management-api","tenant_id":"acme","role":"admin","sub":"\ud800","exp":{{Tokens.Later}}}"""),
        ["the subject of the service's own work"] = () => Tokens.Make(change: claims => claims["sub"] = "system"),
        ["the same in other letters"] = () => Tokens.Make(change: claims => claims["sub"] = "System"),
        ["the subject of the service's processes"] = () => Tokens.Make(change: claims => claims["sub"] = "agent-management"),
        ["the subject of other services"] = () => Tokens.Make(change: claims => claims["sub"] = "service-token"),
        ["the subject of a key"] = () => Tokens.Make(change: claims => claims["sub"] = "api-key/0123456789abcdef"),
    };

    [Theory]
    [MemberData(nameof(BadTokens))]
    public async Task A_token_that_is_not_right_is_refused(string what)
    {
        var response = await ClientWith(Bad[what]()).SendAsync("GET", Api.Agents);

        await response.ShouldBeProblemAsync(401, "unauthenticated");
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().ToString());
    }

    [Fact]
    public async Task A_right_token_is_accepted()
    {
        await ClientWith(Tokens.Make()).GetAsync(Api.Agents, 200);
        await ClientWith(Tokens.Sign($$"""{{{Tokens.ForUs}},"exp":{{Tokens.Later}}}""")).GetAsync(Api.Agents, 200);
    }

    [Fact]
    public async Task The_token_is_looked_at_before_anything_else()
    {
        using var client = gateway.Anonymous();
        await (await client.SendAsync("POST", Api.Agents, "{", ("Content-Type", "text/plain")))
            .ShouldBeProblemAsync(401, "unauthenticated");
        await (await client.SendAsync("PUT", $"{Api.Agents}/Not%20a%20slug?odd=1")).ShouldBeProblemAsync(401, "unauthenticated");
    }

    [Fact]
    public async Task The_tenant_is_never_taken_from_the_request()
    {
        var (ours, other) = (gateway.Client(), Gateway.NewTenant());
        await ours.CreateAsync();

        var list = await (await ours.SendAsync("GET", Api.Agents, null, ("X-Tenant-ID", other), ("X-Tenant-Tier", "free")))
            .ShouldBeAsync(200);

        Assert.Equal(1, list.GetProperty("total").GetInt32());
        Assert.Equal(0, (await gateway.Client(tenant: other).GetAsync(Api.Agents, 200)).GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task A_development_token_works()
    {
        using var client = gateway.Anonymous();
        var made = await (await client.SendAsync("POST", "/dev/token", """{"tenant":"acme","role":"viewer","tier":"free"}"""))
            .ShouldBeAsync(200);

        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", made.Text("token"));

        Assert.Equal("free", (await client.GetAsync("/api/v1/tenant", 200)).Text("tier"));
        Assert.True(made.GetProperty("expiresAt").GetDateTimeOffset() > DateTimeOffset.UtcNow);
    }

    [Fact]
    public async Task A_development_token_for_nobody_is_refused() =>
        await (await gateway.Anonymous().SendAsync("POST", "/dev/token", """{"tenant":"a b","role":"root","admin":true}"""))
            .ShouldBeProblemAsync(422, "invalid_content");

    private HttpClient ClientWith(string token)
    {
        var client = gateway.Anonymous();
        if (token.Length > 0) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }
}
