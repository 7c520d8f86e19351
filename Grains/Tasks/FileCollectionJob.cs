using AgentManagement.Domain.Files;
using AgentManagement.Domain.Outcomes;
using AgentManagement.Domain.Tasks;
using AgentManagement.Files;
using AgentManagement.Grains.Files;
using AgentManagement.Grains.Storage;
using AgentManagement.Keys;
using AgentManagement.Outcomes;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.Tasks;
using AgentManagement.Tenants;
using Microsoft.Extensions.Logging;

namespace AgentManagement.Grains.Tasks;

/// <summary>
/// Removes the files that no kept version has mentioned for the grace period, and then bytes that no record names. A record goes
/// before its bytes: what a crash leaves between the two is bytes without a record, which a later collection finds.
/// </summary>
internal sealed class FileCollectionJob(
    IGrainFactory grains, IFileStore store, IFileBytes bytes, TimeProvider time, ILogger<FileCollectionJob> logger)
        : TaskJob<FileCollectionResult>(logger)
{
    // No file's id.
    private const string Garbage = "garbage";

    public override string Kind => TaskKind.Files;

    public override async Task<Outcome<string>> PlanAsync(string tenantId, TaskCommand command) =>
        Outcome.Ok(TaskLines.Join([.. await store.ReadIdsAsync(tenantId), Garbage]));

    protected override Task<FileCollectionResult> DoAsync(TaskItem item, FileCollectionResult result) =>
        item.Line == Garbage ? RemoveGarbageAsync(item.TenantId, result) : CollectAsync(item, result);

    private async Task<FileCollectionResult> CollectAsync(TaskItem item, FileCollectionResult result)
    {
        var outcome = await grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(item.TenantId)).ApplyFileAsync(item.Line, new CollectFile());
        switch (outcome)
        {
            case { IsOk: true, Value: { Kind: not null, File: var file } }:
                await TryDeleteAsync(item.TenantId, file.Blob);
                return result with { Removed = result.Removed + 1 };
            // Deleted since the task began; or a version that was written meanwhile mentions it.
            case { IsOk: true } or { Kind: OutcomeKind.NotFound } or { Code: UseRules.InUse }:
                return result;
            default:
                throw new InvalidOperationException($"The file could not be collected: {outcome.Code}.");
        }
    }

    private async Task<FileCollectionResult> RemoveGarbageAsync(string tenantId, FileCollectionResult result)
    {
        if (!bytes.IsConfigured) return result;
        var before = time.GetUtcNow() - FileRules.GarbageAge;
        await bytes.DeleteUnfinishedAsync(tenantId, before);
        // First the bytes and then the records: what was recorded in between is seen, and what is this old is recorded no more.
        var stored = await bytes.ListAsync(tenantId, before);
        var recorded = (await store.ReadBlobsAsync(tenantId)).ToHashSet(StringComparer.Ordinal);
        foreach (var blob in stored.Where(blob => !recorded.Contains(blob)))
        {
            await bytes.DeleteAsync(tenantId, blob);
            result = result with { Garbage = result.Garbage + 1 };
        }
        return result;
    }

    /// <summary>The record is gone, whatever becomes of the bytes: the next collection finds them.</summary>
    private async Task TryDeleteAsync(string tenantId, string blob)
    {
        try
        {
            await bytes.DeleteAsync(tenantId, blob);
        }
        catch (Exception exception)
        {
            logger.LogWarning(LogEvents.BlobDeletionFailed, exception, "The bytes of a collected file could not be deleted; they will be");
        }
    }
}

/// <summary>What a collection of files did.</summary>
internal sealed record FileCollectionResult
{
    /// <summary>Files that nothing referred to.</summary>
    public int Removed { get; init; }

    /// <summary>Bytes that no record named.</summary>
    public int Garbage { get; init; }
}
