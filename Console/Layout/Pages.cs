using AgentManagement.WebConsole.Access;
using MudBlazor;

namespace AgentManagement.WebConsole.Layout;

/// <summary>A page of the menu.</summary>
/// <param name="Permission">Who may not do this is not led there.</param>
public sealed record MenuPage(string Group, string Title, string Href, string Icon, string Permission);

/// <summary>What the menu and the command palette lead to.</summary>
public static class Pages
{
    private const string Build = "Build";
    private const string Release = "Release";
    private const string Watch = "Watch";
    private const string Manage = "Manage";

    public static IReadOnlyList<MenuPage> All { get; } =
    [
        new(Build, "Agents", "agents", Icons.Material.Outlined.SmartToy, Permission.ReadAgents),
        new(Build, "Templates", "templates", Icons.Material.Outlined.Dashboard, Permission.ReadAgents),
        new(Build, "Files", "files", Icons.Material.Outlined.AttachFile, Permission.ReadAgents),
        new(Release, "Releases", "releases", Icons.Material.Outlined.RocketLaunch, Permission.ReadAgents),
        new(Release, "Labels", "labels", Icons.Material.Outlined.Label, Permission.ReadAgents),
        new(Release, "Runtimes", "runtimes", Icons.Material.Outlined.Memory, Permission.ReadRuntimes),
        new(Watch, "Live changes", "live", Icons.Material.Outlined.Bolt, Permission.ReadAgents),
        new(Watch, "Tasks", "tasks", Icons.Material.Outlined.Checklist, Permission.ReadAgents),
        new(Watch, "Audit", "audit", Icons.Material.Outlined.VerifiedUser, Permission.ReadAudit),
        new(Watch, "Denied attempts", "denied", Icons.Material.Outlined.GppBad, Permission.ReadRefusals),
        new(Manage, "Usage and limits", "tenant", Icons.Material.Outlined.DataUsage, Permission.ReadTenant),
        new(Manage, "API keys", "keys", Icons.Material.Outlined.VpnKey, Permission.ManageKeys),
        new(Manage, "Webhooks", "webhooks", Icons.Material.Outlined.Webhook, Permission.ManageWebhooks),
        new(Manage, "Tenants", "platform", Icons.Material.Outlined.CorporateFare, Permission.ManageTenants),
    ];
}
