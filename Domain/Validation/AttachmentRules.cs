using AgentManagement.Configuration;
using AgentManagement.Files;
using AgentManagement.Outcomes;

namespace AgentManagement.Domain.Validation;

/// <summary>What the attachments of a configuration must be: files of the tenant, which are what is said of them.</summary>
public static class AttachmentRules
{
    /// <summary>The files that are attached, each once.</summary>
    public static ImmutableArray<string> IdsOf(AgentConfig config) =>
        [.. (config.Attachments ?? []).Select(IdOf).OfType<string>().Distinct(StringComparer.Ordinal)];

    /// <summary>Everything that is wrong with the attachments. A draft may be ahead of its files.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="files">Those of its files that there are.</param>
    /// <param name="isLive">Whether the agent is, or is to be, active.</param>
    /// <param name="before">Of an agent that is active already: what it has, which an edit does not make worse.</param>
    public static IEnumerable<Issue> Check(
        AgentConfig config, IReadOnlyCollection<StoredFile> files, bool isLive, AgentConfig? before = null)
    {
        var severity = isLive ? IssueSeverity.Error : IssueSeverity.Warning;
        for (var index = 0; index < config.Attachments?.Count; index++)
        {
            var (attachment, pointer) = (config.Attachments[index], $"/config/attachments/{index}");
            if (!FileAddress.IsOwn(attachment.BlobRef))
            {
                yield return Issue.Warning("attachment_not_checked", $"{pointer}/blobRef",
                    "It is in another store, where nobody looked; files of this service are blob://files/{id}.");
                continue;
            }
            var id = IdOf(attachment);
            if (files.FirstOrDefault(each => each.Id == id) is not { } file)
            {
                var isLenient = before is not null && id is not null && IdsOf(before).Contains(id);
                yield return Missing(isLenient ? IssueSeverity.Warning : severity, pointer);
                continue;
            }
            if (attachment.Sha256 is { } hash && hash != FileId.HashOf(file.Id)) yield return Differs(severity, $"{pointer}/sha256");
            if (attachment.Size is { } size && size != file.Size) yield return Differs(severity, $"{pointer}/size");
            if (attachment.MediaType is { } type && !type.Equals(file.MediaType, StringComparison.OrdinalIgnoreCase))
            {
                yield return Differs(severity, $"{pointer}/mediaType");
            }
        }
    }

    private static Issue Missing(IssueSeverity severity, string pointer) =>
        new(severity, "attachment_missing", $"{pointer}/blobRef", "There is no such file.");

    private static Issue Differs(IssueSeverity severity, string pointer) =>
        new(severity, "attachment_differs", pointer, "The file is another than is said here.");

    private static string? IdOf(Attachment attachment) => FileAddress.TryRead(attachment.BlobRef, out var id) ? id : null;
}
