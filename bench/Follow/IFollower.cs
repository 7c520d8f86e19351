namespace AgentManagement.Bench.Follow;

/// <summary>A client that follows a tenant's changes in one of the ways that there are.</summary>
public interface IFollower
{
    /// <summary>For reports.</summary>
    string Transport { get; }

    /// <summary>The revisions after one, as they come, until the connection ends or is given up.</summary>
    IAsyncEnumerable<Notification> FollowAsync(long since, CancellationToken cancellationToken);
}

/// <summary>A change as it was told.</summary>
/// <param name="TenantId">The tenant in the event.</param>
/// <param name="Revision">Its revision.</param>
public readonly record struct Notification(string TenantId, long Revision);
