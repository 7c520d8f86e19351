using AgentManagement.ServiceDefaults.Blobs;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Audit;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentManagement.WebGateway.Files;

/// <summary>Listing and reading files.</summary>
internal static class FileReads
{
    /// <summary>Lists the tenant's files.</summary>
    public static async Task<Results<Ok<FileListResponse>, Problem>> List(
        PageQuery page, CallerGrains grains, CancellationToken cancellationToken)
    {
        var outcome = await grains.Catalog.ListFilesAsync(page.Cursor, page.Limit, cancellationToken);
        return outcome.IsOk ? TypedResults.Ok(FileListResponse.Of(outcome.Value)) : Problem.For(outcome);
    }

    /// <summary>Reads what is known of a file.</summary>
    public static async Task<Results<Ok<FileResponse>, Problem>> Get(string file, CallerGrains grains)
    {
        var outcome = await grains.File(file).GetAsync();
        return outcome.IsOk ? TypedResults.Ok(FileResponse.Of(outcome.Value)) : Problem.For(outcome);
    }

    /// <summary>Downloads a file, or a part of it.</summary>
    public static async Task<Results<FileContent, Problem>> GetContent(
        string file, CurrentCaller caller, CallerGrains grains, IBlobStore store)
    {
        var outcome = await grains.File(file).GetAsync();
        return outcome.IsOk ? new FileContent(caller.TenantId, outcome.Value, store) : Problem.For(outcome);
    }

    /// <summary>Makes an address from which anybody who knows it can download the file, for a while.</summary>
    public static async Task<Results<Ok<FileLinkResponse>, Problem>> Link(
        string file, Body<FileLinkRequest> body, HttpContext http, CurrentCaller caller, CallerGrains grains, IBlobStore store,
        FileLinks links, TimeProvider time)
    {
        var outcome = await grains.File(file).GetAsync();
        if (!outcome.IsOk) return Problem.For(outcome);
        // Whole seconds, as links carry them.
        var expiresAt = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds()
            + (body.Value.ExpiresInSeconds ?? FileLinkRequest.DefaultSeconds));
        var url = store.LinkTo(caller.TenantId, outcome.Value, expiresAt)
            ?? new Uri(new Uri($"{http.Request.Scheme}://{http.Request.Host}"), links.Make(caller.TenantId, file, expiresAt));
        http.NoteRead("file_link_made");
        return TypedResults.Ok(new FileLinkResponse(url, expiresAt));
    }
}
