using AgentManagement.Operations;

namespace AgentManagement.ServiceDefaults.Health;

/// <summary>Whether the silos answer this process's health checks, and since when it has been so.</summary>
public sealed class SiloContact(TimeProvider time)
{
    private readonly Lock _lock = new();
    private HealthPart? _found;

    /// <summary>Notes what the last check found.</summary>
    public HealthPart Note(bool answered)
    {
        lock (_lock)
        {
            if (_found?.Healthy == answered) return _found;
            return _found = new("silo", answered, answered ? null : "The silo does not answer.") { Since = time.GetUtcNow() };
        }
    }
}
