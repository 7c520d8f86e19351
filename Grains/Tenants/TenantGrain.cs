using AgentManagement.Access;
using AgentManagement.Agents;
using AgentManagement.Changes;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Tenants;
using AgentManagement.Domain.Validation;
using AgentManagement.Files;
using AgentManagement.Grains.Storage;
using AgentManagement.Grains.Validation;
using AgentManagement.Json;
using AgentManagement.Keys;
using AgentManagement.Outcomes;
using AgentManagement.Templates;
using AgentManagement.Tenants;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace AgentManagement.Grains.Tenants;

/// <summary>Knows the tenant's limits, and hands commands with what they need to agents, templates and files.</summary>
// Reentrant, so that no agent waits for another: the grain only counts between awaits.
[Reentrant]
internal sealed class TenantGrain : AggregateGrain<TenantState>, ITenantGrain
{
    private readonly ITenantStore _store;
    private readonly ReferenceChecks _references;
    private readonly IReferenceStore _uses;
    private readonly IReleaseStore _releases;
    private readonly ILogger _logger;
    private readonly TierCatalog _tiers;
    private readonly TenantOptions _options;
    private readonly TenantLimits _limits;

    // One at a time, whatever else the grain does meanwhile.
    private Task _configuring = Task.CompletedTask;
    private TenantDocument? _tenant;

    public TenantGrain(
        [PersistentState(StorageNames.Tenant, StorageNames.Provider)] IPersistentState<TenantState> storage,
        IChangeStore changes,
        ITenantStore store,
        TierCatalog tiers,
        TenantLimits limits,
        TenantOptions options,
        ReferenceChecks references,
        IReferenceStore uses,
        IReleaseStore releases,
        TimeProvider time,
        ILogger<TenantGrain> logger) : base(StorageNames.Tenant, storage, changes, time, logger)
    {
        (_store, _references, _uses, _releases) = (store, references, uses, releases);
        (_tiers, _limits, _options, _logger) = (tiers, limits, options, logger);
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await base.OnActivateAsync(cancellationToken);
        _tenant = (await CurrentAsync()).Tenant;
    }

    public async Task<Outcome<AgentChange>> ApplyAsync(string? agentId, AgentCommand command)
    {
        var prepared = await new CommandPreparation(GrainFactory, TenantId).PrepareAsync(agentId, command);
        if (prepared.Value is { } ready)
        {
            agentId ??= NewId.OfAgent(((CreateAgent)ready).Content);
            var agent = GrainFactory.GetGrain<IAgentGrain>(GrainKeys.Agent(TenantId, agentId));
            if (ready is ArchiveAgent { Force: true, Options.DryRun: false } or PurgeAgent { Force: true, Options.DryRun: false })
            {
                return await Marks.RemoveAsync(AgentReferences.OfAgent(agentId), isTrial => agent.ApplyAsync(
                    isTrial ? ready with { Options = ready.Options with { DryRun = true, Idempotency = null } } : ready));
            }
            var outcome = await agent.ApplyAsync(ready);
            // It was there before.
            if (outcome.Value is { Kind: ChangeKind.Restored } or { Created: true, Agent.Version: > 1 } && !ready.Options.DryRun)
            {
                await Marks.RestoreAsync(AgentReferences.OfAgent(agentId));
            }
            return outcome;
        }
        // No agent was asked; but the same request may have been made when it still could be.
        return await CommandMetrics.CountAsync(
            TenantId, command, () => Replays.RunAsync(
                command.Options, key => _store.FindAnswerAsync(TenantId, key, Now),
                () => Task.FromResult(prepared.Refusal<AgentChange>()), change => change.Kind is not null, kept => kept.ToAgentChange()));
    }

    public Task UnmarkAsync(string agentId) => Marks.RestoreAsync(AgentReferences.OfAgent(agentId));

    public Task<Outcome<TemplateChange>> ApplyTemplateAsync(string? templateId, TemplateCommand command) => CommandMetrics.CountAsync(
        TenantId, command, () => Replays.RunAsync(
            command.Options, key => _store.FindAnswerAsync(TenantId, key, Now), () => HandOverAsync(templateId, command),
            change => change.Kind is not null, kept => kept.ToTemplateChange()));

