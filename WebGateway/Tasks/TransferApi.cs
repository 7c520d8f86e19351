using System.Security.Cryptography;
using AgentManagement.Access;
using AgentManagement.Agents;
using AgentManagement.ClusterClient;
using AgentManagement.Files;
using AgentManagement.Outcomes;
using AgentManagement.ServiceDefaults.Blobs;
using AgentManagement.Tasks;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Audit;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentManagement.WebGateway.Tasks;

/// <summary>The tenant's files and agents out as lines, and in again.</summary>
internal static class TransferApi
{
    private const string CreateMode = "create";

    private static readonly QueryParameter<string?> Mode = QueryParameter.Choice(
        "mode", "What to do with agents that are there: upsert replaces their content, as without it; create leaves them as they are.",
        ["upsert", CreateMode]);

    // Each has up to a mebibyte.
    private const int AgentsAtOnce = 20;
    private const int FilesAtOnce = 200;

    public static void MapTransfer(this IEndpointRouteBuilder api)
    {
        var transfer = api.MapGroup("").WithTags("Transfer").RequirePermission(Permissions.AgentsRead);
        transfer.MapGet("/export", Export).WithName("exportAgents").WithMetadata(new OfferedTypes([RequestBody.Lines]));
        transfer.MapPost("/import", Import).WithName("importAgents").RequirePermission(Permissions.AgentsWrite)
            .WithMetadata(TaskStart.Key, WriteConditions.DryRun, Mode);
    }

    /// <summary>Writes all files and then all agents but the archived, a line of JSON each, in the order of their ids.</summary>
    public static async Task<Results<ExportedTenant, Problem>> Export(
        HttpContext http, CurrentCaller caller, CallerGrains grains, IBlobStore store, CancellationToken cancellationToken)
    {
        var (firstFiles, firstAgents) = (await ReadFilesAsync(null), await ReadAgentsAsync(null));
        if (!firstFiles.IsOk) return Problem.For(firstFiles);
        if (!firstAgents.IsOk) return Problem.For(firstAgents);
        http.NoteRead("agents_exported");
        return new ExportedTenant(
            caller.TenantId, firstFiles.Value, ReadFilesAsync, store, new PagesAsLines<Agent,
            ExportLine>(firstAgents.Value, ReadAgentsAsync, ExportLine.Of));

        Task<Outcome<Page<Agent>>> ReadAgentsAsync(string? cursor) =>
            grains.Catalog.ExportAgentsAsync(cursor, AgentsAtOnce, cancellationToken);

        Task<Outcome<Page<StoredFile>>> ReadFilesAsync(string? cursor) =>
            grains.Catalog.ListFilesAsync(cursor, FilesAtOnce, cancellationToken);
    }

    /// <summary>
    /// Starts a task that makes or replaces an agent for each line, as the export writes them, or for each in files of another format,
    /// whose report is in the answer. New ones are drafts. With dryRun its result says what would come of it.
    /// </summary>
    public static async Task<Results<Accepted<TaskResponse>, Problem>> Import(
        ImportBody body, HttpContext http, CurrentCaller caller, CallerGrains grains)
    {
        var (isDryRun, createsOnly) = (WriteConditions.DryRun.Read(http), Mode.Read(http) == CreateMode);
        WriteConditions.CheckKey(http.Request);
        var uploadId = TaskId.New();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        try
        {
            await foreach (var lines in body.Lines.ReadAsync(hash, http.RequestAborted))
            {
                await grains.Task(uploadId).AddLinesAsync(lines);
            }
        }
        catch
        {
            await TryDropAsync(grains.Task(uploadId));
            throw;
        }
        var command = new ImportAgents(uploadId, body.Lines.Count) { DryRun = isDryRun, CreatesOnly = createsOnly };
        var key = WriteConditions.ReadKey(http.Request, hash.GetHashAndReset(), caller.Subject);
        var started = await TaskStart.RunAsync(key, grains, command);
        return body.Results is { } results && started.Result is Accepted<TaskResponse> { Value: { } task } accepted
            ? TypedResults.Accepted(accepted.Location, task with { Report = ImportReportResponse.Of(results) })
            : started;
    }

    /// <summary>Whatever ended the upload is what is to be told; lines that stay are for the housekeeping.</summary>
    private static async Task TryDropAsync(ITaskGrain upload)
    {
        try
        {
            await upload.DropLinesAsync();
        }
        catch (GrainCallException)
        {
            // See above.
        }
    }
}
