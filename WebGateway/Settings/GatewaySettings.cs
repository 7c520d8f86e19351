using System.Net;
using AgentManagement.ServiceDefaults.Settings;

namespace AgentManagement.WebGateway.Settings;

/// <summary>A gateway's own settings, each from the environment variable that it names.</summary>
public sealed record GatewaySettings
{
    /// <summary>IDENTITY_SERVICE_URL: whose tokens are accepted; null for those of SECRET_KEY.</summary>
    public Uri? IdentityServiceUrl { get; init; }

    /// <summary>IDENTITY_AUDIENCE, agent-management-api: for whom tokens of the Identity Service must be.</summary>
    public string IdentityAudience { get; init; } = "agent-management-api";

    /// <summary>CONSOLE_CLIENT_ID, none: as what the Identity Service knows the console, where people sign in there.</summary>
    public string? ConsoleClientId { get; init; }

    /// <summary>CONSOLE_SCOPES, openid: what the console asks the Identity Service for, separated by blanks.</summary>
    public string ConsoleScopes { get; init; } = DefaultScopes;

    /// <summary>ENABLE_WEBSOCKETS, true.</summary>
    public bool EnableWebSockets { get; init; } = true;

    /// <summary>ENABLE_MCP, true: whether there is an endpoint of the Model Context Protocol.</summary>
    public bool EnableMcp { get; init; } = true;

    /// <summary>
    /// ALLOWED_ORIGINS, none: origins of other hosts, separated by commas, whose pages may call the API and open sockets.
    /// </summary>
    public ImmutableArray<string> AllowedOrigins { get; init; } = [];

    /// <summary>TRUSTED_PROXIES, none: addresses and networks of the proxies whose <c>X-Forwarded-For</c> is believed.</summary>
    public ImmutableArray<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>RATE_LIMIT_ENABLED, true: whether requests are refused for their number.</summary>
    public bool IsRateLimited { get; init; } = true;

    /// <summary>
    /// RATE_LIMIT_IDENTITY_PERCENT, 50: how much of its tenant's requests a minute, and of those at the same time, one user, service or key
    /// may make.
    /// </summary>
    public int RateLimitIdentityPercent { get; init; } = 50;

    /// <summary>REQUEST_BODY_TIMEOUT, 30: seconds that each mebibyte of a body may take, and a smaller body as a whole.</summary>
    public TimeSpan BodyTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>REQUEST_BODY_MEMORY, 256: mebibytes of bodies that a gateway holds at the same time.</summary>
    public int BodyMemoryMebibytes { get; init; } = 256;

    private const string DefaultScopes = "openid";

    public static GatewaySettings Read(EnvironmentReader read)
    {
        var settings = ReadEach(read);
        if (settings is { ConsoleClientId: not null, IdentityServiceUrl: null })
        {
            read.Refuse("CONSOLE_CLIENT_ID needs IDENTITY_SERVICE_URL: there people sign in");
        }
        return settings;
    }

    private static GatewaySettings ReadEach(EnvironmentReader read) => new()
    {
        IdentityServiceUrl = read.ServiceAddress("IDENTITY_SERVICE_URL", ["http", "https"]),
        IdentityAudience = read.Text("IDENTITY_AUDIENCE") ?? "agent-management-api",
        ConsoleClientId = read.Text("CONSOLE_CLIENT_ID"),
        ConsoleScopes = read.Text("CONSOLE_SCOPES") ?? DefaultScopes,
        EnableWebSockets = read.Flag("ENABLE_WEBSOCKETS", defaultValue: true),
        EnableMcp = read.Flag("ENABLE_MCP", defaultValue: true),
        AllowedOrigins = read.Origins("ALLOWED_ORIGINS"),
        TrustedProxies = read.Networks("TRUSTED_PROXIES"),
        IsRateLimited = read.Flag("RATE_LIMIT_ENABLED", defaultValue: true),
        RateLimitIdentityPercent = read.Number("RATE_LIMIT_IDENTITY_PERCENT", 50, 1, 100),
        BodyTimeout = TimeSpan.FromSeconds(read.Number("REQUEST_BODY_TIMEOUT", 30, 2, 3600)),
        BodyMemoryMebibytes = read.Number("REQUEST_BODY_MEMORY", 256, 64, 1_000_000),
    };
}
