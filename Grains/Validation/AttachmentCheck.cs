using System.Data.Common;
using AgentManagement.Changes;
using AgentManagement.Domain.Validation;
using AgentManagement.Grains.Storage;
using AgentManagement.Outcomes;
using AgentManagement.ServiceDefaults.Observability;
using Microsoft.Extensions.Logging;

namespace AgentManagement.Grains.Validation;

/// <summary>Reads which of the attached files there are, and lets <see cref="AttachmentRules"/> judge.</summary>
/// <remarks>A file that is deleted between this and the write of the agent makes the commit refuse it: it looks again.</remarks>
internal sealed class AttachmentCheck(IFileStore store, ILogger<AttachmentCheck> logger) : IReferenceCheck
{
    public async Task<ReferenceFindings> CheckAsync(ReferenceSubject subject)
    {
        if (subject.Config.Attachments is not { Count: > 0 }) return ReferenceFindings.None;
        try
        {
            var ids = AttachmentRules.IdsOf(subject.Config);
            var files = ids.IsEmpty ? [] : await store.ReadAsync(subject.TenantId, ids);
            return new([.. AttachmentRules.Check(subject.Config, files, subject.IsLive, subject.Before)])
            {
                Files = [.. files.Select(file => file.Id)], Found = [.. files.Select(file => ChangeSubject.OfFile(file.Id))],
            };
        }
        catch (DbException exception)
        {
            logger.LogWarning(LogEvents.ReferenceCheckFailed, exception, "Whether attached files are there could not be checked");
            return subject.IsLive
                ? new([], "attachments_unchecked")
                : new([Issue.Warning(
                    "attachments_unchecked", "/config/attachments", "Whether the files are there could not be checked now.")]);
        }
    }
}
