using System.Security.Cryptography;
using System.Text;
using AgentManagement.Tests.WebGateway;
using Microsoft.IdentityModel.Tokens;

namespace AgentManagement.Tests.Identity;

/// <summary>Which tokens are accepted where the Identity Service makes them, judged by their signature alone.</summary>
[Collection(nameof(AgentManagement.Tests.Identity))]
public sealed class IdentityTokenTests(IdentityTokenTests.Shared shared) : IClassFixture<IdentityTokenTests.Shared>
{
    private static readonly RsaSecurityKey Attacker = IdentityServer.NewRsaKey("first");

    private static readonly Dictionary<string, Func<IdentityServer, string>> Good = new()
    {
        ["RS256"] = server => server.Token(),
        ["ES256"] = server => server.Token(server.Keys[1]),
        ["PS256"] = server => server.Token(algorithm: SecurityAlgorithms.RsaSsaPssSha256),
        ["the type of access tokens"] = server => server.Token(type: "at+jwt"),
        ["without a key id"] = server =>
            server.Forge(new { alg = "RS256" }, data => Rsa(server).SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)),
        ["for several"] = server => server.Token(audience: "", change: claims => claims["aud"] = new[] { "other", "agent-management-api" }),
    };

    private static readonly Dictionary<string, Func<IdentityServer, string>> Bad = new()
    {
        ["no token at all"] = _ => "",
        ["not a token"] = _ => "abc.def.ghi",
        ["opaque, without introspection"] = _ => "f2d81a260dea8a100dd517984e53c56a",
        ["alg none"] = server => server.Forge(new { alg = "none", typ = "JWT" }, _ => []),
        ["alg None"] = server => server.Forge(new { alg = "None", typ = "JWT", kid = "first" }, _ => []),
        ["alg RS256 without a signature"] = server => server.Forge(new { alg = "RS256", kid = "first" }, _ => []),
        ["no alg"] = server => server.Forge(new { kid = "first" }, _ => []),
        ["HS256 with the public key in PEM"] = server => Hmac(server, Encoding.ASCII.GetBytes(Rsa(server).ExportSubjectPublicKeyInfoPem())),
        ["HS256 with the public key in PKCS 1"] = server => Hmac(server, Encoding.ASCII.GetBytes(Rsa(server).ExportRSAPublicKeyPem())),
        ["HS256 with the public key in DER"] = server => Hmac(server, Rsa(server).ExportSubjectPublicKeyInfo()),
        ["HS256 with the modulus"] = server => Hmac(server, Rsa(server).ExportParameters(false).Modulus!),
        ["HS256 with SECRET_KEY"] = server => Hmac(server, Encoding.UTF8.GetBytes(ServiceHost.SecretKey)),
        ["HS256 with an empty key"] = server => Hmac(server, []),
        ["HS256 with a symmetric key that is published"] = server => server.Forge(
            new { alg = "HS256", kid = "shared" }, data => HMACSHA256.HashData(Encoding.ASCII.GetBytes(Shared.SymmetricKey), data)),
        ["a token of the service's own"] = _ => Tokens.Make(),
        ["RS384"] = server => server.Token(algorithm: SecurityAlgorithms.RsaSha384),
        ["RS256 under the id of a curve"] = server => server.Token(Named(server.Keys[0], "second")),
        ["another key"] = server => server.Token(Named(Attacker, "other")),
        ["another key under a known id"] = server => server.Token(Attacker),
        ["a key that is too short"] = server => server.Token(Shared.ShortKey),
        ["a key that is for encryption"] = server => server.Token(Shared.EncryptionKey),
        ["kid of a path"] = server => server.Token(Named(Attacker, "../../../../dev/null")),
        ["kid of SQL"] = server => server.Token(Named(Attacker, "x' UNION SELECT 'key' --")),
        ["kid of an address"] = server => server.Token(Named(Attacker, $"{Shared.Elsewhere}keys")),
        ["kid of a megabyte's beginning"] = server => server.Token(Named(Attacker, new string('k', 4_000))),
        ["jwk"] = server =>
            server.Token(
            Attacker, header: new() { ["jwk"] = System.Text.Json.JsonSerializer.SerializeToElement(IdentityServer.ToPublic(Attacker)) }),
        ["jku"] = server => server.Token(Attacker, header: new() { ["jku"] = $"{Shared.Elsewhere}keys" }),
        ["x5u"] = server => server.Token(Attacker, header: new() { ["x5u"] = $"{Shared.Elsewhere}certificate" }),
        ["x5c"] = server => server.Token(Attacker, header: new() { ["x5c"] = new[] { Certificate() } }),
        ["crit"] = server => server.Token(header: new() { ["crit"] = new[] { "b64" }, ["b64"] = false }),
        ["another type"] = server => server.Token(type: "logout+jwt"),
        ["another issuer"] = server => server.Token(issuer: "https://somebody.example"),
        ["an issuer that begins the same"] = server => server.Token(issuer: server.Issuer + "/"),
        ["another audience"] = server => server.Token(audience: "something"),
        ["an audience in other letters"] = server => server.Token(audience: "Agent-Management-API"),
        ["expired"] = server => server.Token(validFromMinutes: -20, validToMinutes: -1),
        ["not yet valid"] = server => server.Token(validFromMinutes: 2),
        ["no expiry"] = server => server.Token(validToMinutes: null),
        ["an expiry after all time"] = server => server.Token(validToMinutes: null, change: claims => claims["exp"] = long.MaxValue),
        ["without its last letters"] = server => server.Token()[..^5],
        ["without its signature"] = server => server.Token()[..server.Token().LastIndexOf('.')],
        ["with an empty signature"] = server => server.Token()[..(server.Token().LastIndexOf('.') + 1)],
        ["its header only"] = server => server.Token().Split('.')[0],
        ["other claims under the signature"] = server => Swap(server.Token(), server.Token(change: claims => claims["tenant_id"] = "beta")),
        ["encrypted"] = _ => "eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA",
        ["no tenant"] = server => server.Token(change: claims => claims.Remove("tenant_id")),
        ["a tenant with a slash"] = server => server.Token(change: claims => claims["tenant_id"] = "acme/bot"),
        ["two tenants"] = server => server.Token(change: claims => claims["tenant_id"] = new[] { "acme", "beta" }),
        ["no subject"] = server => server.Token(change: claims => claims.Remove("sub")),
        ["no role"] = server => server.Token(change: claims => claims.Remove("role")),
        ["two roles"] = server => server.Token(change: claims => claims["role"] = new[] { "viewer", "admin" }),
        ["the role of silos"] = server => server.Token(change: claims => claims["role"] = "silo"),
    };

    public static TheoryData<string> GoodTokens => [.. Good.Keys];

    public static TheoryData<string> BadTokens => [.. Bad.Keys];

    [Theory, MemberData(nameof(GoodTokens))]
    public async Task A_right_token_is_accepted(string what) =>
        Assert.Equal(200, await shared.Host.StatusAsync(Good[what](shared.Host.Identity)));

    [Theory, MemberData(nameof(BadTokens))]
    public async Task A_token_that_is_not_right_is_refused(string what)
    {
        using var client = shared.Host.Client(Bad[what](shared.Host.Identity));
        var response = await client.GetAsync(Api.Agents);
        await response.ShouldBeProblemAsync(401, "unauthenticated");
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().ToString());
    }

    [Fact]
    public async Task No_address_that_a_token_names_is_asked()
    {
        foreach (var what in (string[])["jku", "x5u", "kid of an address"]) await shared.Host.StatusAsync(Bad[what](shared.Host.Identity));
        Assert.Equal(0, shared.Host.Identity.Asked("elsewhere"));
        Assert.All(shared.Host.Identity.Requests, request => Assert.Equal("", request.Authorization));
    }

    [Fact]
    public async Task The_claims_are_the_callers()
    {
        using var client =
            shared.Host.Client(shared.Host.Identity.Token(change: claims => (claims["tier"], claims["role"]) = ("free", "viewer")));
        Assert.Equal("free", (await client.GetAsync("/api/v1/tenant", 200)).Text("tier"));
        await (await client.SendAsync("POST", Api.Agents, Api.Content())).ShouldBeProblemAsync(403, "permission_denied");
    }

    [Fact]
    public async Task Nothing_of_a_token_is_in_the_log()
    {
        const string canary = "canary-7c1b";
        var server = shared.Host.Identity;
        string[] tokens =
        [
            server.Token(audience: canary), server.Token(issuer: canary), server.Token(Named(Attacker, canary)),
            server.Token(type: canary), server.Token(change: claims => claims["role"] = canary),
            server.Token(change: claims => claims["sub"] = $"{canary}\n"),
        ];
        foreach (var token in tokens) Assert.Equal(401, await shared.Host.StatusAsync(token));
        Assert.DoesNotContain(shared.Host.Service.Logs.Lines, line => line.Contains(canary, StringComparison.Ordinal)
            || tokens.Any(token => line.Contains(token, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task There_are_no_development_tokens()
    {
        using var client = shared.Host.Client("");
        await (await client.SendAsync("POST", "/dev/token", """{"tenant":"acme","role":"viewer"}"""))
            .ShouldBeProblemAsync(404, "not_found");
    }

    private static RSA Rsa(IdentityServer server) => ((RsaSecurityKey)server.Keys[0]).Rsa;

    private static RsaSecurityKey Named(AsymmetricSecurityKey key, string id) => new(((RsaSecurityKey)key).Rsa) { KeyId = id };

    private static string Hmac(IdentityServer server, byte[] key) =>
        server.Forge(new { alg = "HS256", typ = "JWT", kid = "first" }, data => HMACSHA256.HashData(key, data));

    private static string Swap(string token, string other) => $"{token.Split('.')[0]}.{other.Split('.')[1]}.{token.Split('.')[2]}";

    private static string Certificate()
    {
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest(
            "CN=attacker", Attacker.Rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return Convert.ToBase64String(certificate.RawData);
    }

    /// <summary>One service for all of these: they change nothing of it.</summary>
    public sealed class Shared : IAsyncLifetime
    {
        public const string SymmetricKey = "a-symmetric-key-that-everybody-can-read";
        internal static readonly RsaSecurityKey ShortKey = IdentityServer.NewRsaKey("short", bits: 1024);
        internal static readonly RsaSecurityKey EncryptionKey = IdentityServer.NewRsaKey("encryption");

        internal static string Elsewhere { get; private set; } = "";

        internal IdentityHost Host { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Host = await IdentityHost.StartAsync(identity =>
            {
                identity.Keys.Add(IdentityServer.NewCurveKey("second"));
                identity.Keys.Add(ShortKey);
                identity.Published.Add(new { kty = "oct", kid = "shared", k = Base64UrlEncoder.Encode(SymmetricKey) });
                var parameters = EncryptionKey.Rsa.ExportParameters(false);
                identity.Published.Add(new
                {
                    kty = "RSA", use = "enc", kid = "encryption", n = Base64UrlEncoder.Encode(parameters.Modulus),
                    e = "AQAB"
                });
            });
            Elsewhere = new Uri(Host.Identity.Address, "/elsewhere/").ToString();
        }

        public ValueTask DisposeAsync() => Host.DisposeAsync();
    }
}
