using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentManagement.Client;

/// <summary>An agent at one of its versions.</summary>
/// <param name="Type">conversational, rag or workflow.</param>
/// <param name="Status">draft, active, inactive or archived.</param>
/// <param name="Version">1 for the first; what <see cref="WriteOptions.IfMatch"/> names.</param>
/// <param name="Config">The configuration document as it was written.</param>
public sealed record Agent(
    string Id, string Name, string Type, string Status, int Version,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] JsonElement Config)
{
    public string? Description { get; init; }
    public IReadOnlyList<string> Tags { get; init; } = [];
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public JsonElement Metadata { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public string CreatedBy { get; init; } = "";
    public DateTimeOffset UpdatedAt { get; init; }
    public string UpdatedBy { get; init; } = "";
    public DateTimeOffset? ActivatedAt { get; init; }
    public DateTimeOffset? ArchivedAt { get; init; }
    public string? ClonedFrom { get; init; }

    /// <summary>Ids of tools that it uses and that do not work any more.</summary>
    public IReadOnlyList<string> Degraded { get; init; } = [];
    public string? TemplateId { get; init; }
    public int? TemplateVersion { get; init; }
    public JsonElement? TemplateVariables { get; init; }
    public JsonElement? TemplateCustomizations { get; init; }
    public string? Icon { get; init; }
    public string? Category { get; init; }
    public string? Author { get; init; }
    public string? Licence { get; init; }
    public string? Homepage { get; init; }

    /// <summary>Whose files it was made of.</summary>
    public string? Manager { get; init; }

    /// <summary>After a merge: the places where somebody else's change was taken over, in words.</summary>
    public IReadOnlyList<string>? Merged { get; init; }

    /// <summary>What a write was warned of.</summary>
    public IReadOnlyList<Issue>? Warnings { get; init; }

    /// <summary>What <see cref="AgentsApi.ApplyAsync"/> did whose answer this is: agent_created, agent_updated or none.</summary>
    public string? Change { get; init; }

    /// <summary>What its editors write of it, to be changed and sent back.</summary>
    public AgentContent ToContent() => new(Name, Type, Config)
    {
        Description = Description, Tags = Tags, Metadata = Metadata.ValueKind == JsonValueKind.Undefined ? null : Metadata, Icon = Icon,
        Category = Category, Author = Author, Licence = Licence, Homepage = Homepage,
    };
}

/// <summary>What an agent's editors write.</summary>
public sealed record AgentContent(string Name, string Type, JsonElement Config)
{
    /// <summary>A slug of the client's choice; made by the service when absent. For a new agent only.</summary>
    public string? Id { get; init; }
    public string? Description { get; init; }
    public IReadOnlyList<string>? Tags { get; init; }
    public JsonElement? Metadata { get; init; }
    public string? Icon { get; init; }
    public string? Category { get; init; }
    public string? Author { get; init; }
    public string? Licence { get; init; }
    public string? Homepage { get; init; }

    /// <summary>Why it is written: kept in the history, and no part of what is read.</summary>
    public string? Note { get; init; }
}

/// <summary>An agent in a list, without its configuration.</summary>
public sealed record AgentSummary(
    string Id, string Name, string? Description, string Type, string Status, int Version, IReadOnlyList<string> Tags,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, IReadOnlyList<string> Degraded)
{
    /// <summary>Who made its version.</summary>
    public string UpdatedBy { get; init; } = "";

    /// <summary>Since when it is active.</summary>
    public DateTimeOffset? ActivatedAt { get; init; }
    public string? TemplateId { get; init; }
    public int? TemplateVersion { get; init; }

    /// <summary>Its model as provider/id; null where it names none.</summary>
    public string? Model { get; init; }
}

/// <summary>A line of an agent's history.</summary>
public sealed record AgentVersion(int Version, DateTimeOffset At, string Actor, string Kind, string? Note)
{
    /// <summary>JSON pointers of what the change changed.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];
}

/// <summary>What a change means.</summary>
/// <param name="Code">guardrail_weakened, tool_added, prompt_changed …: stable, for programs.</param>
/// <param name="Level">high, medium or low.</param>
/// <param name="Places">Where, in words; of many the first.</param>
/// <param name="Count">At how many places.</param>
public sealed record Risk(string Code, string Level, string Text, IReadOnlyList<string> Places, int Count);

/// <summary>One difference between two versions.</summary>
/// <param name="Op">add, remove, replace or reorder.</param>
/// <param name="Label">The place in words.</param>
public sealed record Difference(string Op, string Path, string Label, JsonElement? From = null, JsonElement? To = null);

/// <summary>One thing that validation found.</summary>
/// <param name="Severity">error, which refuses a write, or warning.</param>
/// <param name="Pointer">JSON pointer into the body.</param>
public sealed record Issue(string Severity, string Code, string Pointer, string Message);

/// <summary>Whether a write of a content would be accepted.</summary>
public sealed record Validation(bool Valid, IReadOnlyList<Issue> Issues);

/// <summary>What a write would do.</summary>
/// <param name="Effect">Null when nothing, or when it is not valid.</param>
/// <param name="Conflicts">What two sides changed differently, because of which it would be refused.</param>
/// <param name="Merged">The places where somebody else's change would be kept, in words.</param>
public sealed record DryRun(
    bool Valid, IReadOnlyList<Issue> Issues, Effect? Effect, IReadOnlyList<Conflict>? Conflicts = null,
    IReadOnlyList<string>? Merged = null);

/// <summary>The effect that a write would have.</summary>
/// <param name="Agent">The agent as it would be; null for a purge.</param>
/// <param name="Differences">What would differ from now in the content; null for a new agent, or where it is too much to tell.</param>
/// <param name="Risks">What that means, the gravest first; null for a new agent.</param>
public sealed record Effect(
    string Kind, int? Version, Agent? Agent, IReadOnlyList<Difference>? Differences = null, IReadOnlyList<Risk>? Risks = null);

/// <summary>An agent as a file has it.</summary>
/// <param name="Manager">Whose files these are: what it applied last is what file and agent are compared by.</param>
/// <param name="Content">The whole content.</param>
public sealed record AppliedFile(string Manager, JsonElement Content)
{
    /// <summary>file or live, by the label of a conflict: which side holds.</summary>
    public IReadOnlyDictionary<string, string>? Decisions { get; init; }

    /// <summary>Kept in the history.</summary>
    public string? Note { get; init; }
}

/// <summary>How to bring an agent to another version of its template.</summary>
/// <param name="ToVersion">The newest when null.</param>
public sealed record AgentUpgrade(int? ToVersion = null)
{
    /// <summary>Values of the template's variables that are to differ from those that the agent was made with; an object.</summary>
    public JsonElement? Variables { get; init; }

    /// <summary>refuse, which tells all conflicts, mine or theirs.</summary>
    public string? OnConflict { get; init; }

    /// <summary>mine or theirs, by the label of a conflict.</summary>
    public IReadOnlyDictionary<string, string>? Decisions { get; init; }

    /// <summary>Kept in the history.</summary>
    public string? Note { get; init; }
}

/// <summary>The same for many agents.</summary>
/// <param name="Action">patch, activate, deactivate, archive or restore.</param>
/// <param name="Ids">Which; at most 1,000.</param>
public sealed record BulkChange(string Action, IReadOnlyCollection<string> Ids)
{
    /// <summary>With patch, a JSON merge patch of the content.</summary>
    public JsonElement? Patch { get; init; }

    /// <summary>Kept in the history of each.</summary>
    public string? Note { get; init; }
}

/// <summary>A page of a list.</summary>
/// <param name="NextCursor">Of the next page; null on the last.</param>
/// <param name="Total">How many there are on all pages, where that is counted.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor = null, long? Total = null);

/// <summary>Which agents a list has.</summary>
public sealed record AgentFilter
{
    public string? Status { get; init; }
    public string? Type { get; init; }

    /// <summary>All of them must match.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Made of this manager's files.</summary>
    public string? Manager { get; init; }

    /// <summary>Looked for in name, description and tags.</summary>
    public string? Text { get; init; }

    /// <summary>The template that they were made from.</summary>
    public string? Template { get; init; }

    /// <summary>Whether that has a newer version than they were made from.</summary>
    public bool? Behind { get; init; }

    /// <summary>name, createdAt or updatedAt; with - before it descending.</summary>
    public string? Sort { get; init; }

    /// <summary>Agents on a page, 1 to 200.</summary>
    public int PageSize { get; init; } = 100;
}

/// <summary>How a write is to be done.</summary>
public sealed record WriteOptions
{
    public static WriteOptions None { get; } = new();

    /// <summary>The version that must be the current one; 0 for "there must be none yet".</summary>
    public int? IfMatch { get; init; }

    /// <summary>Whether an edit of an older version is put over what others changed since, where both do not clash.</summary>
    public bool Merge { get; init; }

    /// <summary>Under which the write is done once, however often it is sent; made when absent.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Sent once and without a key: whether it was done when its answer is lost is then not known.</summary>
    public bool SendOnce { get; init; }

    /// <summary>Asks running sessions to take the change over: notify_sessions, force_update_sessions.</summary>
    public IReadOnlyList<string> UpdatePolicy { get; init; } = [];
}
