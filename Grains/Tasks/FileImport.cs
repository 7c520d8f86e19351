using AgentManagement.Domain.Outcomes;
using AgentManagement.Domain.Tasks;
using AgentManagement.Files;
using AgentManagement.Grains.Files;
using AgentManagement.Keys;
using AgentManagement.Outcomes;
using AgentManagement.Tasks;
using AgentManagement.Tenants;

namespace AgentManagement.Grains.Tasks;

/// <summary>Brings the file of a line in: bytes first, then the record, as an upload does.</summary>
internal sealed class FileImport(IGrainFactory grains, IFileBytes bytes, TimeProvider time)
{
    public async Task<ImportResult> DoAsync(TaskItem item, ImportResult result)
    {
        var (line, issue) = FileLine.Read(item.Line);
        if (line is null) return result.WithFailure(new(item.Number, issue!.Code, issue.Message, issue.Pointer));
        if (line.Content is not { } content) return await KeepAsync(item, line, result);
        if (result.DryRun) return await FindAsync(item, line) ? Keep(result) : result with { FilesAdded = result.FilesAdded + 1 };
        if (!bytes.IsConfigured)
        {
            return result.WithFailure(new(item.Number, "file_store_unavailable", "The service has no blob store.", null));
        }

        // The same for the same item: done again after a crash, it writes the same bytes to the same place.
        var (blob, storedAt) = (TaskId.Of($"{item.Task.TaskId} {item.Number}"), time.GetUtcNow());
        await bytes.WriteAsync(item.TenantId, blob, content);
        var outcome = await grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(item.TenantId))
            .ApplyFileAsync(line.Id, new AddFile(line.Name, line.MediaType, content.Length, blob, storedAt));
        if (outcome.Value?.File.Blob != blob) await bytes.DeleteAsync(item.TenantId, blob);
        return outcome switch
        {
            { IsOk: true } when outcome.Value.File.Blob == blob => result with { FilesAdded = result.FilesAdded + 1 },
            { IsOk: true } => result with { Unchanged = result.Unchanged + 1 },
            { Code: WriteRefusals.WriteConflict } or { Kind: OutcomeKind.Unavailable } =>
                throw new InvalidOperationException($"The file could not be recorded: {outcome.Code}."),
            _ => result.WithFailure(FailedLine.Of(item.Number, outcome)),
        };
    }

    /// <summary>A line without bytes is good where the tenant has them.</summary>
    private async Task<ImportResult> KeepAsync(TaskItem item, FileLine line, ImportResult result) =>
        await FindAsync(item, line)
            ? Keep(result)
            : result.WithFailure(new(
                item.Number, "file_content_missing", "The line does not hold the file's bytes; upload the file first.", "/content"));

    private async Task<bool> FindAsync(TaskItem item, FileLine line) =>
        (await grains.GetGrain<IFileGrain>(GrainKeys.File(item.TenantId, line.Id)).GetAsync()).IsOk;

    private static ImportResult Keep(ImportResult result) => result with { Unchanged = result.Unchanged + 1 };
}
