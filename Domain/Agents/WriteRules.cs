using AgentManagement.Agents;
using AgentManagement.Domain.Outcomes;
using AgentManagement.Outcomes;

namespace AgentManagement.Domain.Agents;

/// <summary>The conditions that all writes share, of agents and templates alike.</summary>
public static class WriteRules
{
    /// <summary>The refusal when If-None-Match or If-Match does not hold; null when both do.</summary>
    /// <param name="version">The current version; null for what is not there.</param>
    /// <param name="options">The conditions.</param>
    /// <param name="isMatchRequired">Whether a client that changes what is there must say which version of it.</param>
    public static Outcome<T>? Check<T>(int? version, WriteOptions options, bool isMatchRequired = false)
    {
        if (isMatchRequired && version is not null && options is { IfMatch: null, MustNotExist: false, DryRun: false })
        {
            return Outcome.Refuse<T>(
                OutcomeKind.PreconditionRequired, "if_match_required", "Say which version you change: If-Match with its ETag.") with
            { CurrentVersion = version };
        }
        if (options.MustNotExist && version is not null)
        {
            return Outcome.Refuse<T>(
                OutcomeKind.PreconditionFailed, WriteRefusals.AlreadyExists, "It exists, and If-None-Match asked that it must not.") with
            { CurrentVersion = version };
        }
        return CheckVersion<T>(version, options);
    }

    /// <summary>The refusal when If-Match does not name the version.</summary>
    public static Outcome<T>? CheckVersion<T>(int? version, WriteOptions options)
    {
        if (options.IfMatch is not { } versions) return null;
        if (version is { } current && (versions.IsEmpty || versions.Contains(current))) return null;
        return Outcome.Refuse<T>(
            OutcomeKind.PreconditionFailed, "version_mismatch",
            version is null
                ? "It does not exist, and If-Match asked for a version of it."
                : $"The current version is {version}, which If-Match does not name.") with
        { CurrentVersion = version };
    }
}
