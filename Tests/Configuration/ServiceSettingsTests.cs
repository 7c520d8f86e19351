using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Tests.Deployment;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace AgentManagement.Tests.Configuration;

public sealed class ServiceSettingsTests
{
    private const string Canary = "canary-5f2a";
    private const string Random = "c81e728d9d4c2f636f067f89cc14862c";
    private const string Another = "1679091c5a880faf6fb5e6087eb1b2dc";

    private static readonly Dictionary<string, string?> Production = new()
    {
        ["ENVIRONMENT"] = "production", ["DATABASE_URL"] = "postgresql://user:password@db:5432/agents",
        ["REDIS_URI"] = "rediss://user:password@redis:6380/1",
        ["SECRET_KEY"] = Random, ["TOOL_REGISTRY_URL"] = "https://tools", ["IDENTITY_SERVICE_URL"] = "https://identity",
        ["ORCHESTRATOR_WS_URL"] = "wss://orchestrator", ["SERVICE_TOKEN"] = Another,
    };

    [Fact]
    public void With_no_variables_everything_has_its_default()
    {
        var settings = Read([]);
        Assert.Equal(new HostSettings(), settings);
        Assert.Equal((false, 8080, 50, true), (
            settings.IsProduction, settings.ServicePort, settings.MaxAgentsPerTenant, settings.EnableWebSockets));
        Assert.Equal((LogLevel.Information, TimeSpan.FromHours(1), "data"),
            (settings.Service.LogLevel, settings.Silo.RedisQueueTimeToLive, settings.DataDirectory));
        Assert.Equal(("agent-management", null, 0, 0, 2),
            (settings.ClusterId, settings.Silo.PodIp, settings.Silo.SiloPort, settings.Silo.SiloGatewayPort, settings.Database.Silos));
        Assert.Equal((null, null, null, null), (settings.Database.Url, settings.RedisUri, settings.SecretKey, settings.ServiceToken));
    }

    [Theory]
    [InlineData("0 3 * * SUN")]
    [InlineData("0 3 * * SUN Europe/Madrid")]
    [InlineData("0 3 * * SUN Nowhere/Land 30")]
    [InlineData("0 3 * * SUN UTC 0")]
    [InlineData("0 3 * * SUN UTC 1441")]
    [InlineData("0 25 * * SUN UTC 30")]
    [InlineData("every sunday at three please UTC 30")]
    public void A_schedule_of_maintenance_that_is_none_is_refused(string text) => Assert.Contains(
        "MAINTENANCE_WINDOW must be the five fields of cron", Refusal(new() { ["MAINTENANCE_WINDOW"] = text }), StringComparison.Ordinal);

