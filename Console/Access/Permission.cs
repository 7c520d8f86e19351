namespace AgentManagement.WebConsole.Access;

/// <summary>What pages show only to whoever may do it; the service decides. docs/permissions.md has them all.</summary>
public static class Permission
{
    public const string ReadAgents = "agents:read";
    public const string WriteAgents = "agents:write";
    public const string ActivateAgents = "agents:activate";
    public const string DeleteAgents = "agents:delete";
    public const string PurgeAgents = "agents:purge";
    public const string ReadAudit = "audit:read";
    public const string ReadRefusals = "refusals:read";
    public const string ManageKeys = "keys:manage";
    public const string ManageWebhooks = "webhooks:manage";
    public const string ManageLabels = "labels:manage";
    public const string CreateReleases = "releases:create";
    public const string ApproveReleases = "releases:approve";
    public const string RunReleases = "releases:run";
    public const string WriteTemplates = "templates:write";
    public const string ReadRuntimes = "runtimes:read";
    public const string ReadTenant = "tenant:read";
    public const string ManageTenants = "tenants:manage";
}
