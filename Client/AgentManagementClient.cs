namespace AgentManagement.Client;

/// <summary>
/// Speaks to the service as one caller: whoever the token is of. All members may be called at once. A refusal is an
/// <see cref="ApiException"/>; what went wrong on the way there is an <see cref="HttpRequestException"/>, and of what is read as it comes,
/// such as an export, an <see cref="IOException"/>.
/// </summary>
public sealed class AgentManagementClient
{
    /// <param name="http">
    /// Its base address is that of the service. It has no timeout of its own, since feeds stay open, and follows no redirection.
    /// </param>
    /// <param name="time">The clock of waits and ages. How long an answer may take is measured by the system's.</param>
    public AgentManagementClient(HttpClient http, AgentManagementOptions options, TimeProvider? time = null)
    {
        Connection = new Connection(http, options, time ?? TimeProvider.System);
        Agents = new(Connection);
        Templates = new(Connection);
        Labels = new(Connection);
        Releases = new(Connection);
        Runtimes = new(Connection);
        Tasks = new(Connection);
        Tenant = new(Connection);
        Platform = new(Connection);
        Audit = new(Connection);
        ApiKeys = new(Connection);
        Webhooks = new(Connection);
        Files = new(Connection);
        Schemas = new(Connection);
        Changes = new(Connection);
        Configurations = new(Connection);
    }

    internal Connection Connection { get; }

    public AgentsApi Agents { get; }

    public TemplatesApi Templates { get; }

    /// <summary>Where versions run.</summary>
    public LabelsApi Labels { get; }

    /// <summary>Changes of that.</summary>
    public ReleasesApi Releases { get; }

    /// <summary>Who runs which versions.</summary>
    public RuntimesApi Runtimes { get; }

    /// <summary>What takes longer than a request: imports, revalidations, upgrades of many agents.</summary>
    public TasksApi Tasks { get; }

    public TenantApi Tenant { get; }

    /// <summary>For the platform's administrators.</summary>
    public PlatformApi Platform { get; }

    public AuditApi Audit { get; }

    public ApiKeysApi ApiKeys { get; }

    public WebhooksApi Webhooks { get; }

    public FilesApi Files { get; }

    public SchemasApi Schemas { get; }

    public ChangesApi Changes { get; }

    /// <summary>For services that run agents.</summary>
    public ConfigurationsApi Configurations { get; }
}
