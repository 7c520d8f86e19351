using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace AgentManagement.Configuration;

/// <summary>
/// The configuration document of an agent. A draft may leave sections out; an active agent has at least a model and
/// instructions. Secrets appear only as references.
/// </summary>
public sealed record AgentConfig
{
    [Description("Version of this document's format; 1.")]
    [Range(1, 1)]
    public int? SchemaVersion { get; init; }

    public ModelSection? Model { get; init; }

    public InstructionsSection? Instructions { get; init; }

    [MaxLength(128)]
    public IReadOnlyList<ToolReference>? Tools { get; init; }

    [MaxLength(64)]
    public IReadOnlyList<McpServer>? McpServers { get; init; }

    public KnowledgeSection? Knowledge { get; init; }

    [MaxLength(50)]
    public IReadOnlyList<Example>? Examples { get; init; }

    [Description("What a person may begin a conversation with.")]
    [MaxLength(20)]
    public IReadOnlyList<Starter>? Starters { get; init; }

    public CapabilitiesSection? Capabilities { get; init; }

    public VoiceSection? Voice { get; init; }

    public SpeechSection? Speech { get; init; }

    public MemorySection? Memory { get; init; }

    public GuardrailsSection? Guardrails { get; init; }

    public LimitsSection? Limits { get; init; }

    public OutputSection? Output { get; init; }

    [MaxLength(50)]
    public IReadOnlyList<Handoff>? Handoffs { get; init; }

    [MaxLength(100)]
    public IReadOnlyList<Attachment>? Attachments { get; init; }

    [MaxLength(50), EachItem(MinLength = 1, MaxLength = 64, Unique = true)]
    public IReadOnlyList<string>? Tags { get; init; }

    [Description("A free object; kept as it is.")]
    [FreeObject(MaxBytes = 256 * 1024)]
    public JsonElement? Metadata { get; init; }
}
