using AgentManagement.Domain.Validation;
using AgentManagement.Outcomes;

namespace AgentManagement.Grains.Validation;

/// <summary>What can only be checked by asking others: further agents of the tenant, the Tool Registry.</summary>
internal interface IReferenceCheck
{
    /// <summary>Never throws when somebody cannot be asked: that is a finding, too.</summary>
    Task<ReferenceFindings> CheckAsync(ReferenceSubject subject);
}

/// <summary>What a check found.</summary>
/// <param name="Issues">Errors and warnings.</param>
/// <param name="Unavailable">Set when the write must not be made because somebody could not be asked: a stable code.</param>
internal sealed record ReferenceFindings(ImmutableArray<Issue> Issues, string? Unavailable = null)
{
    /// <summary>Ids of the files that were found, and must still be there when the agent is written.</summary>
    public ImmutableArray<string> Files { get; init; } = [];

    /// <summary>What it refers to and is there, as marks name it.</summary>
    public ImmutableArray<string> Found { get; init; } = [];

    /// <summary>Ids of the tools in use that are to be marked as not working; null where nobody could say.</summary>
    public ImmutableArray<string>? Degraded { get; init; }

    public static ReferenceFindings None { get; } = new([]);
}
