using AgentManagement.Access;
using AgentManagement.Changes;
using AgentManagement.Keys;
using AgentManagement.Observability;
using AgentManagement.Outcomes;
using AgentManagement.Storage;
using AgentManagement.Tenants;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace AgentManagement.Files;

/// <summary>Loads, lets <see cref="FileRules"/> decide, writes. It knows the record only; the bytes are another's.</summary>
internal sealed class FileGrain(
    [PersistentState(StorageNames.File, StorageNames.Provider)] IPersistentState<FileState> storage,
    [PersistentState(StorageNames.FileMark, StorageNames.Provider)] IPersistentState<FileMark> mark,
    StorageWatch watch, IFileStore store, FileKeeping keeping, TimeProvider time, ILogger<FileGrain> logger) : Grain, IFileGrain
{
    private readonly DurableState<FileState> _state = new(storage, watch);
    private readonly DurableState<FileMark> _mark = new(mark, watch);
    private string _tenantId = "";
    private string _fileId = "";

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (!GrainKeys.TryReadFile(this.GetPrimaryKeyString(), out var tenantId, out var fileId))
        {
            throw new ArgumentException("The grain key is not a file's.");
        }
        (_tenantId, _fileId) = (tenantId, fileId);
        return Task.CompletedTask;
    }

    public async Task<Outcome<FileChange>> ApplyAsync(FileCommand command, TierLimits limits, long bytesKept)
    {
        var outcome = await TryApplyAsync(command, limits, bytesKept);
        return outcome is { Kind: OutcomeKind.Conflict, Code: WriteRefusals.WriteConflict } ? await TryApplyAsync(command, limits, bytesKept) : outcome;
    }

    public async Task<Outcome<StoredFile>> GetAsync() =>
        (await _state.CurrentAsync()).File is { } file ? Outcome.Ok(file.ToFile()) : Outcome.NotFound<StoredFile>();

    private async Task<Outcome<FileChange>> TryApplyAsync(FileCommand command, TierLimits limits, long bytesKept)
    {
        var state = await _state.CurrentAsync();
        var noted = await _mark.CurrentAsync();
        var now = time.GetUtcNow();
        // Only for what may remove it. What a version that is written meanwhile mentions, the statement sees.
        var isUsed = command is not AddFile && await store.IsUsedAsync(_tenantId, _fileId);
        var context = new FileContext(
            _tenantId, _fileId, Caller.Current!, limits, bytesKept, isUsed, noted.Version == state.Version ? noted.UnusedSince : null,
            keeping.Grace, now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond)));
        var decided = FileRules.Decide(state, command, context);
        if (!decided.IsOk) return decided.Refusal<FileChange>();

        if (decided.Value!.Mark is { } nextMark)
        {
            var (noting, _) = await _mark.WriteAsync(nextMark);
            if (noting != WriteResult.Written) return WriteRefusals.Of<FileChange>(noting, null, limits);
        }
        if (decided.Value.State is not { } next) return Outcome.Ok(new FileChange(state.File!.ToFile(), null));

        var (result, limit) = await _state.WriteAsync(next);
        if (result != WriteResult.Written)
        {
            logger.LogWarning(LogEvents.ChangeNotWritten, "The change of file {FileId} was not written: {Result}", _fileId, result);
            return WriteRefusals.Of<FileChange>(result, limit, limits);
        }
        var change = next.Changes[0];
        logger.LogInformation(LogEvents.ChangeWritten, "{Kind} {FileId}", change.Kind, _fileId);
        _ = FeedSignal.SendAsync(GrainFactory, this.GetStreamProvider(ChangeSignal.Provider), change, _state.Mark, logger);
        return Outcome.Ok(new FileChange((next.File ?? state.File!).ToFile(), change.Kind));
    }
}
