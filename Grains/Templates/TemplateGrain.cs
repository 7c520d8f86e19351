using System.Globalization;
using AgentManagement.Access;
using AgentManagement.Agents;
using AgentManagement.Changes;
using AgentManagement.Json;
using AgentManagement.Keys;
using AgentManagement.Observability;
using AgentManagement.Outcomes;
using AgentManagement.Storage;
using AgentManagement.Tenants;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace AgentManagement.Templates;

/// <summary>Loads, lets <see cref="TemplateRules"/> decide, writes. The system's templates are read from their files.</summary>
internal sealed class TemplateGrain(
    [PersistentState(StorageNames.Template, StorageNames.Provider)] IPersistentState<TemplateState> storage,
    ITemplateStore store,
    IChangeLog log,
    StorageWatch watch,
    SystemTemplates system,
    TimeProvider time,
    ILogger<TemplateGrain> logger) : Grain, ITemplateGrain
{
    private const string VersionList = "template versions";

    private readonly DurableState<TemplateState> _state = new(storage, watch);
    private string _tenantId = "";
    private string _templateId = "";

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (!GrainKeys.TryReadTemplate(this.GetPrimaryKeyString(), out var tenantId, out var templateId))
        {
            throw new ArgumentException("The grain key is not a template's.");
        }
        (_tenantId, _templateId) = (tenantId, templateId);
        return Task.CompletedTask;
    }

    public async Task<Outcome<TemplateChange>> ApplyAsync(TemplateCommand command, TierLimits limits, bool mayAdd)
    {
        if (IsSystems)
        {
            return system.VersionsOf(_templateId).IsEmpty
                ? Outcome.NotFound<TemplateChange>()
                : Outcome.Refuse<TemplateChange>(OutcomeKind.Forbidden, "system_template", "The system's templates cannot be changed.");
        }
        // As agents do: a conflict means that nothing was written, and a second one is the caller's to know.
        var outcome = await TryApplyAsync(command, limits, mayAdd);
        return outcome is { Kind: OutcomeKind.Conflict, Code: WriteRefusals.WriteConflict } ? await TryApplyAsync(command, limits, mayAdd) : outcome;
    }

    public async Task<Outcome<Template>> GetAsync() => Found(IsSystems
        ? system.VersionsOf(_templateId).LastOrDefault()
        : (await _state.CurrentAsync()).Template?.ToTemplate());

    public async Task<Outcome<Template>> GetVersionAsync(int version)
    {
        if (IsSystems) return Found(system.VersionsOf(_templateId).FirstOrDefault(template => template.Version == version));
        // After a deletion nothing is found, even if an answer of the store were late.
        if ((await _state.CurrentAsync()).Template is not { } current) return Outcome.NotFound<Template>();
        var template = version == current.Version ? current : await store.ReadVersionAsync(_tenantId, _templateId, version);
        return Found(template?.ToTemplate());
    }

    public async Task<Outcome<Page<AgentVersion>>> ListVersionsAsync(string? cursor, int limit)
    {
        if (!Cursor.TryReadNumber(cursor, VersionList, out var below)) return Cursor.Refuse<Page<AgentVersion>>();
        if (!(await GetAsync()).IsOk) return Outcome.NotFound<Page<AgentVersion>>();
        var items = IsSystems
            ? [.. system.VersionsOf(_templateId).Reverse().Where(template => template.Version < below).Take(limit + 1).Select(Describe)]
            : await log.ListVersionsAsync(_tenantId, ChangeSubject.OfTemplate(_templateId), below, limit + 1);
        return Outcome.Ok(Cursor.MakePage(items, limit, VersionList, last => new(last.Version.ToString(CultureInfo.InvariantCulture), "")));
    }

    private async Task<Outcome<TemplateChange>> TryApplyAsync(TemplateCommand command, TierLimits limits, bool mayAdd)
    {
        var state = await _state.CurrentAsync();
        var now = time.GetUtcNow();
        var context = new TemplateContext(
            _tenantId, _templateId, Caller.Current!, limits, mayAdd, now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond)));
        var decided = TemplateRules.Decide(state, command, context);
        if (!decided.IsOk) return decided.Refusal<TemplateChange>();
        if (decided.Value is not { } next) return Outcome.Ok(new TemplateChange(state.Template!.ToTemplate(), null), decided.Issues);

        var change = new TemplateChange(next.Template?.ToTemplate(), next.Changes[0].Kind);
        if (command.Options.DryRun) return Outcome.Ok(change, decided.Issues);

        var (result, limit) = await _state.WriteAsync(next);
        if (result != WriteResult.Written)
        {
            logger.LogWarning(LogEvents.ChangeNotWritten, "The change of template {TemplateId} was not written: {Result}", _templateId, result);
            return WriteRefusals.Of<TemplateChange>(result, limit, limits);
        }
        logger.LogInformation(LogEvents.ChangeWritten, "{Kind} {TemplateId} version {Version}", change.Kind, _templateId, next.Version);
        _ = FeedSignal.SendAsync(GrainFactory, this.GetStreamProvider(ChangeSignal.Provider), next.Changes[0], _state.Mark, logger);
        return Outcome.Ok(change, decided.Issues);
    }

    private bool IsSystems => TemplateScope.Of(_templateId) == TemplateScope.System;

    private static AgentVersion Describe(Template template) => new(
        template.Version, template.UpdatedAt, template.UpdatedBy,
        template.Version == 1 ? ChangeKind.TemplateCreated : ChangeKind.TemplateUpdated, Note: null);

    private static Outcome<Template> Found(Template? template) => template is null ? Outcome.NotFound<Template>() : Outcome.Ok(template);
}
