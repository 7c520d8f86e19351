namespace AgentManagement.Grains.Tasks;

/// <summary>Knows of users whose tokens were revoked. There is none where nobody tells of it.</summary>
public interface IRevokedUsers
{
    /// <summary>Whether a user was revoked after a moment; false while that cannot be told.</summary>
    Task<bool> IsRevokedSinceAsync(string tenantId, string subject, DateTimeOffset moment);
}
