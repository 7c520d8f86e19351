namespace AgentManagement.Client;

/// <summary>
/// Speaks to the service as one caller: whoever the token is of. All members may be called at once. A refusal is an
/// <see cref="ApiException"/>; what went wrong on the way there is an <see cref="HttpRequestException"/>.
/// </summary>
public sealed class AgentManagementClient
{
    /// <param name="http">Its base address is that of the service; it has no timeout of its own, since feeds stay open.</param>
    public AgentManagementClient(HttpClient http, AgentManagementOptions options, TimeProvider? time = null)
    {
        var connection = new Connection(http, options, time ?? TimeProvider.System);
        Agents = new(connection);
        Templates = new(connection);
        Tasks = new(connection);
        Tenant = new(connection);
        Audit = new(connection);
        ApiKeys = new(connection);
        Changes = new(connection);
        Configurations = new(connection);
    }

    public AgentsApi Agents { get; }

    public TemplatesApi Templates { get; }

    /// <summary>What takes longer than a request: imports, revalidations, upgrades of many agents.</summary>
    public TasksApi Tasks { get; }

    public TenantApi Tenant { get; }

    public AuditApi Audit { get; }

    public ApiKeysApi ApiKeys { get; }

    public ChangesApi Changes { get; }

    /// <summary>For services that run agents.</summary>
    public ConfigurationsApi Configurations { get; }
}
