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

    /// <summary>How often a request is repeated that may be: a reading, or a write with a key.</summary>
    public int MaxRetries { get; set; } = 4;

    /// <summary>The longest wait that the service may ask for by Retry-After; a longer one ends the call.</summary>
    public TimeSpan MaxRetryAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long one attempt may take; feeds and exports have no such end.</summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>After how long without a byte a feed is opened anew. The service sends a heartbeat every 15 seconds.</summary>
    public TimeSpan FeedTimeout { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>Bytes of agents that are kept to be confirmed instead of sent again; 0 for none.</summary>
    public int CacheBytes { get; set; } = 16 << 20;

    internal ValueTask<string> TokenAsync(bool wasRefused, CancellationToken cancellationToken) =>
        Token is null ? new("") : Token(cancellationToken, wasRefused);
}
