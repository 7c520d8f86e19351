using System.Text.Json;
using AgentManagement.Agents;
using AgentManagement.Changes;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Validation;

namespace AgentManagement.Silo.Storage;

/// <summary>Rows as the queries of <see cref="SqlTenantStore"/> and <see cref="SqlChangeLog"/> return them.</summary>
internal sealed class TenantRow
{
    public string TenantId { get; set; } = "";
    public long Revision { get; set; }
    public int Agents { get; set; }
    public int ActiveAgents { get; set; }
    public string CreatesOn { get; set; } = "";
    public int Creates { get; set; }
    public int Templates { get; set; }
    public long FileBytes { get; set; }
    public long StoredBytes { get; set; }
    public string? Settings { get; set; }
    public int SettingsVersion { get; set; }
}

/// <inheritdoc cref="TenantRow"/>
internal sealed class UseRow
{
    public string AgentId { get; set; } = "";
    public string Status { get; set; } = "";
    public string Models { get; set; } = "";
    public int Tools { get; set; }
    public int McpServers { get; set; }
    public int Collections { get; set; }
    public int InstructionCharacters { get; set; }

    public AgentSizes ToSizes() => new(Tools, McpServers, Collections, InstructionCharacters);
}

/// <inheritdoc cref="TenantRow"/>
internal sealed class AnswerRow
{
    public string Fingerprint { get; set; } = "";
    public string Kind { get; set; } = "";
    public string? Document { get; set; }
}

/// <inheritdoc cref="TenantRow"/>
internal sealed class AgentRow
{
    public string AgentId { get; set; } = "";
    public string Name { get; set; } = "";
    public string? Description { get; set; }
    public string Type { get; set; } = "";
    public string Status { get; set; } = "";
    public string Tags { get; set; } = "";
    public string Degraded { get; set; } = "";
    public int Version { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }
    public string UpdatedBy { get; set; } = "";
    public DateTimeOffset? ActivatedAt { get; set; }
    public string? TemplateId { get; set; }
    public int? TemplateVersion { get; set; }
    public string? Model { get; set; }

    public AgentSummary ToSummary() => new()
    {
        Id = AgentId, Name = Name, Description = Description, Type = Type, Status = Status, Version = Version,
        Tags = SearchKeys.Split(Tags), Degraded = SearchKeys.Split(Degraded), CreatedAt = CreatedAt, UpdatedAt = UpdatedAt,
        UpdatedBy = UpdatedBy, ActivatedAt = ActivatedAt, TemplateId = TemplateId, TemplateVersion = TemplateVersion, Model = Model,
    };
}

/// <inheritdoc cref="TenantRow"/>
internal sealed class HandoffRow
{
    public string AgentId { get; set; } = "";
    public string Type { get; set; } = "";
    public string Status { get; set; } = "";
    public string Handoffs { get; set; } = "";

    public HandoffNode ToNode() => new(AgentId, Type, Status, SearchKeys.Split(Handoffs));
}

/// <inheritdoc cref="TenantRow"/>
internal sealed class ChangeRow
{
    public long Revision { get; set; }
    public string EventId { get; set; } = "";
    public string Kind { get; set; } = "";
    public string AgentId { get; set; } = "";
    public string AgentName { get; set; } = "";
    public int AgentVersion { get; set; }
    public string Status { get; set; } = "";
    public DateTimeOffset At { get; set; }
    public string Actor { get; set; } = "";
    public string Role { get; set; } = "";
    public string CorrelationId { get; set; } = "";
    public string? TaskId { get; set; }
    public string? Note { get; set; }
    public string? Details { get; set; }
    public string? Address { get; set; }
    public string? DocumentHash { get; set; }
    public string Hash { get; set; } = "";

    public ChangeEvent ToEvent() => new()
    {
        Revision = Revision, EventId = EventId, Kind = Kind, At = At, CorrelationId = CorrelationId, TaskId = TaskId,
        AgentId = AgentId, AgentName = AgentName, Version = AgentVersion, Status = Status,
        Details = Details is null || IsOfLabel ? null
            : JsonSerializer.Deserialize<ChangedParts>(Details, GrainStateSerializer.Options)!.ToDetails(),
        Step = Details is not null && IsOfLabel ? JsonSerializer.Deserialize<LabelStep>(Details, GrainStateSerializer.Options) : null,
    };

    private bool IsOfLabel => ChangeSubject.TryReadLabel(AgentId, out _);

    public AgentVersion ToVersion() => new(AgentVersion, At, Actor, Kind, Note)
    {
        Fields = Details is null ? [] : JsonSerializer.Deserialize<ChangedParts>(Details, GrainStateSerializer.Options)!.Fields,
    };

    public ChangeRecord ToRecord() => new()
    {
        Revision = Revision, EventId = EventId, Kind = Kind, AgentId = AgentId, AgentName = AgentName,
        Version = AgentVersion, Status = Status, At = At, Actor = Actor, Role = Role, CorrelationId = CorrelationId, TaskId = TaskId,
        Note = Note, Address = Address, Details = Details, DocumentHash = DocumentHash, Hash = Hash,
    };
}
