using System.Text.Json;
using System.Text.Json.Serialization;
using AgentManagement.Agents;
using AgentManagement.Domain.Outcomes;
using AgentManagement.Domain.Tasks;
using AgentManagement.Grains.Storage;
using AgentManagement.Json;
using AgentManagement.Keys;
using AgentManagement.Outcomes;
using AgentManagement.Tasks;
using AgentManagement.Tenants;
using Microsoft.Extensions.Logging;

namespace AgentManagement.Grains.Tasks;

/// <summary>Does the same with each of many agents, and says of each what came of it. One that is refused never stops the others.</summary>
internal sealed class BulkJob(IGrainFactory grains, ITenantStore store, ILogger<BulkJob> logger) : TaskJob<BulkResult>(logger)
{
    private const string Patch = "patch";
    private const string Activate = "activate";
    private const string Deactivate = "deactivate";
    private const string Archive = "archive";
    private const string Restore = "restore";

    private static readonly JsonSerializerOptions Json = JsonSerializerOptions.Web;

    public override string Kind => TaskKind.Bulk;

    public override async Task<Outcome<string>> PlanAsync(string tenantId, TaskCommand command)
    {
        var bulk = (BulkCommand)command;
        var ids = bulk.Filter is { } filter
            ? [.. (await store.ListAgentsAsync(
                tenantId, filter with { Limit = BulkCommand.MaxAgents + 1, Cursor = null }, null, CancellationToken.None)).Items
                .Select(agent => agent.Id)]
            : bulk.Ids.Distinct(StringComparer.Ordinal).ToImmutableArray();
        if (ids.Length > BulkCommand.MaxAgents)
        {
            var pointer = bulk.Filter is null ? "/ids" : "/filter";
            return Outcome.Invalid<string>([Issue.Error("too_many_agents", pointer, $"Must be at most {BulkCommand.MaxAgents} agents.")]);
        }
        var (patch, isDryRun) = ((bulk as PatchAgents)?.Patch, bulk.DryRun ? true : (bool?)null);
        return Outcome.Ok(TaskLines.Join(ids.Select(id => JsonSerializer.Serialize(
            new BulkLine(id, ActionOf(bulk), patch?.Text, bulk.Note, isDryRun), Json))));
    }

    public override JsonText? Begin(TaskCommand command) =>
        ToText(new() { Action = ActionOf((BulkCommand)command), DryRun = ((BulkCommand)command).DryRun });

    protected override async Task<BulkResult> DoAsync(TaskItem item, BulkResult result)
    {
        var line = JsonSerializer.Deserialize<BulkLine>(item.Line, Json)!;
        if (!GrainKeys.IsAgentId(line.Id)) return result.With(BulkItem.Of(line.Id, Outcome.NotFound<AgentChange>()));
        var options = (line.DryRun == true ? new() { DryRun = true } : item.Once) with { Note = line.Note };
        AgentCommand command = line.Action switch
        {
            Activate => new ActivateAgent(null) { Options = options },
            Deactivate => new DeactivateAgent(null) { Options = options },
            Archive => new ArchiveAgent { Options = options },
            Restore => new RestoreAgent { Options = options },
            _ => new PatchAgent(new(line.Patch!)) { Options = options },
        };
        var outcome = await grains.GetGrain<IAgentGrain>(GrainKeys.Agent(item.TenantId, line.Id)).ApplyAsync(command);
        return outcome is { Code: WriteRefusals.WriteConflict or WriteRefusals.IdempotencyConflict } or { Kind: OutcomeKind.Unavailable }
            ? throw new InvalidOperationException($"The agent could not be written: {outcome.Code}.")
            : result.With(BulkItem.Of(line.Id, outcome));
    }

    private static string ActionOf(BulkCommand command) => command switch
    {
        ActivateAgents => Activate,
        DeactivateAgents => Deactivate,
        ArchiveAgents => Archive,
        RestoreAgents => Restore,
        PatchAgents => Patch,
        _ => throw new ArgumentOutOfRangeException(nameof(command), command.GetType().Name, "Nothing is done for this command."),
    };

    /// <summary>An item: which agent, and what to do with it.</summary>
    private sealed record BulkLine(
        string Id, string Action,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Patch,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Note,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? DryRun);
}

/// <summary>What came of something that was done with many agents.</summary>
internal sealed record BulkResult
{
    public string Action { get; init; } = "";

    /// <summary>Nothing is changed: the items say what would be.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool DryRun { get; init; }

    public int Changed { get; init; }
    public int Unchanged { get; init; }
    public int Refused { get; init; }

    /// <summary>What came of each agent.</summary>
    public ImmutableArray<BulkItem> Items { get; init; } = [];

    public BulkResult With(BulkItem item) => this with
    {
        Changed = Changed + (item.Outcome == BulkItem.IsChanged ? 1 : 0),
        Unchanged = Unchanged + (item.Outcome == BulkItem.IsUnchanged ? 1 : 0),
        Refused = Refused + (item.Outcome == BulkItem.IsRefused ? 1 : 0),
        Items = Items.Add(item),
    };
}

/// <summary>What came of one agent.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Outcome">changed, unchanged or refused.</param>
/// <param name="Version">Its version after that; null when it was refused.</param>
/// <param name="Code">Why it was refused, for programs: of the first issue where there is one.</param>
/// <param name="Message">For people.</param>
/// <param name="Pointer">JSON pointer into the content; null when it is not about a field.</param>
internal sealed record BulkItem(
    string Id, string Outcome, int? Version,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Code = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Message = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Pointer = null)
{
    public const string IsChanged = "changed";
    public const string IsUnchanged = "unchanged";
    public const string IsRefused = "refused";

    public static BulkItem Of(string agentId, Outcome<AgentChange> outcome)
    {
        if (outcome.IsOk) return new(agentId, outcome.Value.Kind is null ? IsUnchanged : IsChanged, outcome.Value.Agent?.Version);
        var failed = FailedLine.Of(0, outcome);
        return new(agentId, IsRefused, null, failed.Code, failed.Message, failed.Pointer);
    }
}
