namespace AgentManagement.Client;

/// <summary>
/// Has all requests of the clients that share it wait together when the service says that the tenant asks too much (429): the first that
/// is refused stops all, and they go on when the service said, however often. Without it each request waits for itself, and gives up.
/// </summary>
/// <param name="onPause">Told until when they wait, once of each pause.</param>
public sealed class SharedPause(Action<DateTimeOffset>? onPause = null)
{
    // Room comes back little by little. Who comes for each place as it is free is refused about as often as not.
    private static readonly TimeSpan LongestOfItsOwn = TimeSpan.FromSeconds(15);

    private readonly Lock _gate = new();
    private volatile Task _pause = Task.CompletedTask;
    private DateTimeOffset _until = DateTimeOffset.MinValue;
    private TimeSpan _length;

    internal async Task WaitAsync(CancellationToken cancellationToken)
    {
        while (_pause is { IsCompleted: false } pause) await pause.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Begins a pause, unless there is one: then the request was under way when it began.</summary>
    /// <param name="asked">For how long, as the service says. A pause soon after another is longer, up to 15 s.</param>
    internal void Begin(TimeSpan asked, TimeProvider time)
    {
        DateTimeOffset until;
        lock (_gate)
        {
            // Not by the clock, which may be set back.
            if (!_pause.IsCompleted) return;
            var now = time.GetUtcNow();
            var grown = now - _until < _length ? Math.Min(2 * _length.Ticks, LongestOfItsOwn.Ticks) : 0;
            _length = new(Math.Max(asked.Ticks, grown));
            until = _until = now + _length;
            _pause = Task.Delay(_length, time);
        }
        onPause?.Invoke(until);
    }
}
