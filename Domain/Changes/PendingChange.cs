using System.Text;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Templates;

namespace AgentManagement.Domain.Changes;

/// <summary>Which row of grain state: a kind of state, and the key of its grain.</summary>
public readonly record struct StateKey(string Name, string Grain);

/// <summary>A change that waits to be committed, as all that it writes.</summary>
public sealed record PendingChange
{
    public required StateKey State { get; init; }

    /// <summary>The version of the state's row that the change was decided on; 0 for none.</summary>
    public required int StateVersion { get; init; }

    public required ChangeEntry Entry { get; init; }

    /// <summary>The next state, as it is stored.</summary>
    public required byte[] Payload { get; init; }

    /// <summary>What the change left: the document of an agent, a template, a file or a tenant; null where nothing is left.</summary>
    public object? Content { get; init; }

    /// <summary>The content as it is stored.</summary>
    public string? Document { get; init; }

    /// <summary>The entry's details as they are stored.</summary>
    public string? Details { get; init; }

    /// <summary>The bytes of the version that is kept of an agent or a template, for the tenant's usage.</summary>
    public int VersionBytes => Content is AgentDocument or TemplateDocument && Document is not null
        ? Encoding.UTF8.GetByteCount(Document) : 0;
}
