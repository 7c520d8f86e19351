using AgentManagement.Access;
using AgentManagement.Agents;
using AgentManagement.Domain.Runtimes;
using AgentManagement.Grains.Access;
using AgentManagement.Grains.Storage;
using AgentManagement.Keys;
using AgentManagement.Outcomes;
using AgentManagement.Runtimes;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace AgentManagement.Grains.Runtimes;

/// <summary>
/// A tenant's runtimes. What they run is written when it changes; that they still report is kept in memory, so that a report that says
/// nothing new costs no write.
/// </summary>
internal sealed class RuntimesGrain(
    [PersistentState(StorageNames.Runtimes, StorageNames.Provider)] IPersistentState<RuntimesState> storage,
    IChangeStore changes,
    IRuntimeStore runtimes,
    TimeProvider time,
    ILogger<RuntimesGrain> logger) : AggregateGrain<RuntimesState>(StorageNames.Runtimes, storage, changes, time, logger), IRuntimesGrain
{
    // A look ends soon, so that reports do not wait for it.
    private const int MaxSilentAtOnce = 50;

    private readonly Dictionary<string, Lease> _leases = new(StringComparer.Ordinal);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await base.OnActivateAsync(cancellationToken);
        // Who reported last to an activation before this one is not known: each has a whole time to report again.
        foreach (var runtime in await runtimes.ReadLiveAsync(TenantId)) _leases[runtime.Report.Instance] = new(runtime, Now);
    }

    public async Task<Outcome<RuntimeLease>> ReportAsync(RuntimeReport report)
    {
        if (RuntimeRules.Check(report).ToList() is { Count: > 0 } issues) return Outcome.Invalid<RuntimeLease>(issues);
        var now = Now;
        var known = _leases.GetValueOrDefault(report.Instance);
        if (!MaySee(report.Label) || !MaySee(known?.Runtime.Report.Label)) return Denied<RuntimeLease>();
        if (known is null && _leases.Count >= Runtime.MaxOfTenant)
        {
            return Outcome.Refuse<RuntimeLease>(
                OutcomeKind.QuotaExceeded, "too_many_runtimes", $"{Runtime.MaxOfTenant} runtimes of a tenant can report.");
        }
        if (known is null || !SaysTheSame(known.Runtime.Report, report))
        {
            var next = new KeptRuntime(report, known?.Runtime.Since ?? now);
            await runtimes.RecordAsync(TenantId, next, known?.Runtime, now);
            known = new(next, now);
        }
        _leases[report.Instance] = known with { SeenAt = now };
        return Outcome.Ok(new RuntimeLease(now + Runtime.LeaseTime));
    }

    public async Task<Outcome<Runtime>> EndAsync(string instance)
    {
        if (await runtimes.FindAsync(TenantId, instance, CancellationToken.None) is not { } runtime) return Outcome.NotFound<Runtime>();
        if (!MaySee(runtime.Label)) return Denied<Runtime>();
        await runtimes.EndAsync(TenantId, instance, Now, isSilent: false);
        _leases.Remove(instance);
        return Outcome.Ok(runtime);
    }

    public async Task<ImmutableArray<Runtime>> ListAsync(string? label, CancellationToken cancellationToken)
    {
        if (!MaySee(label)) throw new AccessDeniedException("permission_denied", LabelAccess.Denied);
        var found = await runtimes.ListAsync(TenantId, label, cancellationToken);
        return [.. found.Where(runtime => MaySee(runtime.Label)).Select(WithTime)];
    }

    public async Task<Outcome<Runtime>> GetAsync(string instance, CancellationToken cancellationToken)
    {
        if (await runtimes.FindAsync(TenantId, instance, cancellationToken) is not { } runtime) return Outcome.NotFound<Runtime>();
        return MaySee(runtime.Label) ? Outcome.Ok(WithTime(runtime)) : Denied<Runtime>();
    }

    public async Task<ImmutableArray<AppliedVersion>> ListAppliedAsync(
        string agentId, DateTimeOffset? at, CancellationToken cancellationToken) =>
        (await runtimes.ListAppliedAsync(TenantId, agentId, at ?? Now, cancellationToken)).RemoveAll(applied => !MaySee(applied.Label));

    public async Task LookAsync()
    {
        var late = _leases.Values.Where(lease => lease.SeenAt + Runtime.LeaseTime <= Now).Take(MaxSilentAtOnce).ToList();
        foreach (var (runtime, seenAt) in late)
        {
            var report = runtime.Report;
            // First it is told: when this silo ends in between, it is told twice rather than not at all.
            var outcome = await ApplyAsync(
                (state, now) => Task.FromResult(
                    RuntimeRules.FallSilent(state, TenantId, report.Instance, report.Label, Caller.Current!, now)),
                isDryRun: false);
            if (!outcome.IsOk) return;
            await runtimes.EndAsync(TenantId, report.Instance, seenAt, isSilent: true);
            _leases.Remove(report.Instance);
            RuntimeMetrics.CountSilent();
        }
    }

    protected override (string TenantId, string Id)? ReadKey(string key) =>
        GrainKeys.TryReadTenant(key, out var tenantId) ? (tenantId, "") : null;

    private static bool MaySee(string? label) => LabelAccess.MaySee(Caller.Current!, label);

    private static Outcome<T> Denied<T>() => Outcome.Refuse<T>(OutcomeKind.Forbidden, "permission_denied", LabelAccess.Denied);

    private static bool SaysTheSame(RuntimeReport one, RuntimeReport other) =>
        one.Label == other.Label && one.LabelRevision == other.LabelRevision && one.Sdk == other.Sdk
        && one.Applied.Length == other.Applied.Length && one.Applied.ToHashSet().SetEquals(other.Applied);

    private Runtime WithTime(Runtime runtime) =>
        _leases.TryGetValue(runtime.Instance, out var lease) ? runtime with { SeenAt = lease.SeenAt } : runtime;

    /// <summary>What a runtime runs, and when it last reported.</summary>
    private sealed record Lease(KeptRuntime Runtime, DateTimeOffset SeenAt);
}