    public async Task<Outcome<FileChange>> ApplyFileAsync(string fileId, FileCommand command)
    {
        if (!GrainKeys.IsFileId(fileId)) return Outcome.NotFound<FileChange>();
        return await CommandMetrics.CountAsync(TenantId, command, async () =>
        {
            var usage = (await _store.ReadTotalsAsync(TenantId, Today())).Usage;
            var (limits, file) = (Limits, GrainFactory.GetGrain<IFileGrain>(GrainKeys.File(TenantId, fileId)));
            if (command is DeleteFile { Force: true, DryRun: false } delete)
            {
                return await Marks.RemoveAsync(
                    ChangeSubject.OfFile(fileId), isTrial => file.ApplyAsync(delete with { DryRun = isTrial }, limits, usage.FileBytes));
            }
            var outcome = await file.ApplyAsync(command, limits, usage.FileBytes);
            if (outcome.Value is { Kind: ChangeKind.FileAdded }) await Marks.RestoreAsync(ChangeSubject.OfFile(fileId));
            return outcome;
        });
    }

    // Whose content it is to be is not said: what the service sets is passed over.
    public async Task<ImmutableArray<Issue>> ValidateAsync(JsonText content) => (await FindIssuesAsync(
        StrictJson.Parse(content) is var parsed && AgentReadOnly.Members.AreIn(parsed) ? AgentReadOnly.Members.Without(parsed) : content,
        agentId: null, isLive: false)).Value;

    public async Task<Outcome<ImmutableArray<Issue>>> RevalidateAsync(string agentId)
    {
        var found = await GrainFactory.GetGrain<IAgentGrain>(GrainKeys.Agent(TenantId, agentId)).GetAsync();
        return found.Value is { } agent && agent.Status != AgentStatus.Archived
            ? await FindIssuesAsync(AgentParts.Of(agent).ToContent(), agentId, agent.Status == AgentStatus.Active)
            : Outcome.NotFound<ImmutableArray<Issue>>();
    }

