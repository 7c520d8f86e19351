using AgentManagement.Outcomes;
using AgentManagement.Tenants;

namespace AgentManagement.Domain.Tenants;

/// <summary>The refusals of the quotas: one code, and an issue that names the limit and its figure.</summary>
public static class QuotaRefusals
{
    public static Outcome<T> Agents<T>(TierLimits limits) => Refuse<T>(
        "agents_limit", $"The tier '{limits.Tier}' allows {limits.Agents} agents; archive one or change the tier.");

    public static Outcome<T> ActiveAgents<T>(TierLimits limits) => Refuse<T>(
        "active_agents_limit", $"The tier '{limits.Tier}' allows {limits.ActiveAgents} active agents; deactivate one or change the tier.");

    public static Outcome<T> CreatesPerDay<T>(TierLimits limits) => Refuse<T>(
        "creates_per_day_limit", $"The tier '{limits.Tier}' allows {limits.CreatesPerDay} new agents a day (UTC).");

    public static Outcome<T> Templates<T>(TierLimits limits) => Refuse<T>(
        "templates_limit", limits.Templates == 0
            ? $"The tier '{limits.Tier}' allows 0 templates of the tenant's own; change the tier."
            : $"The tier '{limits.Tier}' allows {limits.Templates} templates; delete one or change the tier.");

    public static Outcome<T> FileBytes<T>(TierLimits limits) => Refuse<T>(
        "file_bytes_limit", $"The tier '{limits.Tier}' allows {limits.TotalFileMebibytes} MiB of files; delete one or change the tier.");

    public static Outcome<T> Watchers<T>(TierLimits limits) => Refuse<T>(
        "watchers_limit", $"The tier '{limits.Tier}' allows {limits.Watchers} open change feeds; close one or change the tier.");

    public static Outcome<T> Tasks<T>(int most) => Refuse<T>(
        "tasks_limit", $"The tenant has {most} tasks that have not ended; wait for one of them.");

    /// <summary>The refusal for a limit by its name: agents, activeAgents, creates, templates or fileBytes.</summary>
    public static Outcome<T> Of<T>(string limit, TierLimits limits) => limit switch
    {
        "activeAgents" => ActiveAgents<T>(limits),
        "creates" => CreatesPerDay<T>(limits),
        "templates" => Templates<T>(limits),
        "fileBytes" => FileBytes<T>(limits),
        _ => Agents<T>(limits),
    };

    private static Outcome<T> Refuse<T>(string code, string message) =>
        Outcome.Refuse<T>(OutcomeKind.QuotaExceeded, "quota_exceeded", message, [Issue.Error(code, "", message)]);
}