    [Fact]
    public void Without_web_sockets_the_orchestrator_has_no_address_and_needs_none()
    {
        var variables = new Dictionary<string, string?>(Production) { ["ENABLE_WEBSOCKETS"] = "false" };
        Assert.Null(Read(variables).Silo.OrchestratorWebSocketUrl);
        variables.Remove("ORCHESTRATOR_WS_URL");
        Assert.Null(Read(variables).Silo.OrchestratorWebSocketUrl);
        variables["ENABLE_WEBSOCKETS"] = "true";
        Assert.Contains("ORCHESTRATOR_WS_URL", Refusal(variables), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_variable_is_read()
    {
        var settings = Read(new(Production)
        {
            ["SERVICE_PORT"] = "9000", ["LOG_LEVEL"] = "debug", ["MAX_AGENTS_PER_TENANT"] = "7", ["ENABLE_WEBSOCKETS"] = "False",
            ["REDIS_QUEUE_TTL"] = "60", ["DATA_DIRECTORY"] = "/tmp/data", ["CLUSTER_ID"] = "blue_2", ["POD_IP"] = "10.1.2.3",
            ["SILO_PORT"] = "5000", ["SILO_GATEWAY_PORT"] = "5001", ["SILO_COUNT"] = "7",
            ["TIERS_FILE"] = "/etc/tiers.json", ["TIER_GRACE_DAYS"] = "14", ["IDENTITY_AUDIENCE"] = "agents", ["METRICS_TENANTS"] = "0",
            ["TRUSTED_PROXIES"] = "10.0.0.0/8, 192.0.2.7,2001:db8::/32", ["OUTGOING_NETWORKS"] = "10.1.0.0/16",
            ["RATE_LIMIT_ENABLED"] = "False", ["MANAGEMENT_PORT"] = "9090", ["DASHBOARD_ENABLED"] = "True",
            ["RATE_LIMIT_IDENTITY_PERCENT"] = "25", ["REQUEST_BODY_TIMEOUT"] = "7", ["REQUEST_BODY_MEMORY"] = "128",
            ["CLUSTER_TLS_DIRECTORY"] = "/etc/tls", ["CONSOLE_CLIENT_ID"] = "console", ["CONSOLE_SCOPES"] = "openid agents",
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://collector:4317",
        });
        Assert.Equal(["10.0.0.0/8", "192.0.2.7/32", "2001:db8::/32"], settings.TrustedProxies.Select(network => network.ToString()));
        Assert.Equal(("/etc/tiers.json", TimeSpan.FromDays(14)), (settings.Silo.TiersFile, settings.TierGrace));
        Assert.Equal((true, 9000, LogLevel.Debug, 7, false),
            (settings.IsProduction, settings.ServicePort, settings.Service.LogLevel, settings.MaxAgentsPerTenant,
            settings.EnableWebSockets));
        Assert.Equal((TimeSpan.FromMinutes(1), "/tmp/data"), (settings.Silo.RedisQueueTimeToLive, settings.DataDirectory));
        Assert.Equal(("blue_2", "10.1.2.3", 7), (settings.ClusterId, settings.Silo.PodIp!.ToString(), settings.Database.Silos));
        Assert.Equal("agents", settings.Gateway.IdentityAudience);
        Assert.Equal(("console", "openid agents"), (settings.ConsoleClientId, settings.Gateway.ConsoleScopes));
        Assert.Equal((9090, true), (settings.ManagementPort, settings.IsDashboardEnabled));
        Assert.Equal((5000, 5001), (settings.Silo.SiloPort, settings.Silo.SiloGatewayPort));
        Assert.Equal(["10.1.0.0/16"], settings.Service.OutgoingNetworks.Select(network => network.ToString()));
        Assert.Equal((false, 25), (settings.IsRateLimited, settings.RateLimitIdentityPercent));
        Assert.Equal("/etc/tls", settings.ClusterTlsDirectory);
        Assert.Equal((TimeSpan.FromSeconds(7), 128), (settings.BodyTimeout, settings.BodyMemoryMebibytes));
        Assert.Equal((0, 4317), (settings.MetricsTenants, settings.TelemetryEndpoint!.Port));
        Assert.Equal("user:password", settings.Database.Url!.UserInfo);
        Assert.Equal(("/1", "rediss"), (settings.RedisUri!.AbsolutePath, settings.RedisUri.Scheme));
        Assert.Equal((Random, Another, Another), (settings.SecretKey, settings.ServiceToken, settings.Service.OutgoingServiceToken));
        Assert.Equal("shown", Read(new(Production) { ["OUTGOING_SERVICE_TOKEN"] = "shown" }).Service.OutgoingServiceToken);
        Assert.Equal(("tools", "identity"), (settings.ToolRegistryUrl!.Host, settings.IdentityServiceUrl!.Host));
        Assert.Equal("orchestrator", Read(new(Production)).OrchestratorWebSocketUrl!.Host);
    }

    [Theory, InlineData("a"), InlineData("token"), InlineData("c81e728d9d4c2f636f067f89cc14862"),
        InlineData("changeme-changeme-changeme-change-1")]
    public void A_token_of_services_that_can_be_guessed_opens_nothing_in_production(string token)
    {
        Assert.Contains("SERVICE_TOKEN must", Refusal(new(Production) { ["SERVICE_TOKEN"] = token }), StringComparison.Ordinal);
        Assert.Equal(token, Read(new() { ["SERVICE_TOKEN"] = token }).ServiceToken);
    }

    [Theory]
    [InlineData("TOOL_REGISTRY_URL", "http://tools"), InlineData("IDENTITY_SERVICE_URL", "http://identity"),
        InlineData("ORCHESTRATOR_WS_URL", "ws://orchestrator")]
    public void In_production_no_token_is_sent_where_others_can_read_it_unless_that_is_said(string name, string address)
    {
        Assert.Contains(
            $"{name} must start with {address.Split(':')[0]}s://", Refusal(new(Production) { [name] = address }), StringComparison.Ordinal);
        Read(new(Production) { [name] = address, ["OUTGOING_OVER_HTTP"] = "true" });
        Read(new(Production) { [name] = address.Split(':')[0] + "://127.0.0.1:8080" });
        Read(new() { [name] = address });
    }

    [Fact]
    public void The_blob_store_is_read_whole_or_refused()
    {
        var all = new Dictionary<string, string?>
        {
            ["S3_BUCKET"] = "agents", ["S3_ENDPOINT"] = "https://s3.example:9000", ["S3_REGION"] = "eu-west-1", ["S3_ACCESS_KEY_ID"] = "id",
            ["S3_SECRET_ACCESS_KEY"] = Canary, ["FILES_GRACE_DAYS"] = "30",
        };
        var settings = Read(all);
        Assert.Equal(
            new S3Settings(new("https://s3.example:9000"), "agents", "eu-west-1", "id", Canary, ForcePathStyle: true), settings.S3);
        Assert.Equal(TimeSpan.FromDays(30), settings.Silo.FileGrace);
        Assert.DoesNotContain(Canary, settings.ToString(), StringComparison.Ordinal);
        Assert.False(Read(new(all) { ["S3_ENDPOINT"] = null }).S3!.ForcePathStyle);
        Assert.False(Read(new(all) { ["S3_FORCE_PATH_STYLE"] = "false" }).S3!.ForcePathStyle);

        Assert.Contains("S3_ACCESS_KEY_ID is required with S3_BUCKET; S3_SECRET_ACCESS_KEY is required with S3_BUCKET",
            Refusal(new() { ["S3_BUCKET"] = "agents" }), StringComparison.Ordinal);
        Assert.Contains("S3_BUCKET is required with S3_SECRET_ACCESS_KEY", Refusal(new() { ["S3_SECRET_ACCESS_KEY"] = Canary }),
            StringComparison.Ordinal);
        foreach (var (name, value) in (IEnumerable<(string, string)>)[("S3_BUCKET", "Agents/x"), ("S3_ENDPOINT", "s3.example"),
            ("S3_FORCE_PATH_STYLE", "yes"), ("FILES_GRACE_DAYS", "0")])
        {
            var refusal = Refusal(new(all) { [name] = value });
            Assert.Contains($"{name} must be", refusal, StringComparison.Ordinal);
            Assert.DoesNotContain(Canary, refusal, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(null, "DATABASE_URL REDIS_URI SECRET_KEY TOOL_REGISTRY_URL IDENTITY_SERVICE_URL ORCHESTRATOR_WS_URL SERVICE_TOKEN")]
    [InlineData(ContainerRole.Silo, "DATABASE_URL REDIS_URI SECRET_KEY TOOL_REGISTRY_URL ORCHESTRATOR_WS_URL SERVICE_TOKEN")]
    [InlineData(ContainerRole.Migration, "DATABASE_URL")]
    [InlineData(ContainerRole.Gateway, "REDIS_URI SECRET_KEY IDENTITY_SERVICE_URL SERVICE_TOKEN")]
    public void Production_names_every_missing_variable_at_once_and_only_those_that_the_process_needs(ContainerRole? role, string expected)
    {
        var message = Refusal(new() { ["ENVIRONMENT"] = "production" }, role);
        Assert.Equal(expected.Split(' '), Production.Keys.Where(name => message.Contains($"{name} is required", StringComparison.Ordinal)));
    }

    [Theory, InlineData("DATABASE_URL"), InlineData("REDIS_URI"), InlineData("SECRET_KEY"), InlineData("TOOL_REGISTRY_URL"),
        InlineData("IDENTITY_SERVICE_URL"), InlineData("ORCHESTRATOR_WS_URL"), InlineData("SERVICE_TOKEN")]
    public void Production_takes_a_blank_variable_for_a_missing_one(string name) =>
        Assert.Contains($"{name} is required", Refusal(new(Production) { [name] = "  " }), StringComparison.Ordinal);

    [Theory]
    [InlineData("ENVIRONMENT", $"{Canary}")]
    [InlineData("DATABASE_URL", $"mysql://user:{Canary}@host/db")]
    [InlineData("DATABASE_URL", $"{Canary}")]
    [InlineData("DATABASE_URL", $"postgresql:///{Canary}")]
    [InlineData("REDIS_URI", $"http://:{Canary}@host")]
    [InlineData("REDIS_URI", $"{Canary}:6379")]
    [InlineData("SECRET_KEY", $"{Canary}")]
    [InlineData("SERVICE_PORT", $"{Canary}")]
    [InlineData("SERVICE_PORT", "65536")]
    [InlineData("SERVICE_PORT", "-1")]
    [InlineData("SERVICE_PORT", "80.5")]
    [InlineData("LOG_LEVEL", $"{Canary}")]
    [InlineData("TOOL_REGISTRY_URL", $"ftp://{Canary}")]
    [InlineData("IDENTITY_SERVICE_URL", $"{Canary}")]
    [InlineData("ORCHESTRATOR_WS_URL", $"https://{Canary}")]
    [InlineData("MAX_AGENTS_PER_TENANT", "0")]
    [InlineData("MAX_AGENTS_PER_TENANT", $"{Canary}")]
    [InlineData("ENABLE_WEBSOCKETS", "yes")]
    [InlineData("ENABLE_MCP", "1")]
    [InlineData("RATE_LIMIT_ENABLED", "1")]
    [InlineData("RATE_LIMIT_IDENTITY_PERCENT", "0")]
    [InlineData("REQUEST_BODY_TIMEOUT", "1")]
    [InlineData("REQUEST_BODY_MEMORY", "63")]
    [InlineData("REDIS_QUEUE_TTL", "0")]
    [InlineData("REDIS_QUEUE_TTL", $"1{Canary}")]
    [InlineData("CLUSTER_ID", $"{Canary} two")]
    [InlineData("CLUSTER_ID", $"{Canary}:*")]
    [InlineData("POD_IP", $"{Canary}")]
    [InlineData("POD_IP", "10.0.0.256")]
    [InlineData("SILO_PORT", $"{Canary}")]
    [InlineData("SILO_PORT", "65536")]
    [InlineData("SILO_GATEWAY_PORT", $"{Canary}")]
    [InlineData("SILO_GATEWAY_PORT", "-1")]
    [InlineData("TRUSTED_PROXIES", "10.0.0.0/99")]
    [InlineData("TRUSTED_PROXIES", "proxy")]
    [InlineData("TRUSTED_PROXIES", $"{Canary}")]
    [InlineData("SILO_COUNT", "0")]
    [InlineData("SILO_COUNT", "1001")]
    [InlineData("SILO_COUNT", $"{Canary}")]
    public void A_value_that_cannot_be_used_is_named_and_never_repeated(string name, string value)
    {
        var message = Refusal(new() { [name] = value });
        Assert.Contains($"{name} must", message, StringComparison.Ordinal);
        Assert.DoesNotContain(Canary, message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_dashboard_needs_a_port_of_its_own()
    {
        Assert.Contains(
            "DASHBOARD_ENABLED needs MANAGEMENT_PORT", Refusal(new() { ["DASHBOARD_ENABLED"] = "true" }), StringComparison.Ordinal);
        Assert.Contains("DASHBOARD_ENABLED must", Refusal(new() { ["DASHBOARD_ENABLED"] = "yes", ["MANAGEMENT_PORT"] = "0" }),
            StringComparison.Ordinal);
        Assert.True(Read(new() { ["DASHBOARD_ENABLED"] = "true", ["MANAGEMENT_PORT"] = "0" }).IsDashboardEnabled);
        Assert.False(Read(new() { ["MANAGEMENT_PORT"] = "0" }).IsDashboardEnabled);
    }

    [Fact]
    public void Nobody_signs_in_to_the_console_at_an_Identity_Service_that_is_not_there()
    {
        Dictionary<string, string?> environment = new() { ["CONSOLE_CLIENT_ID"] = "console" };
        Assert.Contains("CONSOLE_CLIENT_ID needs IDENTITY_SERVICE_URL", Refusal(environment), StringComparison.Ordinal);
        environment["IDENTITY_SERVICE_URL"] = "http://identity";
        Assert.Equal("openid", Read(environment).Gateway.ConsoleScopes);
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once()
    {
        var message = Refusal(new() { ["ENVIRONMENT"] = "production", ["SERVICE_PORT"] = "x", ["LOG_LEVEL"] = "x" });
        Assert.All(["DATABASE_URL", "SERVICE_TOKEN", "SERVICE_PORT", "LOG_LEVEL"],
            name => Assert.Contains(name, message, StringComparison.Ordinal));
    }

    [Theory, InlineData(31, false), InlineData(32, true)]
    public void A_secret_key_has_at_least_32_bytes(int bytes, bool accepted)
    {
        Dictionary<string, string?> environment = new() { ["SECRET_KEY"] = new string('k', bytes) };
        if (accepted) Assert.Equal(bytes, Read(environment).SecretKey!.Length);
        else Assert.Contains("32 bytes", Refusal(environment), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk"), InlineData("abababababababababababababababababab"),
        InlineData("0123456789abcdef0123456789abcdef0123456789abcdef")]
    [InlineData("c81e728dc81e728dc81e728dc81e728dc81e728d"), InlineData("changeme-c81e728d9d4c2f636f067f89cc14862c"),
        InlineData("Change_Me_c81e728d9d4c2f636f067f89cc14862c")]
    [InlineData("my-secret-key-c81e728d9d4c2f636f067f89cc14"), InlineData("PASSWORD c81e728d9d4c2f636f067f89cc14862c"),
        InlineData("bench-secret-key-of-at-least-thirty-two-bytes")]
    [InlineData("zyxwvutsrqponmlkjihgfedcba9876543210zyx"), InlineData("c81e728d9d4c2f636f067f8923456789"),
        InlineData("c81e728d9d4c2f636f067f89aaaaaaaa")]
    public void Production_refuses_a_secret_key_that_can_be_guessed_and_never_repeats_it(string key)
    {
        var message = Refusal(new(Production) { ["SECRET_KEY"] = key });
        Assert.Contains("SECRET_KEY must not", message, StringComparison.Ordinal);
        Assert.DoesNotContain(key, message, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(key, Read(new() { ["SECRET_KEY"] = key }).SecretKey);
    }

    [Fact]
    public void Production_takes_every_secret_key_that_was_made_at_random()
    {
        for (var number = 0; number < 2_000; number++)
        {
            var bytes = System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(number));
            foreach (var key in (
                string[])[Convert.ToHexString(bytes), Convert.ToHexStringLower(bytes)[..32], Convert.ToBase64String(bytes)])
            {
                Assert.Equal(key, Read(new(Production) { ["SECRET_KEY"] = key }).SecretKey);
            }
        }
    }

    [Theory, InlineData("DEBUG", LogLevel.Debug), InlineData("info", LogLevel.Information), InlineData("WARNING", LogLevel.Warning),
        InlineData("ERROR", LogLevel.Error), InlineData("Critical", LogLevel.Critical)]
    public void Log_levels_have_the_names_of_the_specification(string name, LogLevel expected) =>
        Assert.Equal(expected, Read(new() { ["LOG_LEVEL"] = name }).Service.LogLevel);

    [Fact]
    public void In_production_silos_have_ports_that_others_can_know()
    {
        var settings = Read(new(Production));
        Assert.Equal((11_111, 30_000), (settings.Silo.SiloPort, settings.Silo.SiloGatewayPort));
    }

    [Theory, InlineData(64, true), InlineData(65, false)]
    public void A_cluster_has_a_short_name(int length, bool accepted)
    {
        Dictionary<string, string?> environment = new() { ["CLUSTER_ID"] = new string('c', length) };
        if (accepted) Assert.Equal(length, Read(environment).ClusterId.Length);
        else Assert.Contains("CLUSTER_ID must", Refusal(environment), StringComparison.Ordinal);
    }

    private static HostSettings Read(Dictionary<string, string?> environment, ContainerRole? role = null) =>
        HostSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(environment).Build(), role);

    private static string Refusal(Dictionary<string, string?> environment, ContainerRole? role = null) =>
        Assert.Throws<SettingsException>(() => Read(environment, role)).Message;
}
