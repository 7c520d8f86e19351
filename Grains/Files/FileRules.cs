using AgentManagement.Access;
using AgentManagement.Agents;
using AgentManagement.Changes;
using AgentManagement.Keys;
using AgentManagement.Outcomes;
using AgentManagement.Storage;
using AgentManagement.Tenants;

namespace AgentManagement.Files;

/// <summary>How files are kept.</summary>
/// <param name="Grace">How long a file stays that nothing refers to.</param>
internal sealed record FileKeeping(TimeSpan Grace);

/// <summary>What a rule may know besides the state and the command.</summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="FileId">The file.</param>
/// <param name="Caller">Who asks.</param>
/// <param name="Limits">The tenant's limits.</param>
/// <param name="BytesKept">The bytes of all its files.</param>
/// <param name="IsUsed">Whether a kept version mentions the file.</param>
/// <param name="Grace">How long a file stays that nothing refers to.</param>
/// <param name="Now">The time of the change, to the millisecond.</param>
internal sealed record FileContext(
    string TenantId, string FileId, Caller Caller, TierLimits Limits, long BytesKept, bool IsUsed, TimeSpan Grace, DateTimeOffset Now);

/// <summary>(state, command, context) → next state, null when nothing changes, or refusal. Pure.</summary>
internal static class FileRules
{
    /// <summary>How long after its first byte an upload may still be recorded. Far below the age at which its bytes are garbage.</summary>
    public static readonly TimeSpan LongestUpload = TimeSpan.FromHours(6);

    /// <summary>From which age on bytes are garbage that no record names.</summary>
    public static readonly TimeSpan GarbageAge = TimeSpan.FromHours(24);

    public static Outcome<FileState?> Decide(FileState state, FileCommand command, FileContext context) => command switch
    {
        AddFile add => Add(state, add, context),
        DeleteFile => Delete(state, context),
        CollectFile => Collect(state, context),
        _ => throw new ArgumentOutOfRangeException(nameof(command), command.GetType().Name, "No rule for this command."),
    };

    private static Outcome<FileState?> Add(FileState state, AddFile command, FileContext context)
    {
        if (state.File is not null)
        {
            // Who uploads it again is about to use it: the time in which nothing refers to it begins anew.
            return Outcome.Ok(state.UnusedSince is null ? null : state with { UnusedSince = null, Changes = [] });
        }
        if (!FileName.IsOne(command.Name)) return Invalid("invalid_name", "/name", $"It {FileName.Rule}.");
        if (!GrainKeys.IsBlob(command.Blob)) return Invalid("invalid_blob", "/blob", "Must name bytes of the blob store.");
        if (!FileLimits.Allows(command.MediaType, context.Limits))
        {
            return Invalid("file_type", "/mediaType", $"The tier '{context.Limits.Tier}' does not include files of this type.");
        }
        if (command.Size > FileLimits.MostBytes(context.Limits))
        {
            return Invalid("file_too_large", "/size", $"The tier '{context.Limits.Tier}' allows files of {context.Limits.FileMebibytes} MiB.");
        }
        if (context.Now - command.StoredAt > LongestUpload)
        {
            return Outcome.Refuse<FileState?>(OutcomeKind.Conflict, "upload_expired", "The upload took too long; make it again.");
        }
        if (context.BytesKept + command.Size > FileLimits.MostBytesInAll(context.Limits)) return QuotaRefusals.FileBytes<FileState?>(context.Limits);

        var file = new FileDocument
        {
            Id = context.FileId, Name = command.Name, MediaType = command.MediaType, Size = command.Size, Blob = command.Blob,
            CreatedAt = context.Now, CreatedBy = context.Caller.Subject,
        };
        var version = state.Version + 1;
        return Outcome.Ok<FileState?>(new FileState { Version = version, File = file, Changes = [Entry(file, version, ChangeKind.FileAdded, context)] });
    }

    private static Outcome<FileState?> Delete(FileState state, FileContext context)
    {
        if (state.File is not { } file) return Outcome.NotFound<FileState?>();
        return context.IsUsed ? WriteRefusals.Of<FileState?>(WriteResult.FileInUse, null, context.Limits) : Gone(state, file, context);
    }

    private static Outcome<FileState?> Collect(FileState state, FileContext context)
    {
        if (state.File is not { } file) return Outcome.NotFound<FileState?>();
        if (context.IsUsed) return Outcome.Ok(state.UnusedSince is null ? null : state with { UnusedSince = null, Changes = [] });
        if (state.UnusedSince is not { } since) return Outcome.Ok<FileState?>(state with { UnusedSince = context.Now, Changes = [] });
        return context.Now - since >= context.Grace ? Gone(state, file, context) : Outcome.Ok<FileState?>(null);
    }

    private static Outcome<FileState?> Gone(FileState state, FileDocument file, FileContext context)
    {
        var version = state.Version + 1;
        return Outcome.Ok<FileState?>(new FileState { Version = version, Changes = [Entry(file, version, ChangeKind.FileDeleted, context)] });
    }

    private static ChangeEntry Entry(FileDocument file, int version, string kind, FileContext context)
    {
        var isGone = kind == ChangeKind.FileDeleted;
        return new()
        {
            Resource = ChangeSubject.File,
            EventId = Guid.CreateVersion7(context.Now).ToString("n"),
            Kind = kind,
            TenantId = context.TenantId,
            AgentId = ChangeSubject.OfFile(file.Id),
            AgentName = file.Name,
            Version = version,
            Status = isGone ? "deleted" : "stored",
            At = context.Now,
            Actor = context.Caller.Subject,
            Role = context.Caller.Role,
            CorrelationId = context.Caller.CorrelationId,
            Delta = new(0, 0, 0, FileBytes: isGone ? -file.Size : file.Size),
            Bounds = UsageBounds.Of(context.Limits),
            VersionsKept = context.Limits.VersionsKept,
        };
    }

    private static Outcome<FileState?> Invalid(string code, string pointer, string message) =>
        Outcome.Invalid<FileState?>([Issue.Error(code, pointer, message)]);
}
