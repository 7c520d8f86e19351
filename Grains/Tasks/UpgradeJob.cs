using System.Globalization;
using AgentManagement.Agents;
using AgentManagement.Domain.Outcomes;
using AgentManagement.Domain.Tasks;
using AgentManagement.Grains.Storage;
using AgentManagement.Json;
using AgentManagement.Keys;
using AgentManagement.Outcomes;
using AgentManagement.Tasks;
using AgentManagement.Templates;
using AgentManagement.Tenants;
using Microsoft.Extensions.Logging;

namespace AgentManagement.Grains.Tasks;

/// <summary>
/// Brings a template's agents to one of its versions: a few of them first, then more, then the rest, and no further after a
/// wave in which too many were refused.
/// </summary>
internal sealed class UpgradeJob(IGrainFactory grains, ITemplateStore store, ILogger<UpgradeJob> logger) : TaskJob<UpgradeResult>(logger)
{
    // The shares of all agents after which it is looked how things went.
    private static readonly double[] Waves = [0.05, 0.25];

    public override string Kind => TaskKind.Upgrade;

    /// <summary>What the history says of an upgrade that a task made; by it the upgrade can be found, and undone.</summary>
    public static string NoteOf(string taskId) => $"Upgraded by task {taskId}.";

    public override async Task<Outcome<string>> PlanAsync(string tenantId, TaskCommand command)
    {
        var upgrade = (UpgradeDerivedAgents)command;
        var template = grains.GetGrain<ITemplateGrain>(GrainKeys.Template(tenantId, upgrade.TemplateId));
        var found = await (upgrade.ToVersion is { } version ? template.GetVersionAsync(version) : template.GetAsync());
        if (found.Value is not { } target) return found.Refusal<string>();
        var agents = await store.ReadDerivedAsync(tenantId, target.Id, exceptVersion: target.Version);
        return Outcome.Ok(
            TaskLines.Join(agents.Select(agent => new UpgradeLine(agent, target.Version, upgrade.OnConflict, upgrade.MaxFailures)
            .ToString())));
    }

    protected override async Task<UpgradeResult> DoAsync(TaskItem item, UpgradeResult result)
    {
        var line = UpgradeLine.Read(item.Line);
        if (IsWaveStart(item))
        {
            result = result with { Stopped = result.Stopped || result.FailedInWave > line.MaxFailures, FailedInWave = 0 };
        }
        if (result.Stopped) return result with { NotTried = result.NotTried + 1 };

        var command = new UpgradeAgent(line.ToVersion, JsonText.EmptyObject, line.OnConflict, ImmutableDictionary<string,
            ConflictChoice>.Empty, NoteOf(item.Task.TaskId))
        {
            Options = item.Once,
        };
        var outcome = await grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(item.TenantId)).ApplyAsync(line.AgentId, command);
        return outcome switch
        {
            { IsOk: true, Value.Kind: null } => result with { Unchanged = result.Unchanged + 1 },
            { IsOk: true } => result with { Upgraded = result.Upgraded + 1 },
            // Archived or purged since the task began.
            { Kind: OutcomeKind.NotFound } or { Code: "agent_archived" } => result,
            { Code: WriteRefusals.WriteConflict or WriteRefusals.IdempotencyConflict } or { Kind: OutcomeKind.Unavailable } =>
                throw new InvalidOperationException($"The agent could not be written: {outcome.Code}."),
            _ => result.WithFailure(RefusedAgent.Of(line.AgentId, outcome)),
        };
    }

    private static bool IsWaveStart(TaskItem item) =>
        Waves.Any(share => item.Number == 1 + Math.Max(1, (int)Math.Ceiling(item.Task.Total * share)));

    /// <summary>An item: which agent to upgrade, and how.</summary>
    private sealed record UpgradeLine(string AgentId, int ToVersion, ConflictChoice OnConflict, int MaxFailures)
    {
        public static UpgradeLine Read(string line)
        {
            var parts = line.Split(' ');
            return new(
                parts[0], int.Parse(parts[1], CultureInfo.InvariantCulture), Enum.Parse<ConflictChoice>(parts[2]),
                int.Parse(parts[3], CultureInfo.InvariantCulture));
        }

        public override string ToString() =>
            string.Create(CultureInfo.InvariantCulture, $"{AgentId} {ToVersion} {OnConflict} {MaxFailures}");
    }
}

/// <summary>What came of an upgrade of many agents.</summary>
internal sealed record UpgradeResult
{
    private const int MaxFailures = 100;

    public int Upgraded { get; init; }
    public int Unchanged { get; init; }
    public int FailedCount { get; init; }

    /// <summary>The first agents that were refused.</summary>
    public ImmutableArray<RefusedAgent> Failed { get; init; } = [];
    public int FailedInWave { get; init; }

    /// <summary>Whether a wave went too badly for the rest to be tried.</summary>
    public bool Stopped { get; init; }
    public int NotTried { get; init; }

    public UpgradeResult WithFailure(RefusedAgent failure) => this with
    {
        FailedCount = FailedCount + 1,
        FailedInWave = FailedInWave + 1,
        Failed = Failed.Length < MaxFailures ? Failed.Add(failure) : Failed,
    };
}

/// <summary>An agent that was refused.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Code">Stable, for programs; of the first issue where there is one.</param>
/// <param name="Message">For people.</param>
/// <param name="Conflicts">The labels of what template and tenant changed differently.</param>
internal sealed record RefusedAgent(string Id, string Code, string Message, ImmutableArray<string> Conflicts)
{
    private const int MaxConflicts = 20;

    public static RefusedAgent Of<T>(string agentId, Outcome<T> outcome) =>
        outcome.Kind == OutcomeKind.Invalid && outcome.Issues.FirstOrDefault(issue => issue.Severity == IssueSeverity.Error) is { } issue
            ? new(agentId, issue.Code, issue.Message, [])
            : new(agentId, outcome.Code, outcome.Detail, [.. outcome.Conflicts.Take(MaxConflicts).Select(conflict => conflict.Label)]);
}
