using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AgentManagement.ClusterClient;
using AgentManagement.ClusterClient.Hosting;
using AgentManagement.Keys;
using AgentManagement.Tenants;
using AgentManagement.Tests.WebGateway;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AgentManagement.Tests.ClusterClient;

/// <summary>Clients of the silos' port, which is open to whoever is in the network.</summary>
public sealed class ForgedCallerTests : IAsyncLifetime
{
    private readonly string _clusterId = $"test-{Guid.NewGuid():n}";
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("agent-management-");

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync()
    {
        _directory.Delete(recursive: true);
        return default;
    }

    [Fact]
    public async Task Who_forges_a_caller_is_denied_and_a_service_reads_and_changes_nothing()
    {
        await using var service = await StartAsync();
        await service.CreateClient().CreateAsync(Api.Content(id: "bot"));

        await using var forger = await ClientAsync(CallerKeys.OfService("guessed"));
        await using var reader = await ClientAsync(CallerKeys.OfService(ServiceHost.ServiceToken));
        foreach (var client in (Client[])[forger, reader])
        {
            foreach (var role in (string[])["admin", "platform_admin", Caller.SiloRole, Caller.GatewayRole])
            {
                Caller.Current = new("acme", "ceo", role, "enterprise", "c");
                var denied = await Assert.ThrowsAsync<AccessDeniedException>(client.Tenant("acme").GetAsync);
                Assert.Equal("caller_not_genuine", denied.Code);
            }
        }
        Caller.Current = new("acme", "reader", "service", null, "c");
        Assert.Equal("caller_not_genuine", (await Assert.ThrowsAsync<AccessDeniedException>(forger.Tenant("acme").GetAsync)).Code);
        Assert.Equal(1, (await reader.Tenant("acme").GetAsync()).Revision);
        Assert.Equal("permission_denied", (await Assert.ThrowsAsync<AccessDeniedException>(
            () => reader.Tenant("acme").ApplyAsync("bot", new ArchiveAgent()))).Code);
        Assert.Equal("tenant_mismatch", (await Assert.ThrowsAsync<AccessDeniedException>(reader.Tenant("other").GetAsync)).Code);
        // The forger's name of the tenant is not believed either: its administrator does not hear of it.
        var attempts = await service.CreateClient(role: "admin").GetAsync("/api/v1/audit/refusals", 200);
        Assert.DoesNotContain(
            attempts.GetProperty("items").EnumerateArray(), attempt => attempt.Text("code") == "caller_not_genuine");
    }

    [Fact]
    public async Task With_certificates_only_who_has_one_of_the_authority_is_answered()
    {
        using var authority = Authority("the cluster's");
        using var other = Authority("another's");
        Write("silo", authority, authority);
        Write("reader", authority, authority);
        Write("stranger", other, authority);
        await using var service = await StartAsync("silo");
        var keys = CallerKeys.OfService(ServiceHost.ServiceToken);
        await using (var reader = await ClientAsync(keys, "reader"))
        {
            Caller.Current = new("acme", "reader", "service", null, "c");
            Assert.Equal(0, (await reader.Tenant("acme").GetAsync()).Revision);
        }
        foreach (var wrong in (string?[])["stranger", null])
        {
            await using var client = await ClientAsync(keys, wrong, waits: false);
            Caller.Current = new("acme", "reader", "service", null, "c");
            await Assert.ThrowsAsync<GrainCallException>(() => client.Tenant("acme").GetAsync());
        }
        // With its own silo the service goes on.
        await service.CreateClient().CreateAsync(Api.Content(id: "bot"));
    }

    [Fact]
    public void A_certificate_is_trusted_by_its_authority_and_read_anew_when_it_changes()
    {
        using var authority = Authority("the cluster's");
        using var other = Authority("another's");
        Write("one", authority, authority);
        Write("two", other, other);
        var tls = ClusterTls.Find(Path("one"))!;
        using var own = X509CertificateLoader.LoadCertificateFromFile(System.IO.Path.Combine(Path("one"), "tls.crt"));
        using var others = X509CertificateLoader.LoadCertificateFromFile(System.IO.Path.Combine(Path("two"), "tls.crt"));
        Assert.Equal((true, false, false), (tls.IsTrusted(own), tls.IsTrusted(others), tls.IsTrusted(null)));

        Write("one", other, other);
        File.SetLastWriteTimeUtc(System.IO.Path.Combine(Path("one"), "tls.crt"), DateTime.UtcNow.AddMinutes(1));
        Assert.Equal((false, true), (tls.IsTrusted(own), tls.IsTrusted(others)));
    }

    [Fact]
    public void Where_nothing_is_there_is_no_tls_and_what_is_there_in_part_is_refused()
    {
        Assert.Null(ClusterTls.Find(null));
        Assert.Null(ClusterTls.Find(_directory.FullName));
        using var authority = Authority("the cluster's");
        Write("part", authority, authority);
        File.Delete(System.IO.Path.Combine(Path("part"), "tls.key"));
        Assert.Throws<InvalidOperationException>(() => ClusterTls.Find(Path("part")));
    }

    private Task<ServiceHost> StartAsync(string? certificate = null) => ServiceHost.StartAsync(change: settings => settings with
    {
        RedisUri = TestServers.Redis,
        ClusterId = _clusterId,
        ClusterTlsDirectory = certificate is null ? null : Path(certificate),
    });

    private async Task<Client> ClientAsync(CallerKeys keys, string? certificate = null, bool waits = true)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(options => options.ServicesStartConcurrently = true);
        builder.Services.AddClusterClient(
            TestServers.Redis, _clusterId, keys, ClusterTls.Find(certificate is null ? null : Path(certificate)));
        var host = builder.Build();
        var starting = host.StartAsync();
        if (waits) await Await.For(starting, "the client has found a silo");
        return new(host);
    }

    private string Path(string name) => System.IO.Path.Combine(_directory.FullName, name);

    private static X509Certificate2 Authority(string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    /// <summary>Writes a certificate of an authority, its key, and the authority that its holder believes.</summary>
    private void Write(string name, X509Certificate2 authority, X509Certificate2 trusted)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.Create(
            authority, authority.NotBefore, authority.NotAfter, RandomNumberGenerator.GetBytes(8));
        Directory.CreateDirectory(Path(name));
        File.WriteAllText(System.IO.Path.Combine(Path(name), "tls.crt"), certificate.ExportCertificatePem());
        File.WriteAllText(System.IO.Path.Combine(Path(name), "tls.key"), key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(System.IO.Path.Combine(Path(name), "ca.crt"), trusted.ExportCertificatePem());
    }

    private sealed class Client(IHost host) : IAsyncDisposable
    {
        public ITenantGrain Tenant(string tenantId) =>
            host.Services.GetRequiredService<IClusterClient>().Bind<ITenantGrain>(GrainKeys.Tenant(tenantId));

        public async ValueTask DisposeAsync()
        {
            using var end = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            try
            {
                await host.StopAsync(end.Token);
            }
            catch (OperationCanceledException)
            {
                // It has not even begun.
            }
            host.Dispose();
        }
    }
}
