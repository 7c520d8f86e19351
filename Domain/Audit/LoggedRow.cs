using System.Globalization;

namespace AgentManagement.Domain.Audit;

/// <summary>A row of the change log as it is stored, each part as the text that its hash covers.</summary>
public sealed record LoggedRow
{
    /// <summary>Of what the hash covers; another list of fields would be another number.</summary>
    private const string Format = "1";

    public long Revision { get; init; }
    public string TenantId { get; init; } = "";
    public string EventId { get; init; } = "";
    public string Kind { get; init; } = "";
    public string AgentId { get; init; } = "";
    public string AgentName { get; init; } = "";
    public long AgentVersion { get; init; }
    public string Status { get; init; } = "";

    /// <summary>To the microsecond: <c>2026-01-31T09:30:00.000000Z</c>.</summary>
    public string At { get; init; } = "";
    public string Actor { get; init; } = "";
    public string Role { get; init; } = "";
    public string? Address { get; init; }
    public string CorrelationId { get; init; } = "";
    public string? TaskId { get; init; }
    public string? Note { get; init; }
    public string? Details { get; init; }

    /// <summary>Of the content that the change made; null where it left none.</summary>
    public string? DocumentHash { get; init; }

    /// <summary>The hash that the row has.</summary>
    public string? Hash { get; init; }

    /// <summary>Of the content that is kept of the version; null where none is kept any more.</summary>
    public string? KeptHash { get; init; }

    /// <summary>Whether it is the version that its agent or template is at: of that the content is kept always.</summary>
    public bool IsCurrent { get; init; }

    /// <summary>The hash that the row must have after another one.</summary>
    public string HashAfter(string previous) => ChangeHash.Of(
        Format, previous, TenantId, Text(Revision), EventId, Kind, AgentId, AgentName, Text(AgentVersion), Status, At,
        Actor, Role, Address, CorrelationId, TaskId, Note, Details, DocumentHash);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
