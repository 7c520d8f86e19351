using System.Security.Cryptography;
using AgentManagement.Files;
using AgentManagement.ServiceDefaults.Blobs;
using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.Tenants;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Limits;
using AgentManagement.WebGateway.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentManagement.WebGateway.Files;

/// <summary>Adding and deleting files.</summary>
internal static class FileEditing
{
    /// <summary>Uploads a file. Bytes that the tenant has already are the file that is there, by the name that it has.</summary>
    public static async Task<Results<Created<FileResponse>, Ok<FileResponse>, Problem>> Upload(
        FileUpload upload, HttpContext http, CurrentCaller caller, CallerGrains grains, IBlobStore store, BodyMemory memory,
        TimeProvider time, ILogger<FileUpload> logger)
    {
        var limits = await grains.Tenant.GetLimitsAsync();
        if (!FileLimits.Allows(upload.MediaType, limits))
        {
            return new Problem(
                StatusCodes.Status415UnsupportedMediaType, "file_type", $"The tier '{limits.Tier}' does not include files of this type.");
        }
        if (upload.Announced > FileLimits.MaxBytes(limits)) return TooLarge(limits);

        using var reservation = memory.Open(http);
        reservation.Grow(Math.Min(upload.Announced ?? long.MaxValue, store.MaxBuffered));
        // First the bytes, under a name that nobody else has, and then the record: what ends in between leaves bytes that no record
        // names, and a collection removes.
        var (blob, storedAt) = (Guid.CreateVersion7().ToString("n"), time.GetUtcNow());
        using var content = new MeasuredStream(upload.Content, FileLimits.MaxBytes(limits));
        try
        {
            await store.WriteAsync(caller.TenantId, blob, content, upload.Announced, http.RequestAborted);
        }
        catch (TooManyBytesException)
        {
            return TooLarge(limits);
        }
        var hash = content.Hash();
        if (upload.Digest is { } digest && !CryptographicOperations.FixedTimeEquals(digest, hash))
        {
            await TryDeleteAsync(blob);
            return Problem.Malformed("digest_mismatch", "The bytes that arrived are others than Content-Digest says.");
        }

        var outcome = await grains.Tenant.ApplyFileAsync(
            FileId.Of(hash), new AddFile(upload.Name, upload.MediaType, content.Size, blob, storedAt));
        var isNew = outcome.Value?.File.Blob == blob;
        if (!isNew) await TryDeleteAsync(blob);
        if (!outcome.IsOk) return Problem.For(outcome);
        var file = FileResponse.Of(outcome.Value.File);
        return isNew ? TypedResults.Created($"/api/v1/files/{file.Id}", file) : TypedResults.Ok(file);

        Task TryDeleteAsync(string unused) => FileEditing.TryDeleteAsync(store, caller.TenantId, unused, logger);
    }

    /// <summary>Deletes a file. While a kept version of an agent or of a template refers to it, it stays, unless it is forced.</summary>
    public static async Task<Results<NoContent, Ok<FileDryRunResponse>, Problem>> Delete(
        string file, HttpContext http, CurrentCaller caller, CallerGrains grains, IBlobStore store, ILogger<FileUpload> logger)
    {
        var (isForced, refused) = Forced.Read(http);
        if (refused is not null) return refused;
        var isDryRun = WriteConditions.DryRun.Read(http);
        var outcome = await grains.Tenant.ApplyFileAsync(file, new DeleteFile { Force = isForced, DryRun = isDryRun });
        if (isDryRun && FileDryRunResponse.Of(outcome) is { } dryRun) return TypedResults.Ok(dryRun);
        if (!outcome.IsOk) return Problem.For(outcome);
        await TryDeleteAsync(store, caller.TenantId, outcome.Value.File.Blob, logger);
        return TypedResults.NoContent();
    }

    private static Problem TooLarge(TierLimits limits) => new(
        StatusCodes.Status413PayloadTooLarge, "file_too_large", $"The tier '{limits.Tier}' allows files of {limits.FileMebibytes} MiB.");

    /// <summary>No record names the bytes: if they stay, the next collection finds them.</summary>
    private static async Task TryDeleteAsync(IBlobStore store, string tenantId, string blob, ILogger logger)
    {
        try
        {
            await store.DeleteAsync(tenantId, blob, CancellationToken.None);
        }
        catch (BlobStoreException exception)
        {
            logger.LogWarning(LogEvents.BlobDeletionFailed, exception, "Bytes that no record names could not be deleted; they will be");
        }
    }
}
