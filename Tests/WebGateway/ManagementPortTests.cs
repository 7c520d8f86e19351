using System.Net.Sockets;
using System.Text;

namespace AgentManagement.Tests.WebGateway;

/// <summary>MANAGEMENT_PORT: what is for operators is there, and nowhere else.</summary>
public sealed class ManagementPortTests(ManagementPortTests.Services services) : IClassFixture<ManagementPortTests.Services>
{
    [Fact]
    public async Task Metrics_are_on_it_and_the_api_is_not()
    {
        var service = services.WithManagementPort;
        Assert.NotEqual(service.Address, service.ManagementAddress);
        foreach (var (path, onService, onManagement) in ((string, int, int)[])
        [
            ("/metrics", 404, 200), ("/health", 200, 200), ("/health/ready", 200, 200), ("/health/live", 200, 200),
            ("/api/v1/agents", 401, 404), ("/openapi/v1.json", 200, 404), ("/docs/index.html", 200, 404), ("/nothing", 404, 404),
        ])
        {
            Assert.Equal((path, onService), (path, await StatusAsync(service.Address, path)));
            Assert.Equal((path, onManagement), (path, await StatusAsync(service.ManagementAddress, path)));
        }
    }

    [Theory]
    [InlineData("//metrics", 404)]
    [InlineData("/metrics/", 404)]
    [InlineData("/METRICS", 404)]
    [InlineData("/%6detrics", 404)]
    [InlineData("/x/..%2fmetrics", 404)]
    [InlineData("/%2e%2e%2fmetrics", 404)]
    [InlineData("/metrics;x=/api", 404)]
    [InlineData("/x/../metrics", 400)]
    [InlineData("/x/%2e%2E/metrics", 400)]
    [InlineData("/./metrics", 400)]
    public async Task No_way_to_write_the_path_or_the_host_leads_there_from_the_services_port(string target, int status)
    {
        var service = services.WithManagementPort;
        var management = service.ManagementAddress.Authority;
        Assert.Equal(status, await StatusAsync(service.Address, target));
        Assert.Equal(status, await StatusAsync(service.Address, target, host: management));
        Assert.Equal(status, await StatusAsync(service.Address, $"http://{management}{target}", host: management));
    }

    [Theory]
    [InlineData("/api/v1/tenants/x/../../agents", 400)]
    [InlineData("/api/v1/%2E./agents", 400)]
    [InlineData("/..", 400)]
    [InlineData("/api/v1/agents?next=/../x", 401)]
    [InlineData("/api/v1/agents/a..b", 401)]
    [InlineData("/api/v1/agents/...", 401)]
    public async Task Dot_segments_are_refused_in_paths_only(string target, int status)
    {
        Assert.Equal(status, await StatusAsync(services.WithoutManagementPort.Address, target));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(0, false)]
    public async Task In_production_what_ails_the_service_is_told_there_only(int? port, bool isToldOnServicePort)
    {
        var database = await TestDatabase.CreateAsync("sqlite");
        await database.ApplySchemaAsync();
        await using var service = await ServiceHost.StartAsync(
            database, settings => settings with { IsProduction = true, ManagementPort = port });
        foreach (var path in (string[])["/health", "/health/ready"])
        {
            Assert.Equal(isToldOnServicePort, (await AnswerAsync(service.Address, path))
                .Contains("\"database\"", StringComparison.Ordinal));
            Assert.Contains("\"database\"", await AnswerAsync(service.ManagementAddress, path), StringComparison.Ordinal);
        }
    }

    private static async Task<int> StatusAsync(Uri address, string target, string? host = null) =>
        int.Parse((await AnswerAsync(address, target, host)).Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>What is answered to a request whose target is sent as it is.</summary>
    private static async Task<string> AnswerAsync(Uri address, string target, string? host = null)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync(address.Host, address.Port);
        await using var stream = connection.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: {host ?? address.Authority}\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }

    public sealed class Services : IAsyncLifetime
    {
        internal ServiceHost WithManagementPort { get; private set; } = null!;

        internal ServiceHost WithoutManagementPort { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            WithManagementPort = await ServiceHost.StartAsync(change: settings => settings with { ManagementPort = 0 });
            WithoutManagementPort = await ServiceHost.StartAsync();
        }

        public async ValueTask DisposeAsync()
        {
            await WithManagementPort.DisposeAsync();
            await WithoutManagementPort.DisposeAsync();
        }
    }
}
