using AgentManagement.Operations;

namespace AgentManagement.ServiceDefaults.Health;

/// <summary>What the silo said of its health, for a second: whoever asks more often than probes do costs nothing.</summary>
public sealed class HealthMemory(TimeProvider time)
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private Task<ImmutableArray<HealthPart>>? _last;
    private long _at;

    /// <summary>What was said within the last second, or is being asked at this moment; asks where there is neither.</summary>
    public Task<ImmutableArray<HealthPart>> AskAsync(Func<Task<ImmutableArray<HealthPart>>> ask)
    {
        lock (_gate)
        {
            if (_last is { } last && (!last.IsCompleted || time.GetElapsedTime(_at) < KeptFor)) return last;
            (_last, _at) = (ask(), time.GetTimestamp());
            return _last;
        }
    }
}
