using AgentManagement.ServiceDefaults.Blobs;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentManagement.WebGateway.Files;

/// <summary>Listing and reading files.</summary>
internal static class FileReading
{
    /// <summary>Lists the tenant's files.</summary>
    public static async Task<Results<Ok<FileListResponse>, Refused>> List(
        PageQuery page, CallerGrains grains, CancellationToken cancellationToken)
    {
        var outcome = await grains.Catalog.ListFilesAsync(page.Cursor, page.Limit, cancellationToken);
        return outcome.IsOk ? TypedResults.Ok(FileListResponse.Of(outcome.Value)) : Refused.For(outcome);
    }

    /// <summary>Reads what is known of a file.</summary>
    public static async Task<Results<Ok<FileResponse>, Refused>> Get(string file, CallerGrains grains)
    {
        var outcome = await grains.File(file).GetAsync();
        return outcome.IsOk ? TypedResults.Ok(FileResponse.Of(outcome.Value)) : Refused.For(outcome);
    }

    /// <summary>Downloads a file, or a part of it.</summary>
    public static async Task<Results<FileContent, Refused>> GetContent(string file, CurrentCaller caller, CallerGrains grains, IBlobStore store)
    {
        var outcome = await grains.File(file).GetAsync();
        return outcome.IsOk ? new FileContent(caller.TenantId, outcome.Value, store) : Refused.For(outcome);
    }

    /// <summary>Makes an address from which anybody who knows it can download the file, for a while.</summary>
    public static async Task<Results<Ok<FileLinkResponse>, Refused>> Link(
        string file, Body<FileLinkRequest> body, HttpContext http, CurrentCaller caller, CallerGrains grains, IBlobStore store, FileLinks links, TimeProvider time)
    {
        var outcome = await grains.File(file).GetAsync();
        if (!outcome.IsOk) return Refused.For(outcome);
        // Whole seconds, as links carry them.
        var expiresAt = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds() + (body.Value.ExpiresInSeconds ?? FileLinkRequest.DefaultSeconds));
        var url = store.LinkTo(caller.TenantId, outcome.Value!, expiresAt)
            ?? new Uri(new Uri($"{http.Request.Scheme}://{http.Request.Host}"), links.Make(caller.TenantId, file, expiresAt));
        return TypedResults.Ok(new FileLinkResponse(url, expiresAt));
    }
}
