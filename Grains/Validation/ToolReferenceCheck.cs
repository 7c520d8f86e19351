using AgentManagement.Domain.Validation;
using AgentManagement.Grains.Tools;
using AgentManagement.Outcomes;

namespace AgentManagement.Grains.Validation;

/// <summary>
/// Asks the Tool Registry for the tools of a configuration. Drafts are saved without it, live agents only where they use nothing new.
/// </summary>
internal sealed class ToolReferenceCheck(IToolRegistry registry) : IReferenceCheck
{
    /// <summary>Code of the warning, and of the refusal, while the registry cannot be asked.</summary>
    public const string Unavailable = "tool_registry_unavailable";

    public async Task<ReferenceFindings> CheckAsync(ReferenceSubject subject)
    {
        var ids = ToolRules.IdsOf(subject.Config);
        if (ids.IsEmpty || !registry.IsConfigured) return ReferenceFindings.None;
        if (await registry.ResolveAsync(subject.TenantId, ids) is { } tools)
        {
            return new([.. ToolRules.Check(subject.Config, tools, subject.Limits, subject.IsLive, subject.Before)])
            {
                Degraded = ToolRules.Marks(subject.Config, tools, subject.Marked),
            };
        }
        return subject.IsLive && ToolRules.MustBeAsked(subject.Config, subject.Before)
            ? new([], Unavailable)
            : new([Issue.Warning(Unavailable, "/config/tools", "The tools were not checked: the Tool Registry cannot be asked now.")]);
    }
}
