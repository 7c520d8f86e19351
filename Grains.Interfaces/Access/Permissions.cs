using System.Collections.Frozen;

namespace AgentManagement.Access;

/// <summary>The permissions, and which role has which: the one table that gateway and silo both enforce.</summary>
public static class Permissions
{
    public const string AgentsRead = "agents:read";
    public const string AgentsWrite = "agents:write";
    public const string AgentsActivate = "agents:activate";
    public const string AgentsDelete = "agents:delete";
    public const string AgentsPurge = "agents:purge";
    public const string AuditRead = "audit:read";
    public const string TenantRead = "tenant:read";

    /// <summary>To read on the routes for services.</summary>
    public const string InternalRead = "internal:read";
    public const string TemplatesWrite = "templates:write";

    /// <summary>To set the tiers of all tenants.</summary>
    public const string TenantsManage = "tenants:manage";

    /// <summary>To read who was refused what.</summary>
    public const string RefusalsRead = "refusals:read";

    /// <summary>To create, list, rotate and revoke API keys.</summary>
    public const string KeysManage = "keys:manage";

    /// <summary>To create, change, rotate, test, replay and delete webhooks.</summary>
    public const string WebhooksManage = "webhooks:manage";

    /// <summary>To make, set and delete labels.</summary>
    public const string LabelsManage = "labels:manage";

    /// <summary>To make releases, and change their plans.</summary>
    public const string ReleasesCreate = "releases:create";

    /// <summary>To approve of releases that others made, and to reject them.</summary>
    public const string ReleasesApprove = "releases:approve";

    /// <summary>To start, advance, pause, cancel and take back releases.</summary>
    public const string ReleasesRun = "releases:run";

    /// <summary>To release whatever a label's policy asks.</summary>
    public const string ReleasesBypass = "releases:bypass";

    /// <summary>To report what evaluations, monitors and checks say.</summary>
    public const string ReleasesReport = "releases:report";

    /// <summary>To say what a runtime runs.</summary>
    public const string RuntimesReport = "runtimes:report";

    /// <summary>To read which runtimes there are, and what they run.</summary>
    public const string RuntimesRead = "runtimes:read";

    /// <summary>To ask whether an API key is good. No token gives it.</summary>
    public const string KeysVerify = "keys:verify";

    /// <summary>To have refusals kept. No token gives it.</summary>
    public const string RefusalsRecord = "refusals:record";

    /// <summary>To have tasks worked on. No token gives it.</summary>
    public const string TasksRun = "tasks:run";

    /// <summary>To mark agents whose tools do not work any more. No token gives it.</summary>
    public const string AgentsMark = "agents:mark";

    private static readonly ImmutableArray<string> Viewer = [AgentsRead, TenantRead, RuntimesRead];
    private static readonly ImmutableArray<string> Editor =
        [.. Viewer, AgentsWrite, AgentsActivate, AgentsDelete, AuditRead, TemplatesWrite, ReleasesCreate, ReleasesRun, ReleasesReport];
    private static readonly ImmutableArray<string> Admin =
        [.. Editor, AgentsPurge, RefusalsRead, KeysManage, WebhooksManage, LabelsManage, ReleasesApprove, ReleasesBypass];

    /// <summary>Role name to permissions. A role that is not here has none.</summary>
    public static ImmutableDictionary<string, ImmutableArray<string>> ByRole { get; } =
        new Dictionary<string, ImmutableArray<string>>
        {
            ["viewer"] = Viewer,
            ["editor"] = Editor,
            ["admin"] = Admin,
            // Services that run agents read definitions, say what they run, and nothing else (least privilege).
            ["service"] = [AgentsRead, TenantRead, InternalRead, RuntimesReport],
            // Administers tenants from outside, and has nothing to do with what is in them.
            ["platform_admin"] = [TenantsManage, RefusalsRead],
        }.ToImmutableDictionary(StringComparer.Ordinal);

    /// <summary>
    /// What a list of permissions may give: all that tenants' roles have, and nothing of the platform's or the service's own.
    /// </summary>
    public static ImmutableArray<string> Grantable { get; } =
    [
        AgentsRead, AgentsWrite, AgentsActivate, AgentsDelete, AgentsPurge, AuditRead, TenantRead, InternalRead, TemplatesWrite,
        RefusalsRead, KeysManage, WebhooksManage, LabelsManage, ReleasesCreate, ReleasesApprove, ReleasesRun,
        ReleasesBypass, ReleasesReport, RuntimesReport, RuntimesRead,
    ];

    // Asked several times in a request.
    private static readonly FrozenDictionary<string, FrozenSet<string>> Roles =
        ByRole.Keys.Union([Caller.SiloRole, Caller.GatewayRole]).ToFrozenDictionary(role => role, role => Of(role).ToFrozenSet());

    /// <summary>Whether a role has a permission.</summary>
    public static bool Has(string role, string permission) => Roles.TryGetValue(role, out var all) && all.Contains(permission);

    /// <summary>The permissions of a role, those of the service's own work included, which is nobody's by token.</summary>
    public static ImmutableArray<string> Of(string role) => role switch
    {
        Caller.SiloRole => [TasksRun, AgentsMark],
        Caller.GatewayRole => [RefusalsRecord, KeysVerify],
        Caller.KeyRole or Caller.ListedRole => [],
        _ => ByRole.GetValueOrDefault(role, []),
    };
}
