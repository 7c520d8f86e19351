using System.Collections.Concurrent;
using System.Security.Cryptography;
using AgentManagement.Tests.Tools;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace AgentManagement.Tests.Identity;

/// <summary>An Identity Service behind a real socket, as good and as bad as a test wants it.</summary>
internal sealed class IdentityServer : IAsyncDisposable
{
    // To make a key takes a tenth of a second.
    private static readonly RsaSecurityKey FirstKey = NewRsaKey("first");

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, int> _asked = new();

    private IdentityServer(WebApplication app) => (_app, SignIns) = (app, new(this));

    /// <summary>What it does for people.</summary>
    public IdentitySignIns SignIns { get; private set; }

    /// <summary>Its address, with a path that must be kept, as Keycloak's realms have one.</summary>
    public Uri Address { get; private set; } = null!;

    public string Issuer => Address.ToString().TrimEnd('/');

    /// <summary>The keys with which it signs; all of them are published.</summary>
    public List<AsymmetricSecurityKey> Keys { get; } = [FirstKey];

    /// <summary>What else is published among the keys.</summary>
    public List<object> Published { get; } = [];

    /// <summary>Changes of the discovery document; null for a member takes it out.</summary>
    public Dictionary<string, object?> Discovery { get; } = [];

    /// <summary>What introspection says of a token; null while the service does not introspect.</summary>
    public Func<string, object>? Introspect { get; set; }

    /// <summary>What it does instead of answering at one of its addresses: discovery, keys or introspection.</summary>
    public ConcurrentDictionary<string, Func<RegistryServer, HttpContext, Task>> Faults { get; } = new();

    /// <summary>Path and Authorization of each request.</summary>
    public ConcurrentQueue<(string Path, string Authorization)> Requests { get; } = new();

    /// <summary>How often one of its addresses was asked.</summary>
    public int Asked(string what) => _asked.GetValueOrDefault(what);

    public static async Task<IdentityServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var server = new IdentityServer(app);
        app.MapGet("/realms/main/.well-known/openid-configuration", http => server.ServeAsync(http, "discovery", server.DiscoveryDocument));
        app.MapGet("/realms/main/keys",
            http => server.ServeAsync(http, "keys", () => new { keys = server.Keys.Select(ToPublic).Concat(server.Published) }));
        app.MapPost("/realms/main/introspect", http =>
            server.ServeAsync(http, "introspection", () => server.Introspect!(http.Request.Form["token"].ToString())));
        IdentitySignIns.Map(app, server);
        app.MapFallback(http => server.ServeAsync(http, "elsewhere", () => new { }));
        await app.StartAsync();
        server.Address = new UriBuilder(app.Urls.First()) { Path = "/realms/main/" }.Uri;
        return server;
    }

    public static RsaSecurityKey NewRsaKey(string id, int bits = 2048) => new(RSA.Create(bits)) { KeyId = id };

    public static ECDsaSecurityKey NewCurveKey(string id) => new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = id };

    /// <summary>Every address fails in the same way.</summary>
    public void FailWith(Func<RegistryServer, HttpContext, Task> fault)
    {
        foreach (var what in (string[])["discovery", "keys", "introspection"]) Faults[what] = fault;
    }

    /// <summary>It is as it was at its start.</summary>
    public void StartOver()
    {
        SignIns = new(this) { RedirectAddress = SignIns.RedirectAddress };
        Introspect = null;
        Faults.Clear();
        Discovery.Clear();
        Requests.Clear();
        _asked.Clear();
        Keys.Clear();
        Keys.Add(FirstKey);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>The public half of a key, as key sets have it.</summary>
    public static object ToPublic(AsymmetricSecurityKey key)
    {
        if (key is RsaSecurityKey rsa)
        {
            var parameters = rsa.Rsa.ExportParameters(includePrivateParameters: false);
            return new
            {
                kty = "RSA", use = "sig", kid = key.KeyId, n = Base64UrlEncoder.Encode(parameters.Modulus),
                e = Base64UrlEncoder.Encode(parameters.Exponent),
            };
        }
        var curve = ((ECDsaSecurityKey)key).ECDsa.ExportParameters(includePrivateParameters: false);
        return new
        {
            kty = "EC", use = "sig", crv = "P-256", kid = key.KeyId, x = Base64UrlEncoder.Encode(curve.Q.X),
            y = Base64UrlEncoder.Encode(curve.Q.Y),
        };
    }

    private Dictionary<string, object?> DiscoveryDocument()
    {
        var document = new Dictionary<string, object?>
        {
            ["issuer"] = Issuer, ["jwks_uri"] = $"{Issuer}/keys", ["scopes_supported"] = new[] { "openid" },
        };
        if (Introspect is not null) document["introspection_endpoint"] = $"{Issuer}/introspect";
        SignIns.Describe(document);
        foreach (var (name, value) in Discovery) document[name] = value;
        return document.Where(member => member.Value is not null).ToDictionary();
    }

    private async Task ServeAsync(HttpContext http, string what, Func<object> answer)
    {
        // What anybody may read, the pages of others may, too.
        http.Response.Headers.AccessControlAllowOrigin = "*";
        Requests.Enqueue((http.Request.Path, http.Request.Headers.Authorization.ToString()));
        _asked.AddOrUpdate(what, 1, (_, count) => count + 1);
        try
        {
            if (Faults.TryGetValue(what, out var fault)) await fault(null!, http);
            else await http.Response.WriteAsJsonAsync(answer());
        }
        catch (OperationCanceledException)
        {
            // The caller has gone.
        }
    }
}
