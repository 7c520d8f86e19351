using System.Text.Json.Serialization;
using AgentManagement.Agents;
using AgentManagement.Domain.Outcomes;
using AgentManagement.Domain.Tasks;
using AgentManagement.Json;
using AgentManagement.Keys;
using AgentManagement.Outcomes;
using AgentManagement.Tasks;
using AgentManagement.Tenants;
using Microsoft.Extensions.Logging;

namespace AgentManagement.Grains.Tasks;

/// <summary>
/// Makes or replaces an agent, or adds a file, for each line of an export. A line that is refused never stops the others.
/// </summary>
internal sealed class ImportJob(IGrainFactory grains, FileImport files, ILogger<ImportJob> logger) : TaskJob<ImportResult>(logger)
{
    public override string Kind => TaskKind.Import;

    public override Task<Outcome<string>> PlanAsync(string tenantId, TaskCommand command) => Task.FromResult(
        ((ImportAgents)command).Lines <= TaskLines.MaxLines
            ? Outcome.Ok("")
            : Outcome.Invalid<string>([Issue.Error("too_many_lines", "", $"Must have at most {TaskLines.MaxLines} lines.")]));

    public override JsonText? Begin(TaskCommand command) => command is ImportAgents { DryRun: false, CreatesOnly: false }
        ? null
        : ToText(new() { DryRun = ((ImportAgents)command).DryRun, CreatesOnly = ((ImportAgents)command).CreatesOnly });

    protected override async Task<ImportResult> DoAsync(TaskItem item, ImportResult result)
    {
        if (string.IsNullOrWhiteSpace(item.Line)) return result;
        if (FileLine.IsOne(item.Line)) return await files.DoAsync(item, result);
        if (!AgentLine.TryRead(item.Line, out var line, out var issue))
        {
            return result.WithFailure(new(item.Number, issue.Code, issue.Message, issue.Pointer));
        }
        var tenant = grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(item.TenantId));
        var options = (result.DryRun ? new() { DryRun = true } : item.Once) with { MustNotExist = result.CreatesOnly };
        var outcome = await tenant.ApplyAsync(line.AgentId, new ReplaceAgent(line.Content) { Options = options });
        return outcome switch
        {
            { IsOk: true, Value.Kind: null } => result with { Unchanged = result.Unchanged + 1 },
            { Code: WriteRefusals.AlreadyExists } => result with { Skipped = result.Skipped + 1 },
            { IsOk: true, Value.Created: true } => result with { Created = result.Created + 1 },
            { IsOk: true } => result with { Updated = result.Updated + 1 },
            { Code: WriteRefusals.WriteConflict or WriteRefusals.IdempotencyConflict } or { Kind: OutcomeKind.Unavailable } =>
                throw new InvalidOperationException($"The line could not be written: {outcome.Code}."),
            _ => result.WithFailure(FailedLine.Of(item.Number, outcome)),
        };
    }
}

/// <summary>What came of an import.</summary>
internal sealed record ImportResult
{
    private const int MaxFailures = 100;

    public int Created { get; init; }
    public int Updated { get; init; }
    public int Unchanged { get; init; }
    public int FailedCount { get; init; }

    /// <summary>Nothing is changed: the numbers say what would be.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool DryRun { get; init; }

    /// <summary>Agents that are there are left as they are.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool CreatesOnly { get; init; }

    /// <summary>Agents that were left as they are.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Skipped { get; init; }

    /// <summary>Files that the tenant did not have.</summary>
    public int FilesAdded { get; init; }

    /// <summary>The first lines that were refused.</summary>
    public ImmutableArray<FailedLine> Failed { get; init; } = [];

    public ImportResult WithFailure(FailedLine failure) => this with
    {
        FailedCount = FailedCount + 1,
        Failed = Failed.Length < MaxFailures ? Failed.Add(failure) : Failed,
    };
}

/// <summary>A line that was refused.</summary>
/// <param name="Line">Its number, from 1.</param>
/// <param name="Code">Stable, for programs; of the first issue where there is one.</param>
/// <param name="Message">For people.</param>
/// <param name="Pointer">JSON pointer into the line; null when it is not about a field.</param>
internal sealed record FailedLine(int Line, string Code, string Message, string? Pointer)
{
    public static FailedLine Of<T>(int line, Outcome<T> outcome) =>
        outcome.Kind == OutcomeKind.Invalid && outcome.Issues.FirstOrDefault(issue => issue.Severity == IssueSeverity.Error) is { } issue
            ? new(line, issue.Code, issue.Message, issue.Pointer)
            : new(line, outcome.Code, outcome.Detail, null);
}
