using AgentManagement.Access;
using AgentManagement.Agents;
using AgentManagement.Json;
using AgentManagement.Keys;
using AgentManagement.Outcomes;
using AgentManagement.Storage;
using AgentManagement.Validation;

namespace AgentManagement.Tenants;

/// <summary>Admits commands under the tenant's quotas and hands them to the agents.</summary>
internal sealed class TenantGrain : Grain, ITenantGrain
{
    private readonly ITenantStore _store;
    private readonly TierCatalog _tiers;
    private readonly ReferenceChecks _references;
    private readonly TimeProvider _time;
    private readonly QuotaLedger _quotas;
    private readonly OnceOnly _once;
    private string _tenantId = "";

    public TenantGrain(ITenantStore store, TierCatalog tiers, ReferenceChecks references, TimeProvider time)
    {
        (_store, _tiers, _references, _time) = (store, tiers, references, time);
        _quotas = new QuotaLedger(async day => (await store.ReadTotalsAsync(_tenantId, day)).Usage, Today);
        _once = new OnceOnly(key => store.FindAnswerAsync(_tenantId, key, time.GetUtcNow()));
    }

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _tenantId = GrainKeys.TryReadTenant(this.GetPrimaryKeyString(), out var tenantId)
            ? tenantId
            : throw new ArgumentException("The grain key is not a tenant's.");
        return Task.CompletedTask;
    }

    public Task<Outcome<AgentChange>> ApplyAsync(string? agentId, AgentCommand command) => CommandMetrics.CountAsync(
        _tenantId, command, () => command.Options is { Idempotency: { } key, DryRun: false }
            ? _once.RunAsync(key, () => AdmitAsync(agentId, command))
            : AdmitAsync(agentId, command));

    public async Task<ImmutableArray<Issue>> ValidateAsync(JsonText content) =>
        (await FindIssuesAsync(content, agentId: null, isLive: false)).Value;

    public async Task<Outcome<ImmutableArray<Issue>>> RevalidateAsync(string agentId)
    {
        var found = await Agent(agentId).GetAsync();
        return found.Value is { } agent && agent.Status != AgentStatus.Archived
            ? await FindIssuesAsync(AgentParts.Of(agent).ToContent(), agentId, agent.Status == AgentStatus.Active)
            : Outcome.NotFound<ImmutableArray<Issue>>();
    }

    public async Task<Tenant> GetAsync()
    {
        var totals = await _store.ReadTotalsAsync(_tenantId, Today());
        return new Tenant(_tenantId, Limits, totals.Usage, totals.Revision);
    }

    private TierLimits Limits => _tiers.Find(Caller.Current?.Tier);

    /// <summary>All issues of content; Unavailable when its references had to be checked and could not be.</summary>
    private async Task<Outcome<ImmutableArray<Issue>>> FindIssuesAsync(JsonText content, string? agentId, bool isLive)
    {
        var issues = ContentValidation.Check(content, agentId, Limits, mustBeComplete: isLive).Issues;
        if (ContentValidation.Read(content) is not { } typed) return Outcome.Ok(issues);
        var check = await _references.CheckAsync(new ReferenceSubject(_tenantId, agentId, typed.Type, typed.Config, Limits, isLive));
        return check.Kind == OutcomeKind.Unavailable ? check : Outcome.Ok<ImmutableArray<Issue>>([.. issues, .. check.IsOk ? check.Value : check.Issues]);
    }

    private DateOnly Today() => DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime);

    private async Task<Outcome<AgentChange>> AdmitAsync(string? agentId, AgentCommand command)
    {
        if (command is CloneAgent clone)
        {
            var source = await Agent(clone.SourceId).GetAsync();
            if (!source.IsOk) return source.Refusal<AgentChange>();
            // If-Match speaks of the agent in the address: the one that is copied.
            if (AgentRules.CheckVersion(source.Value!.Version, clone.Options) is { } refusal) return refusal.Refusal<AgentChange>();
            command = new CreateAgent((AgentParts.Of(source.Value!) with { Name = clone.Name }).ToContent(), clone.SourceId)
            {
                Options = clone.Options with { IfMatch = null },
            };
        }
        if (agentId is null && command is CreateAgent create) agentId = NewAgentId.For(create.Content);

        await _quotas.EnterAsync();
        HeldPlaces held = default;
        UsageDelta? delta = null;
        try
        {
            var wanted = PlacesFor(command);
            held = await _quotas.HoldAsync(wanted, Limits);
            var outcome = await HandOverAsync(agentId!, command, held);
            if (outcome.Kind == OutcomeKind.QuotaExceeded && command is ReplaceAgent)
            {
                // Only now is it known that this replacement makes an agent.
                wanted = PlacesOfNewAgent;
                held = await _quotas.HoldAsync(wanted, Limits);
                outcome = await HandOverAsync(agentId!, command, held);
            }
            // With all its places held only the statement can have refused: then the counters here are wrong.
            var wereCountersWrong = outcome.Kind == OutcomeKind.QuotaExceeded && held == wanted;
            delta = wereCountersWrong ? null : DeltaOf(outcome, command);
            return outcome;
        }
        finally
        {
            _quotas.Settle(held, delta);
        }
    }

    private Task<Outcome<AgentChange>> HandOverAsync(string agentId, AgentCommand command, HeldPlaces held) =>
        Agent(agentId).ApplyAsync(command, new Admission(Limits, held.Agent, held.Create, held.Active));

    private static HeldPlaces PlacesOfNewAgent => new(Agent: true, Create: true, Active: false);

    private static HeldPlaces PlacesFor(AgentCommand command) => command switch
    {
        CreateAgent => PlacesOfNewAgent,
        RestoreAgent => new(Agent: true, Create: false, Active: false),
        ActivateAgent => new(Agent: false, Create: false, Active: true),
        _ => default,
    };

    /// <summary>What the command added to the counters.</summary>
    private static UsageDelta DeltaOf(Outcome<AgentChange> outcome, AgentCommand command) =>
        outcome is { IsOk: true, Value: { Kind: not null } change } && !command.Options.DryRun
            ? UsageDelta.Between(change.PreviousStatus, change.Agent?.Status, isNew: change.Created)
            : default;

    private IAgentGrain Agent(string agentId) => GrainFactory.GetGrain<IAgentGrain>(GrainKeys.Agent(_tenantId, agentId));
}
