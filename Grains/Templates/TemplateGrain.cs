using System.Globalization;
using AgentManagement.Access;
using AgentManagement.Agents;
using AgentManagement.Changes;
using AgentManagement.Domain.Templates;
using AgentManagement.Grains.Catalog;
using AgentManagement.Grains.Storage;
using AgentManagement.Keys;
using AgentManagement.Outcomes;
using AgentManagement.Templates;
using AgentManagement.Tenants;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace AgentManagement.Grains.Templates;

/// <summary>
/// One template: what <see cref="TemplateRules"/> decides of it is written. The system's templates are read from their files.
/// </summary>
internal sealed class TemplateGrain(
    [PersistentState(StorageNames.Template, StorageNames.Provider)] IPersistentState<TemplateState> storage,
    ITemplateStore store,
    IReferenceStore uses,
    IChangeLog log,
    IChangeStore changes,
    SystemTemplates system,
    TimeProvider time,
    ILogger<TemplateGrain> logger) : AggregateGrain<TemplateState>(StorageNames.Template, storage, changes, time, logger), ITemplateGrain
{
    private const string VersionList = "template versions";

    public Task<Outcome<TemplateChange>> ApplyAsync(TemplateCommand command, TierLimits limits, bool mayAdd)
    {
        if (IsSystems)
        {
            return Task.FromResult(system.VersionsOf(Id).IsEmpty
                ? Outcome.NotFound<TemplateChange>()
                : Outcome.Refuse<TemplateChange>(OutcomeKind.Forbidden, "system_template", "The system's templates cannot be changed."));
        }
        return ApplyAsync(
            async (state, now) => TemplateRules.Decide(state, command, new(TenantId, Id, Caller.Current!, limits, mayAdd, now)
            {
                Referrers = command is DeleteTemplate ? await uses.ReadReferrersAsync(TenantId, ChangeSubject.OfTemplate(Id)) : [],
            }),
            command.Options.DryRun);
    }

    public async Task<Outcome<Template>> GetAsync() => Found(IsSystems
        ? system.VersionsOf(Id).LastOrDefault()
        : (await CurrentAsync()).Template?.ToTemplate());

    public async Task<Outcome<Template>> GetVersionAsync(int version, CancellationToken cancellationToken)
    {
        if (IsSystems) return Found(system.VersionsOf(Id).FirstOrDefault(template => template.Version == version));
        // After a deletion nothing is found, even if an answer of the store were late.
        if ((await CurrentAsync()).Template is not { } current) return Outcome.NotFound<Template>();
        var template = version == current.Version ? current : await store.ReadVersionAsync(TenantId, Id, version, cancellationToken);
        return Found(template?.ToTemplate());
    }

    public async Task<Outcome<Page<AgentVersion>>> ListVersionsAsync(string? cursor, int limit, CancellationToken cancellationToken)
    {
        if (!Cursor.TryReadNumber(cursor, VersionList, out var below)) return Cursor.Refuse<Page<AgentVersion>>();
        if (!(await GetAsync()).IsOk) return Outcome.NotFound<Page<AgentVersion>>();
        var items = IsSystems
            ? [.. system.VersionsOf(Id).Reverse().Where(template => template.Version < below).Take(limit + 1).Select(Describe)]
            : await log.ListVersionsAsync(TenantId, ChangeSubject.OfTemplate(Id), below, limit + 1, cancellationToken);
        return Outcome.Ok(Cursor.MakePage(items, limit, VersionList, last => new(last.Version.ToString(CultureInfo.InvariantCulture), "")));
    }

    protected override (string TenantId, string Id)? ReadKey(string key) =>
        GrainKeys.TryReadTemplate(key, out var tenantId, out var templateId) ? (tenantId, templateId) : null;

    private bool IsSystems => TemplateScope.Of(Id) == TemplateScope.System;

    private static AgentVersion Describe(Template template) => new(
        template.Version, template.UpdatedAt, template.UpdatedBy,
        template.Version == 1 ? ChangeKind.TemplateCreated : ChangeKind.TemplateUpdated, Note: null);

    private static Outcome<Template> Found(Template? template) => template is null ? Outcome.NotFound<Template>() : Outcome.Ok(template);
}
