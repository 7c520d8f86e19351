namespace AgentManagement.Bench.Writing;

/// <summary>An agent as its writer knows it from the answers that it got.</summary>
public sealed class WrittenAgent(string id)
{
    public string Id { get; } = id;

    /// <summary>Instructions and status at each acknowledged version; the version is the place, counted from 1.</summary>
    public List<(string Template, string Status)> Versions { get; } = [];

    /// <summary>The last acknowledged version.</summary>
    public int Version => Versions.Count;

    /// <summary>What it is now.</summary>
    public (string Template, string Status) Current => Versions[^1];
}

/// <summary>A change that a writer asks for, under a key that makes repeating it safe.</summary>
/// <param name="Agent">The agent; null for a new one.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Below /api/v1.</param>
/// <param name="Body">The body, or null.</param>
/// <param name="Key">The Idempotency-Key.</param>
/// <param name="Template">The instructions afterwards.</param>
/// <param name="Status">The status afterwards.</param>
public sealed record AskedChange(
    WrittenAgent? Agent, HttpMethod Method, string Path, string? Body, string Key, string Template, string Status);