    public async Task<Outcome<TenantChange>> ConfigureAsync(ConfigureTenant command)
    {
        var (before, end) = (_configuring, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        _configuring = end.Task;
        await before;
        try
        {
            var hasLabel = command.DefaultLabel is { } label
                && (await _releases.ListLabelsAsync(TenantId, CancellationToken.None)).Contains(label);
            var outcome = await ApplyAsync(
                (state, now) => Task.FromResult(
                    TenantRules.Configure(state, command, TenantId, _tiers, _options, Caller.Current!, now, hasLabel)),
                command.Options.DryRun);
            _tenant = (await CurrentAsync()).Tenant;
            _limits.Forget(TenantId);
            if (!outcome.IsOk) return outcome.Refusal<TenantChange>();
        }
        catch (Exception)
        {
            // Whether it was written is not known: the next activation reads it.
            DeactivateOnIdle();
            throw;
        }
        finally
        {
            end.SetResult();
        }
        // Those that the command leads to, once any grace is over.
        var limits = _tiers.With(command.Tier, command.Overrides);
        var totals = await _store.ReadTotalsAsync(TenantId, Today());
        var excesses = TenantRules.FindExcesses(limits, totals.Usage, await _store.ReadUseAsync(TenantId));
        var tenant = new Tenant(TenantId, limits, totals.Usage, totals.Revision)
        {
            Grace = Grace, RequireIfMatch = RequiresMatch, DefaultModel = DefaultModel, DefaultLabel = _tenant?.DefaultLabel,
        };
        return Outcome.Ok(new TenantChange(tenant, [.. excesses]));
    }

    public Task AnnounceAsync(Notice notice)
    {
        Caller.Current = Caller.Service(TenantId);
        return GrainFactory.GetGrain<IFeedGrain>(GrainKeys.Tenant(TenantId)).AnnounceAsync(notice);
    }

    public Task<TierLimits> GetLimitsAsync() => Task.FromResult(Limits);

    public Task<TenantDefaults> GetDefaultsAsync() => Task.FromResult(new TenantDefaults(DefaultModel)
    {
        DefaultLabel = _tenant?.DefaultLabel,
    });

    public async Task<Tenant> GetAsync()
    {
        var totals = await _store.ReadTotalsAsync(TenantId, Today());
        var most = await _store.ReadLargestAsync(TenantId);
        var usage = totals.Usage with
        {
            MaxTools = most.Tools,
            MaxMcpServers = most.McpServers,
            MaxCollections = most.Collections,
            MaxInstructionCharacters = most.InstructionCharacters,
        };
        return new(TenantId, Limits, usage, totals.Revision)
        {
            Grace = Grace, RequireIfMatch = RequiresMatch, DefaultModel = DefaultModel, DefaultLabel = _tenant?.DefaultLabel,
        };
    }

    protected override (string TenantId, string Id)? ReadKey(string key) =>
        GrainKeys.TryReadTenant(key, out var tenantId) ? (tenantId, "") : null;

    /// <summary>The tenant's limits for the current caller.</summary>
    private TierLimits Limits => _tiers.LimitsOf(_tenant, Caller.Current?.Tier, Now);

    /// <summary>The downgrade that is yet to take effect.</summary>
    private TierGrace? Grace => _tenant is { GraceUntil: { } until, Tier: var tier } && Now < until ? new(tier, until) : null;

    private DefaultModel? DefaultModel => _tenant?.DefaultModel?.ToModel();

    private bool RequiresMatch => _tenant is { RequireIfMatch: true };

    private async Task<Outcome<TemplateChange>> HandOverAsync(string? templateId, TemplateCommand command)
    {
        if (RequiresMatch && command.Options is { IsOfClient: true, RequiresMatch: false } options)
        {
            command = command with { Options = options with { RequiresMatch = true } };
        }
        templateId ??= NewId.OfTemplate(((CreateTemplate)command).Content);
        var usage = (await _store.ReadTotalsAsync(TenantId, Today())).Usage;
        var (limits, reference) = (Limits, ChangeSubject.OfTemplate(templateId));
        var template = GrainFactory.GetGrain<ITemplateGrain>(GrainKeys.Template(TenantId, templateId));
        if (command is DeleteTemplate { Force: true, Options.DryRun: false }) return await Marks.RemoveAsync(reference, ApplyAsync);
        var outcome = await ApplyAsync(isTrial: false);
        if (outcome.Value is { Kind: ChangeKind.TemplateCreated, Template.Version: > 1 } && !command.Options.DryRun)
        {
            await Marks.RestoreAsync(reference);
        }
        return outcome;

        Task<Outcome<TemplateChange>> ApplyAsync(bool isTrial) => template.ApplyAsync(
            isTrial ? command with { Options = command.Options with { DryRun = true, Idempotency = null } } : command, limits,
            mayAdd: usage.Templates < limits.Templates);
    }

    private ReferenceMarks Marks => new(GrainFactory, _uses, TenantId, _logger);

    /// <summary>All issues of content; Unavailable when its references had to be checked and could not be.</summary>
    private async Task<Outcome<ImmutableArray<Issue>>> FindIssuesAsync(JsonText content, string? agentId, bool isLive)
    {
        var issues = ContentValidation.Check(content, agentId, Limits, isLive, current: null, DefaultModel).Issues;
        if (ContentValidation.Read(content) is not { } typed) return Outcome.Ok(issues);
        var check = await _references.CheckAsync(new ReferenceSubject(TenantId, agentId, typed.Type, typed.Config, Limits, isLive));
        return check.Kind == OutcomeKind.Unavailable
            ? check.Refusal<ImmutableArray<Issue>>()
            : Outcome.Ok<ImmutableArray<Issue>>([.. issues, .. check.IsOk ? check.Value.Issues : check.Issues]);
    }

    private DateOnly Today() => DateOnly.FromDateTime(Now.UtcDateTime);
}
