using System.Collections.Concurrent;

namespace AgentManagement.Silo.Observability;

/// <summary>How long the oldest of what is to be done has waited, as last measured.</summary>
internal sealed class BacklogAges
{
    /// <summary>Changes that a sink has not been told.</summary>
    public const string Changes = "changes";

    /// <summary>Tasks that have not ended; counted from their last step.</summary>
    public const string Tasks = "tasks";

    private readonly ConcurrentDictionary<string, (TimeSpan Age, DateTimeOffset MeasuredAt)> _ages = new(StringComparer.Ordinal);

    public void Record(string name, TimeSpan age, DateTimeOffset now) => _ages[name] = (age, now);

    /// <summary>The last measurement; null before the first.</summary>
    public (TimeSpan Age, DateTimeOffset MeasuredAt)? Find(string name) => _ages.TryGetValue(name, out var found) ? found : null;
}
