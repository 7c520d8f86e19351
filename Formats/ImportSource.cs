namespace AgentManagement.Formats;

/// <summary>A file that holds definitions of agents.</summary>
/// <param name="Path">Its path as whoever sent it has it; names the file in reports, and hints at its format. May be empty.</param>
/// <param name="Bytes">What is in it.</param>
public sealed record ImportSource(string Path, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The bytes of another file of the same package, by its path beside this one; null when there is none.</summary>
    public Func<string, ReadOnlyMemory<byte>?>? Sibling { get; init; }
}

/// <summary>What became of a file.</summary>
/// <param name="Agents">Contents as <c>POST /api/v1/agents</c> takes them; none of those with an error.</param>
/// <param name="Report">What was done to make them.</param>
public sealed record ImportResult(ImmutableArray<JsonObject> Agents, ImportReport Report);

/// <summary>What an import did with a file, for people to read. It holds pointers and names, never values.</summary>
/// <param name="Path">The file.</param>
/// <param name="Format">The format's name; null when none was recognized.</param>
/// <param name="Mapped">What has a place in the content.</param>
/// <param name="Renamed">Ids, and references to them, that are written differently here; credentials that became references.</param>
/// <param name="NotMapped">What is kept under <c>metadata.source</c> only.</param>
/// <param name="Errors">Why agents are missing.</param>
public sealed record ImportReport(
    string Path, string? Format, ImmutableArray<MappedPlace> Mapped, ImmutableArray<RenamedThing> Renamed,
    ImmutableArray<UnmappedPlace> NotMapped, ImmutableArray<ImportError> Errors);

/// <summary>A value that was taken over.</summary>
/// <param name="AgentId">The agent.</param>
/// <param name="From">Pointer in the source.</param>
/// <param name="To">Pointer in the content.</param>
public sealed record MappedPlace(string AgentId, string From, string To);

/// <summary>A name that is another one here.</summary>
/// <param name="Kind"><c>agent</c>, <c>handoff</c>, <c>credential</c> or <c>file</c>.</param>
/// <param name="From">What the source says; of a credential and a file, the pointer.</param>
/// <param name="To">What the content says.</param>
public sealed record RenamedThing(string Kind, string From, string To);

/// <summary>A value without a place in the content.</summary>
/// <param name="AgentId">The agent.</param>
/// <param name="Pointer">Pointer in the source.</param>
/// <param name="Reason">Why not.</param>
public sealed record UnmappedPlace(string AgentId, string Pointer, string Reason);

/// <summary>Why a file, or an agent of it, cannot be imported.</summary>
/// <param name="Path">The file.</param>
/// <param name="Line">The line, from 1, where it is known.</param>
/// <param name="Pointer">Pointer in the source, where it is known.</param>
/// <param name="Message">What is wrong, without the value.</param>
public sealed record ImportError(string Path, int? Line, string? Pointer, string Message);

/// <summary>An agent written in a format.</summary>
/// <param name="Path">Where files of the format are, relative to a project's folder.</param>
/// <param name="Text">What is in it; UTF-8 without a mark when it is stored.</param>
/// <param name="NotMapped">Pointers in the content that the format has no place for.</param>
public sealed record ExportedFile(string Path, string Text, ImmutableArray<string> NotMapped);
