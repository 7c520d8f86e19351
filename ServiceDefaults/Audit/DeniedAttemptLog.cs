using AgentManagement.Audit;

namespace AgentManagement.ServiceDefaults.Audit;

/// <summary>
/// The refusals of this process, and what was read out through it, that are still to be kept. Noting one never waits and never fails: of
/// each tenant, and of those without one together, only so many of a minute are kept, and the others counted. Refusals and what was read
/// out are counted apart, so that no flood of the one hides the other.
/// </summary>
public sealed class DeniedAttemptLog(TimeProvider time)
{
    /// <summary>Refusals of a tenant and minute that are kept one by one.</summary>
    public const int MaxOfAMinute = 30;

    /// <summary>Refusals that wait; those beyond are counted only.</summary>
    public const int MaxWaiting = 5_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string TenantId, bool IsRead), Minute> _minutes = [];
    private List<DeniedAttempt> _waiting = [];

    /// <summary>Notes a refusal of this moment.</summary>
    public void Note(DeniedAttempt refusal)
    {
        lock (_gate)
        {
            var minute = MinuteOf(refusal);
            if (minute.Kept < MaxOfAMinute && _waiting.Count < MaxWaiting)
            {
                minute.Kept++;
                _waiting.Add(refusal);
            }
            else minute.Omitted += refusal.Count;
        }
    }

    /// <summary>A new refusal, of this moment.</summary>
    public DeniedAttempt Make(string code) => new()
    {
        Id = Guid.CreateVersion7(time.GetUtcNow()).ToString("n"), At = ThisMillisecond(), Code = code,
    };

    /// <summary>Something that is read out at this moment.</summary>
    public DeniedAttempt MakeRead(string code) => Make(code) is var made
        ? made with { Id = DeniedAttempt.ReadPrefix + made.Id, Status = StatusCodes.Status200OK } : made;

    /// <summary>What is to be kept, the count of what was left out in minutes that are over included.</summary>
    public ImmutableArray<DeniedAttempt> Take(int most)
    {
        lock (_gate)
        {
            var now = ThisMinute();
            foreach (var (key, minute) in _minutes.Where(each => each.Value.Start != now).ToList())
            {
                Close(key, minute);
                _minutes.Remove(key);
            }
            ImmutableArray<DeniedAttempt> taken = [.. _waiting.Take(most)];
            _waiting = _waiting[taken.Length..];
            return taken;
        }
    }

    /// <summary>Returns what could not be stored; it comes again with the next <see cref="Take"/>.</summary>
    public void PutBack(ImmutableArray<DeniedAttempt> refusals)
    {
        lock (_gate)
        {
            var room = Math.Max(0, MaxWaiting - _waiting.Count);
            foreach (var refusal in refusals.Skip(room)) MinuteOf(refusal).Omitted += refusal.Count;
            _waiting = [.. refusals.Take(room), .. _waiting];
        }
    }

    private Minute MinuteOf(DeniedAttempt noted)
    {
        // No tenant's id is empty.
        var (key, now) = ((noted.TenantId ?? "", noted.IsRead), ThisMinute());
        if (_minutes.TryGetValue(key, out var minute) && minute.Start == now) return minute;
        if (minute is not null) Close(key, minute);
        return _minutes[key] = new Minute(now);
    }

    private void Close((string TenantId, bool IsRead) key, Minute minute)
    {
        if (minute.Omitted == 0) return;
        _waiting.Add((key.IsRead ? MakeRead(DeniedAttempt.Omitted) : Make(DeniedAttempt.Omitted)) with
        {
            TenantId = key.TenantId.Length == 0 ? null : key.TenantId,
            At = minute.Start,
            Count = minute.Omitted,
        });
    }

    private DateTimeOffset ThisMillisecond() => Cut(TimeSpan.TicksPerMillisecond);

    private DateTimeOffset ThisMinute() => Cut(TimeSpan.TicksPerMinute);

    private DateTimeOffset Cut(long ticks)
    {
        var now = time.GetUtcNow();
        return now.AddTicks(-(now.Ticks % ticks));
    }

    private sealed class Minute(DateTimeOffset start)
    {
        public DateTimeOffset Start { get; } = start;
        public int Kept { get; set; }
        public long Omitted { get; set; }
    }
}
