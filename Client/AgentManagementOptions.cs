using System.Net;

namespace AgentManagement.Client;

/// <summary>How the service is reached, and as whom.</summary>
public sealed class AgentManagementOptions
{
    /// <summary>Where the service is; <see cref="ClientServices"/> sets it as the HTTP client's base address.</summary>
    public Uri? Address { get; set; }

    /// <summary>
    /// The bearer token, asked for before each request; whoever gives it renews it. An API key is a token, too. The second argument says
    /// that the service has refused the last one, so that a kept one is not given again.
    /// </summary>
    public Func<CancellationToken, bool, ValueTask<string>>? Token { get; set; }

    /// <summary>
    /// How often a request is repeated that may be: a reading, or a write with a key. With 0 nothing is repeated, and no key is made.
    /// </summary>
    public int MaxRetries { get; set; } = 3;

    /// <summary>The longest wait that the service may ask for by Retry-After; a longer one ends the call.</summary>
    public TimeSpan MaxRetryAfter { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// For much work at once: what is refused for its rate waits together, as long as the service says and however often, which
    /// <see cref="MaxRetries"/> and <see cref="MaxRetryAfter"/> do not limit. Null: each request waits for itself.
    /// </summary>
    public SharedPause? Pause { get; set; }

    /// <summary>How long one attempt may take; feeds and exports have no such end.</summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Bytes of agents that are kept to be confirmed instead of sent again; 0 for none.</summary>
    public int CacheBytes { get; set; } = 16 << 20;

    /// <summary>Told of each answer: for logs and measurements.</summary>
    public Action<AnswerInfo>? OnAnswer { get; set; }

    internal ValueTask<string> TokenAsync(bool wasRefused, CancellationToken cancellationToken) =>
        Token is null ? new("") : Token(cancellationToken, wasRefused);
}

/// <summary>What is told of an answer. Never a token nor a body.</summary>
/// <param name="Attempt">1 for the first.</param>
/// <param name="Replayed">The service had done this write before, under the same idempotency key.</param>
public sealed record AnswerInfo(
    string Method, string Path, HttpStatusCode Status, int Attempt, string? CorrelationId, bool Replayed);
