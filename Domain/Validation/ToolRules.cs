using AgentManagement.Configuration;
using AgentManagement.Domain.Tenants;
using AgentManagement.Domain.Tools;
using AgentManagement.Outcomes;
using AgentManagement.Tenants;

namespace AgentManagement.Domain.Validation;

/// <summary>
/// What the tools of a configuration must be in the registry. Its are neither custom tools, which say themselves what they take or
/// how they run, nor sets, of which the runtime finds out what is in them.
/// </summary>
public static class ToolRules
{
    private const string TierCode = "tool_tier";

    /// <summary>The tools that the registry is to be asked for, each once.</summary>
    public static ImmutableArray<string> IdsOf(AgentConfig config) =>
        [.. RegistryTools(config).Select(tool => tool.Id).Distinct(StringComparer.Ordinal)];

    /// <summary>
    /// Everything that is wrong with the tools. A draft may be ahead of the registry; a tool that is off harms nobody; and a live agent
    /// that has a tool just so already is not made worse by an edit, such as one that corrects its instructions.
    /// </summary>
    public static IEnumerable<Issue> Check(
        AgentConfig config, IReadOnlyDictionary<string, RegisteredTool> registered, TierLimits limits, bool isLive,
        AgentConfig? before = null)
    {
        for (var index = 0; index < config.Tools?.Count; index++)
        {
            var tool = config.Tools[index];
            if (!IsOfRegistry(tool)) continue;
            var isOff = tool.Enabled == false;
            var isLenient = isOff || (before is not null && IsIn(before, tool));
            var known = registered.GetValueOrDefault(tool.Id);
            foreach (var issue in Check(tool, known, $"/config/tools/{index}", limits, isLive && !isLenient))
            {
                yield return isLenient && (isOff || issue.Code != TierCode) ? issue with { Severity = IssueSeverity.Warning } : issue;
            }
        }
    }

    /// <summary>Whether a live agent has a tool in use that nobody has vouched for: one that it does not have just so already.</summary>
    public static bool MustBeAsked(AgentConfig config, AgentConfig? before) =>
        RegistryTools(config).Where(IsOn).Any(tool => before is null || !IsIn(before, tool));

    /// <summary>
    /// The tools in use that do not work any more: retired or gone, altogether or in the version that is named. What a draft names and the
    /// registry does not know need never have been there: that is an issue of the draft, and nothing that broke.
    /// </summary>
    public static ImmutableArray<string> Degraded(
        AgentConfig config, IReadOnlyDictionary<string, RegisteredTool> registered, bool isDraft) =>
    [
        .. RegistryTools(config).Where(IsOn)
            .Where(tool => !Works(tool, registered.GetValueOrDefault(tool.Id), isUnknownGone: !isDraft))
            .Select(tool => tool.Id).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    /// <summary>
    /// The tools in use of what is about to be written that were marked before, or of which the registry says that they were retired. What
    /// it says may be a while old, and a mark is taken away by who asks it anew.
    /// </summary>
    public static ImmutableArray<string> Marks(
        AgentConfig config, IReadOnlyDictionary<string, RegisteredTool> registered, ImmutableArray<string> marked) =>
    [
        .. RegistryTools(config).Where(IsOn)
            .Where(tool => marked.Contains(tool.Id) || IsRetired(tool, registered.GetValueOrDefault(tool.Id)))
            .Select(tool => tool.Id).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    /// <summary>The tools in use that the registry knows.</summary>
    public static IEnumerable<string> InUse(AgentConfig config) => RegistryTools(config).Where(IsOn).Select(tool => tool.Id);

    private static IEnumerable<Issue> Check(ToolReference tool, RegisteredTool? registered, string pointer, TierLimits limits, bool isLive)
    {
        var severity = isLive ? IssueSeverity.Error : IssueSeverity.Warning;
        if (registered is null)
        {
            yield return new(severity, "tool_not_found", $"{pointer}/id", "The Tool Registry has no such tool for this tenant.");
            yield break;
        }
        if (OfStatus(registered.Status, $"{pointer}/id", "tool", severity) is { } issue) yield return issue;
        if (registered.Tier is { } tier && !Tiers.Reaches(limits.Tier, tier))
        {
            yield return Issue.Error(TierCode, $"{pointer}/id", $"The tool needs the tier '{tier}'.");
        }
        if (tool.Version is not null)
        {
            var version = VersionOf(tool, registered);
            if (version is null) yield return new(
                severity, "tool_version_not_found", $"{pointer}/version", "The tool has no such version.");
            else if (OfStatus(version.Status, $"{pointer}/version", "version", severity) is { } ofVersion) yield return ofVersion;
        }
        if (registered.Permissions is { } permissions && tool.Permissions?.All(permissions.Contains) == false)
        {
            yield return Issue.Error("tool_permission_unknown", $"{pointer}/permissions", "Must be permissions that the tool has.");
        }
    }

    private static Issue? OfStatus(string status, string pointer, string what, IssueSeverity severity) => status switch
    {
        ToolStatus.Retired => new(severity, "tool_retired", pointer, $"The {what} has been retired."),
        ToolStatus.Deprecated => Issue.Warning("tool_deprecated", pointer, $"The {what} is deprecated and will be retired."),
        _ => null,
    };

    private static bool Works(ToolReference tool, RegisteredTool? registered, bool isUnknownGone)
    {
        if (registered is null) return !isUnknownGone;
        if (registered.Status == ToolStatus.Retired) return false;
        if (tool.Version is null) return true;
        return VersionOf(tool, registered) is { } version ? version.Status != ToolStatus.Retired : !isUnknownGone;
    }

    private static bool IsRetired(ToolReference tool, RegisteredTool? registered) => registered is not null
        && (registered.Status == ToolStatus.Retired || VersionOf(tool, registered) is { Status: ToolStatus.Retired });

    private static RegisteredToolVersion? VersionOf(ToolReference tool, RegisteredTool registered) =>
        registered.Versions.FirstOrDefault(version => version.Version == tool.Version);

    private static bool IsSame(ToolReference tool, ToolReference known) =>
        tool.Id == known.Id && tool.Version == known.Version && (tool.Permissions ?? []).All((known.Permissions ?? []).Contains);

    private static bool IsIn(AgentConfig config, ToolReference tool) =>
        RegistryTools(config).Where(IsOn).Any(known => IsSame(tool, known));

    private static bool IsOn(ToolReference tool) => tool.Enabled != false;

    private static IEnumerable<ToolReference> RegistryTools(AgentConfig config) => (config.Tools ?? []).Where(IsOfRegistry);

    private static bool IsOfRegistry(ToolReference tool) =>
        tool is { InputSchema: null, Invocation: null, OpenApi: null } && !tool.Id.EndsWith('*');
}
