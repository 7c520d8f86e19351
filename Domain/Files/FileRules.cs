using AgentManagement.Access;
using AgentManagement.Changes;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Outcomes;
using AgentManagement.Domain.Tenants;
using AgentManagement.Files;
using AgentManagement.Keys;
using AgentManagement.Outcomes;
using AgentManagement.Tenants;

namespace AgentManagement.Domain.Files;

/// <summary>How files are kept.</summary>
/// <param name="Grace">How long a file stays that nothing refers to.</param>
public sealed record FileKeeping(TimeSpan Grace);

/// <summary>What a rule may know besides the state and the command.</summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="FileId">The file.</param>
/// <param name="Caller">Who asks.</param>
/// <param name="Limits">The tenant's limits.</param>
/// <param name="BytesKept">The bytes of all its files.</param>
/// <param name="Referrers">The agents and templates of which a kept version mentions the file.</param>
/// <param name="UnusedSince">Since when collections know that none does; null when they do not.</param>
/// <param name="Grace">How long a file stays that nothing refers to.</param>
/// <param name="Now">The time of the change, to the millisecond.</param>
public sealed record FileContext(
    string TenantId, string FileId, Caller Caller, TierLimits Limits, long BytesKept, ImmutableArray<Referrer> Referrers,
    DateTimeOffset? UnusedSince, TimeSpan Grace, DateTimeOffset Now);

/// <summary>What is to be written.</summary>
/// <param name="State">The record's next state; null when it stays.</param>
/// <param name="Mark">The next mark; null when it stays.</param>
public sealed record FileDecision(FileState? State, FileMark? Mark)
{
    public static FileDecision Nothing { get; } = new(null, null);
}

/// <summary>(state, command, context) → what is to be written, or refusal. Pure.</summary>
public static class FileRules
{
    /// <summary>How long after its first byte an upload may still be recorded. Far below the age at which its bytes are garbage.</summary>
    public static readonly TimeSpan LongestUpload = TimeSpan.FromHours(6);

    /// <summary>From which age on bytes are garbage that no record names.</summary>
    public static readonly TimeSpan GarbageAge = TimeSpan.FromHours(24);

    public static Outcome<FileDecision> Decide(FileState state, FileCommand command, FileContext context) => command switch
    {
        AddFile add => Add(state, add, context),
        DeleteFile delete => Delete(state, delete, context),
        CollectFile => Collect(state, context),
        _ => throw new ArgumentOutOfRangeException(nameof(command), command.GetType().Name, "No rule for this command."),
    };

    private static Outcome<FileDecision> Add(FileState state, AddFile command, FileContext context)
    {
        if (state.File is not null)
        {
            // Who uploads it again is about to use it: the time in which nothing refers to it begins anew.
            return Outcome.Ok(Unmarked(state, context));
        }
        if (!FileName.IsOne(command.Name)) return Invalid("invalid_name", "/name", $"It {FileName.Rule}.");
        if (!GrainKeys.IsBlob(command.Blob)) return Invalid("invalid_blob", "/blob", "Must name bytes of the blob store.");
        if (!FileLimits.Allows(command.MediaType, context.Limits))
        {
            return Invalid("file_type", "/mediaType", $"The tier '{context.Limits.Tier}' does not include files of this type.");
        }
        if (command.Size > FileLimits.MaxBytes(context.Limits))
        {
            return Invalid(
                "file_too_large", "/size", $"The tier '{context.Limits.Tier}' allows files of {context.Limits.FileMebibytes} MiB.");
        }
        if (context.Now - command.StoredAt > LongestUpload)
        {
            return Outcome.Refuse<FileDecision>(OutcomeKind.Conflict, "upload_expired", "The upload took too long; make it again.");
        }
        if (context.BytesKept + command.Size > FileLimits.MaxBytesInAll(context.Limits))
        {
            return QuotaRefusals.FileBytes<FileDecision>(context.Limits);
        }

        var file = new FileDocument
        {
            Id = context.FileId, Name = command.Name, MediaType = command.MediaType, Size = command.Size, Blob = command.Blob,
            CreatedAt = context.Now, CreatedBy = context.Caller.Subject,
        };
        var version = state.Version + 1;
        return Outcome.Ok(
            new FileDecision(
            new() { Version = version, File = file, Change = Entry(file, version, ChangeKind.FileAdded, context) }, null));
    }

    private static Outcome<FileDecision> Delete(FileState state, DeleteFile command, FileContext context)
    {
        if (state.File is not { } file) return Outcome.NotFound<FileDecision>();
        return UseRules.Check<FileDecision>(context.Referrers, command.Force, context.Caller)
            ?? UseRules.Warn(Gone(state, file, context, command.Force), context.Referrers);
    }

    private static Outcome<FileDecision> Collect(FileState state, FileContext context)
    {
        if (state.File is not { } file) return Outcome.NotFound<FileDecision>();
        if (!context.Referrers.IsEmpty) return Outcome.Ok(Unmarked(state, context));
        if (context.UnusedSince is not { } since)
        {
            return Outcome.Ok(new FileDecision(null, new() { Version = state.Version, UnusedSince = context.Now }));
        }
        return context.Now - since >= context.Grace ? Gone(state, file, context) : Outcome.Ok(FileDecision.Nothing);
    }

    private static FileDecision Unmarked(FileState state, FileContext context) =>
        context.UnusedSince is null ? FileDecision.Nothing : new(null, new() { Version = state.Version });

    private static Outcome<FileDecision> Gone(FileState state, FileDocument file, FileContext context, bool isForced = false)
    {
        var version = state.Version + 1;
        var change = Entry(file, version, ChangeKind.FileDeleted, context) with { IsForced = isForced };
        return Outcome.Ok(new FileDecision(new() { Version = version, Change = change }, null));
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
            Address = context.Caller.Address,
            CorrelationId = context.Caller.CorrelationId,
            TaskId = context.Caller.TaskId,
            Delta = new(0, 0, 0, FileBytes: isGone ? -file.Size : file.Size),
            Limits = context.Limits,
        };
    }

    private static Outcome<FileDecision> Invalid(string code, string pointer, string message) =>
        Outcome.Invalid<FileDecision>([Issue.Error(code, pointer, message)]);
}
