using AgentManagement.Access;
using AgentManagement.Agents;
using AgentManagement.Changes;
using AgentManagement.Files;
using AgentManagement.Json;
using AgentManagement.Keys;
using AgentManagement.Observability;
using AgentManagement.Outcomes;
using AgentManagement.Storage;
using AgentManagement.Templates;
using AgentManagement.Validation;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace AgentManagement.Tenants;

/// <summary>Knows the tenant's limits, admits commands under its quotas and hands them to agents and templates.</summary>
// Reentrant, so that no agent waits for another: the grain only counts between awaits.
[Reentrant]
internal sealed class TenantGrain : Grain, ITenantGrain
{
    private readonly TenantSettings _settings;
    private readonly ITenantStore _store;
    private readonly ReferenceChecks _references;
    private readonly TimeProvider _time;
    private readonly ILogger<TenantGrain> _logger;
    private readonly QuotaLedger _quotas;
    private readonly OnceOnly _once;
    private CommandPreparation _preparation = null!;
    private AgentAdmission _admission = null!;
    private string _tenantId = "";

    public TenantGrain(
        [PersistentState(StorageNames.Tenant, StorageNames.Provider)] IPersistentState<TenantState> storage,
        StorageWatch watch, ITenantStore store, TierCatalog tiers, TenantOptions options, ReferenceChecks references, TimeProvider time, ILogger<TenantGrain> logger)
    {
        (_store, _references, _time, _logger) = (store, references, time, logger);
        _settings = new TenantSettings(storage, watch, tiers, options, time);
        _quotas = new QuotaLedger(async day => (await store.ReadTotalsAsync(_tenantId, day)).Usage, Today);
        _once = new OnceOnly(key => store.FindAnswerAsync(_tenantId, key, time.GetUtcNow()));
    }

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _tenantId = GrainKeys.TryReadTenant(this.GetPrimaryKeyString(), out var tenantId)
            ? tenantId
            : throw new ArgumentException("The grain key is not a tenant's.");
        _preparation = new CommandPreparation(GrainFactory, _tenantId);
        _admission = new AgentAdmission(GrainFactory, _tenantId, _quotas);
        _settings.Take();
        return Task.CompletedTask;
    }

    public Task<Outcome<AgentChange>> ApplyAsync(string? agentId, AgentCommand command) => CommandMetrics.CountAsync(
        _tenantId, command, () => command.Options is { Idempotency: { } key, DryRun: false }
            ? _once.RunAsync(key, () => AdmitAsync(agentId, command), kept => kept.ToAgentChange())
            : AdmitAsync(agentId, command));

    public Task<Outcome<TemplateChange>> ApplyTemplateAsync(string? templateId, TemplateCommand command) => CommandMetrics.CountAsync(
        _tenantId, command, () => command.Options is { Idempotency: { } key, DryRun: false }
            ? _once.RunAsync(key, () => HandOverAsync(templateId, command), kept => kept.ToTemplateChange())
            : HandOverAsync(templateId, command));

    public async Task<Outcome<FileChange>> ApplyFileAsync(string fileId, FileCommand command)
    {
        if (!GrainKeys.IsFileId(fileId)) return Outcome.NotFound<FileChange>();
        return await CommandMetrics.CountAsync(_tenantId, command, async () =>
        {
            var usage = (await _store.ReadTotalsAsync(_tenantId, Today())).Usage;
            return await GrainFactory.GetGrain<IFileGrain>(GrainKeys.File(_tenantId, fileId)).ApplyAsync(command, Limits, usage.FileBytes);
        });
    }

    public async Task<ImmutableArray<Issue>> ValidateAsync(JsonText content) =>
        (await FindIssuesAsync(content, agentId: null, isLive: false)).Value;

    public async Task<Outcome<ImmutableArray<Issue>>> RevalidateAsync(string agentId)
    {
        var found = await GrainFactory.GetGrain<IAgentGrain>(GrainKeys.Agent(_tenantId, agentId)).GetAsync();
        return found.Value is { } agent && agent.Status != AgentStatus.Archived
            ? await FindIssuesAsync(AgentParts.Of(agent).ToContent(), agentId, agent.Status == AgentStatus.Active)
            : Outcome.NotFound<ImmutableArray<Issue>>();
    }

    public async Task<Outcome<TenantChange>> ConfigureAsync(ConfigureTenant command)
    {
        try
        {
            var outcome = await _settings.ConfigureAsync(_tenantId, command);
            if (!outcome.IsOk) return outcome.Refusal<TenantChange>();
            if (outcome.Value is { Changes: [var change] } && !command.Options.DryRun)
            {
                _logger.LogInformation(LogEvents.ChangeWritten, "{Kind}: tier {Tier}", change.Kind, change.Status);
                _ = FeedSignal.SendAsync(GrainFactory, this.GetStreamProvider(ChangeSignal.Provider), change, _settings.Mark, _logger);
            }
            var limits = _settings.LimitsOf(command);
            var totals = await _store.ReadTotalsAsync(_tenantId, Today());
            var excesses = TenantRules.FindExcesses(limits, totals.Usage, await _store.ReadUseAsync(_tenantId));
            return Outcome.Ok(new TenantChange(new(_tenantId, limits, totals.Usage, totals.Revision) { Grace = _settings.Grace }, [.. excesses]));
        }
        catch (Exception)
        {
            // Whether it was written is not known: the next activation reads it.
            DeactivateOnIdle();
            throw;
        }
    }

    public Task<TierLimits> GetLimitsAsync() => Task.FromResult(Limits);

    public async Task<Tenant> GetAsync()
    {
        var totals = await _store.ReadTotalsAsync(_tenantId, Today());
        var most = await _store.ReadLargestAsync(_tenantId);
        var usage = totals.Usage with
        {
            MostTools = most.Tools, MostMcpServers = most.McpServers, MostCollections = most.Collections,
            MostInstructionCharacters = most.InstructionCharacters,
        };
        return new(_tenantId, Limits, usage, totals.Revision) { Grace = _settings.Grace };
    }

    private TierLimits Limits => _settings.Limits;

    private async Task<Outcome<AgentChange>> AdmitAsync(string? agentId, AgentCommand command)
    {
        var prepared = await _preparation.PrepareAsync(agentId, command);
        if (prepared.Value is not { } ready) return prepared.Refusal<AgentChange>();
        return await _admission.AdmitAsync(agentId ?? NewAgentId.For(((CreateAgent)ready).Content), ready, Limits);
    }

    private async Task<Outcome<TemplateChange>> HandOverAsync(string? templateId, TemplateCommand command)
    {
        templateId ??= NewAgentId.For(((CreateTemplate)command).Content);
        var usage = (await _store.ReadTotalsAsync(_tenantId, Today())).Usage;
        return await GrainFactory.GetGrain<ITemplateGrain>(GrainKeys.Template(_tenantId, templateId))
            .ApplyAsync(command, Limits, mayAdd: usage.Templates < Limits.Templates);
    }

    /// <summary>All issues of content; Unavailable when its references had to be checked and could not be.</summary>
    private async Task<Outcome<ImmutableArray<Issue>>> FindIssuesAsync(JsonText content, string? agentId, bool isLive)
    {
        var issues = ContentValidation.Check(content, agentId, Limits, mustBeComplete: isLive).Issues;
        if (ContentValidation.Read(content) is not { } typed) return Outcome.Ok(issues);
        var check = await _references.CheckAsync(new ReferenceSubject(_tenantId, agentId, typed.Type, typed.Config, Limits, isLive));
        return check.Kind == OutcomeKind.Unavailable ? check.Refusal<ImmutableArray<Issue>>() : Outcome.Ok<ImmutableArray<Issue>>([.. issues, .. check.IsOk ? check.Value!.Issues : check.Issues]);
    }

    private DateOnly Today() => DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime);
}
