using AgentManagement.Domain.Templates;
using AgentManagement.Templates;

namespace AgentManagement.Grains.Storage;

/// <summary>Reads what commits keep of templates. It never writes.</summary>
public interface ITemplateStore
{
    /// <summary>A version of a tenant's template; null when there is no such version or its content is not kept.</summary>
    Task<TemplateDocument?> ReadVersionAsync(string tenantId, string templateId, int version, CancellationToken cancellationToken);

    /// <summary>The tenant's own templates in the order of their ids, agents not counted.</summary>
    Task<ImmutableArray<TemplateSummary>> ListAsync(string tenantId, CancellationToken cancellationToken);

    /// <summary>How many agents of the tenant were made from which version of which template.</summary>
    Task<ImmutableArray<DerivedCount>> CountDerivedAsync(string tenantId, CancellationToken cancellationToken);

    /// <summary>The agents that were made from a template, but the archived and those of this version, in the order of their ids.</summary>
    Task<ImmutableArray<string>> ReadDerivedAsync(string tenantId, string templateId, int exceptVersion);

    /// <summary>The agents whose history has a change of this kind with this note, in the order of their ids.</summary>
    Task<ImmutableArray<string>> ReadChangedAsync(string tenantId, string kind, string note);
}

/// <summary>How many agents were made from a version of a template.</summary>
public sealed record DerivedCount(string TemplateId, int Version, int Agents);
