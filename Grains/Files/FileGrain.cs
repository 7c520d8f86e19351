using AgentManagement.Access;
using AgentManagement.Changes;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Files;
using AgentManagement.Files;
using AgentManagement.Grains.Storage;
using AgentManagement.Keys;
using AgentManagement.Outcomes;
using AgentManagement.Tenants;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace AgentManagement.Grains.Files;

/// <summary>One file: what <see cref="FileRules"/> decides of its record is written. The bytes are another's.</summary>
internal sealed class FileGrain(
    [PersistentState(StorageNames.File, StorageNames.Provider)] IPersistentState<FileState> storage,
    [PersistentState(StorageNames.FileMark, StorageNames.Provider)] IPersistentState<FileMark> mark,
    IChangeStore changes,
    IReferenceStore uses,
    FileKeeping keeping,
    TimeProvider time,
    ILogger<FileGrain> logger) : AggregateGrain<FileState>(StorageNames.File, storage, changes, time, logger), IFileGrain
{
    public Task<Outcome<FileChange>> ApplyAsync(FileCommand command, TierLimits limits, long bytesKept) =>
        ApplyAsync((state, now) => DecideAsync(state, command, limits, bytesKept, now), command is DeleteFile { DryRun: true });

    public async Task<Outcome<StoredFile>> GetAsync() =>
        (await CurrentAsync()).File is { } file ? Outcome.Ok(file.ToFile()) : Outcome.NotFound<StoredFile>();

    protected override (string TenantId, string Id)? ReadKey(string key) =>
        GrainKeys.TryReadFile(key, out var tenantId, out var fileId) ? (tenantId, fileId) : null;

    private async Task<Outcome<Decided<FileState, FileChange>>> DecideAsync(
        FileState state, FileCommand command, TierLimits limits, long bytesKept, DateTimeOffset now)
    {
        var noted = mark.State;
        // Only for what may remove it. What a version that is written meanwhile mentions, the commit sees.
        var referrers = command is AddFile ? [] : await uses.ReadReferrersAsync(TenantId, ChangeSubject.OfFile(Id));
        var context = new FileContext(
            TenantId, Id, Caller.Current!, limits, bytesKept, referrers, noted.Version == state.Version ? noted.UnusedSince : null,
            keeping.Grace, now);
        var decided = FileRules.Decide(state, command, context);
        if (!decided.IsOk) return decided.Refusal<Decided<FileState, FileChange>>();

        var (next, nextMark) = decided.Value;
        if (nextMark is not null)
        {
            await WriteMarkAsync(nextMark);
        }
        // A deletion answers with the file that was there.
        var file = next?.File ?? state.File ?? throw new InvalidOperationException("A command on no file was allowed.");
        return Outcome.Ok(new Decided<FileState, FileChange>(next, new(file.ToFile(), next?.Change?.Kind)), decided.Issues) with
        {
            Referrers = decided.Referrers,
        };
    }

    // It is no change, and makes no row of the log.
    private async Task WriteMarkAsync(FileMark next)
    {
        mark.State = next;
        try
        {
            await mark.WriteStateAsync();
        }
        catch
        {
            // What the database has is read by the next activation.
            DeactivateOnIdle();
            throw;
        }
    }
}
