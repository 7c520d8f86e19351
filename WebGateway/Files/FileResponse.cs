using System.Text.Json.Serialization;
using AgentManagement.Files;
using AgentManagement.Outcomes;
using AgentManagement.WebGateway.Agents;
using AgentManagement.WebGateway.Http;

namespace AgentManagement.WebGateway.Files;

/// <summary>A file.</summary>
/// <param name="Id">sha256- and the hash of its bytes: the same bytes are the same file of the tenant.</param>
/// <param name="Name">What it was called when it came first.</param>
/// <param name="MediaType">Its type.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">The hash in hexadecimal digits.</param>
/// <param name="BlobRef">What an attachment of a configuration says to mean it.</param>
/// <param name="CreatedAt">When it came first.</param>
/// <param name="CreatedBy">Who uploaded it.</param>
internal sealed record FileResponse(
    string Id, string Name, string MediaType, long Size, string Sha256, string BlobRef, DateTimeOffset CreatedAt, string CreatedBy)
{
    public static FileResponse Of(StoredFile file) => new(
        file.Id, file.Name, file.MediaType, file.Size, FileId.HashOf(file.Id), FileAddress.Of(file.Id), file.CreatedAt, file.CreatedBy);
}

/// <summary>What a deletion would do, asked with <c>dryRun=true</c>. Nothing was changed.</summary>
/// <param name="Valid">Whether it would be accepted.</param>
/// <param name="Issues">Errors and warnings.</param>
/// <param name="Referrers">What refers to the file; absent when nothing does.</param>
internal sealed record FileDryRunResponse(
    bool Valid, ImmutableArray<IssueResponse> Issues,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableArray<ReferrerResponse>? Referrers)
{
    /// <summary>The answer to a dry run; null when it would be refused for another reason.</summary>
    public static FileDryRunResponse? Of(Outcome<FileChange> outcome) => outcome.IsOk || !outcome.Referrers.IsEmpty
        ? new(outcome.IsOk, IssueResponse.Of(outcome.Issues), ReferrerResponse.Of(outcome.Referrers)) : null;
}

/// <summary>A page of the tenant's files, in the order of their ids.</summary>
/// <param name="Items">The files.</param>
/// <param name="NextCursor">The <c>cursor</c> of the next page; null on the last.</param>
internal sealed record FileListResponse(ImmutableArray<FileResponse> Items, string? NextCursor)
{
    public static FileListResponse Of(Page<StoredFile> page) => new([.. page.Items.Select(FileResponse.Of)], page.NextCursor);
}

/// <summary>An address from which anybody who knows it can download the file.</summary>
/// <param name="Url">The address.</param>
/// <param name="ExpiresAt">Until when.</param>
internal sealed record FileLinkResponse(Uri Url, DateTimeOffset ExpiresAt);
