using AgentManagement.Webhooks;

namespace AgentManagement.Domain.Webhooks;

/// <summary>What became of sending an event.</summary>
public enum DeliveryOutcome
{
    /// <summary>The answer was a success.</summary>
    Accepted,

    /// <summary>The answer was another, a redirect among them: none is followed.</summary>
    Refused,

    /// <summary>The answer was 410: the receiver wants nothing any more.</summary>
    Gone,

    /// <summary>There was no answer in time.</summary>
    TimedOut,

    /// <summary>There was no answer: no such name, no connection, no certificate that is good, or what is no HTTP.</summary>
    Unreachable,

    /// <summary>The name leads to an address that is not called.</summary>
    Blocked,

    /// <summary>The secret was encrypted under another SECRET_KEY: nothing was sent.</summary>
    NoSecret,
}

/// <summary>What became of sending an event.</summary>
/// <param name="Status">The answer's status; null without an answer.</param>
/// <param name="RetryAfter">For how long the receiver asked to be left alone; null when it did not.</param>
public readonly record struct DeliveryResult(DeliveryOutcome Outcome, int? Status = null, TimeSpan? RetryAfter = null)
{
    /// <summary>Why it failed, for those who manage the webhook; null when it did not.</summary>
    public string? Failure => Outcome switch
    {
        DeliveryOutcome.Accepted => null,
        DeliveryOutcome.TimedOut => "timeout",
        DeliveryOutcome.NoSecret => "secret_unreadable",
        // That a name leads into a network of the platform's is not told apart from one that leads nowhere.
        DeliveryOutcome.Unreachable or DeliveryOutcome.Blocked => "unreachable",
        _ => $"http_{Status}",
    };
}

/// <summary>What follows from an attempt.</summary>
/// <param name="Cursor">The cursor after it.</param>
/// <param name="AsksPing">The event has failed for so long that it is given up if a ping is accepted.</param>
/// <param name="Disable">Why nothing more is to be sent; null to go on.</param>
public sealed record DeliveryStep(WebhookCursor Cursor, bool AsksPing = false, string? Disable = null);

/// <summary>When events that were not accepted are sent again, and when they, and when webhooks, are given up. Pure.</summary>
public static class DeliveryRules
{
    /// <summary>How long an event is sent in vain until it becomes a dead letter, if a ping is accepted.</summary>
    public static readonly TimeSpan GiveUpAfter = TimeSpan.FromHours(24);

    /// <summary>How long nothing is accepted until the webhook is disabled.</summary>
    public static readonly TimeSpan DisableAfter = TimeSpan.FromDays(5);

    /// <summary>How much longer or shorter a delay is, at most, so that receivers that failed together are not called together.</summary>
    public const double Jitter = 0.1;

    /// <summary>From an attempt that failed to the next one: after the first, the second … and after all further ones the last.</summary>
    public static ImmutableArray<TimeSpan> Delays { get; } =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2),
        TimeSpan.FromHours(5), TimeSpan.FromHours(10),
    ];

    /// <param name="cursor">The cursor before the attempt.</param>
    /// <param name="revision">The event's revision.</param>
    /// <param name="result">What became of it.</param>
    /// <param name="delays"><see cref="Delays"/>.</param>
    /// <param name="now">The time.</param>
    /// <param name="random">From 0 to 1.</param>
    public static DeliveryStep After(
        WebhookCursor cursor, long revision, DeliveryResult result, ImmutableArray<TimeSpan> delays, DateTimeOffset now, double random)
    {
        if (result.Outcome == DeliveryOutcome.Accepted)
        {
            return new(new() { Revision = revision, LastAcceptedAt = now, Version = cursor.Version });
        }
        var since = cursor.FailingSince ?? now;
        var delay = delays[Math.Min(cursor.Attempts, delays.Length - 1)] * (1 + (Jitter * ((2 * random) - 1)));
        // The receiver may ask for more time, but not for more than it would get in the end.
        if (result.RetryAfter is { } asked && asked > delay) delay = asked < Delays[^1] ? asked : Delays[^1];
        var next = cursor with
        {
            Attempts = cursor.Attempts + 1,
            FailingSince = since,
            NextAttemptAt = now + delay,
            LastFailure = result.Failure,
        };
        if (result.Outcome == DeliveryOutcome.Gone) return new(next, Disable: DisabledReason.Gone);
        return new(
            next, AsksPing: now - since >= GiveUpAfter, Disable: now - since >= DisableAfter ? DisabledReason.NotAccepting : null);
    }

    /// <summary>The cursor after an event that was given up: the receiver is there, and the next one has its own attempts.</summary>
    public static WebhookCursor GiveUp(WebhookCursor cursor, long revision) =>
        cursor with { Revision = revision, Attempts = 0, FailingSince = null, NextAttemptAt = null };
}
