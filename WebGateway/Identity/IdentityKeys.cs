using AgentManagement.ServiceDefaults.Observability;
using AgentManagement.ServiceDefaults.Outgoing;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Polly.CircuitBreaker;

namespace AgentManagement.WebGateway.Identity;

/// <summary>
/// The keys of the Identity Service, kept for a while. The library's ConfigurationManager reads the same documents, but goes
/// on with keys of any age while it cannot renew them (ADR 11); here each age has its bound.
/// </summary>
internal sealed class IdentityKeys(IdentityClient client, TimeProvider time, ILogger<IdentityKeys> logger)
{
    /// <summary>For how long the keys are used without asking again: how long a withdrawn one works at most.</summary>
    public static readonly TimeSpan FreshTime = TimeSpan.FromMinutes(5);

    /// <summary>For how long they are used while the service gives no answer.</summary>
    public static readonly TimeSpan UsableTime = TimeSpan.FromMinutes(15);

    /// <summary>The least time between two questions, whatever tokens name.</summary>
    public static readonly TimeSpan MinInterval = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private IdentityKeySet? _known;
    private Task _asking = Task.CompletedTask;
    private DateTimeOffset? _askedAt;
    private volatile bool _hasFailed;

    /// <summary>The keys with which a token that names this key is to be checked; null when that cannot be decided now.</summary>
    /// <param name="keyId">Null when the token names none.</param>
    public async Task<IdentityKeySet?> FindAsync(string? keyId)
    {
        if (Known(FreshTime) is { } fresh && fresh.For(keyId).Any()) return fresh;
        var asking = Ask();
        // While the service is away nobody waits for it who need not.
        if (!_hasFailed || Known(UsableTime)?.For(keyId).Any() != true) await asking;
        if (Known(UsableTime) is not { } usable) return null;
        // An unknown key could be a new one, unless the service was just asked.
        return usable.For(keyId).Any() || !_hasFailed ? usable : null;
    }

    /// <summary>Whether these are the keys that are used without asking.</summary>
    public bool AreFresh(IdentityKeySet keys) => ReferenceEquals(Known(FreshTime), keys);

    private IdentityKeySet? Known(TimeSpan age) =>
        Volatile.Read(ref _known) is { } known && time.GetUtcNow() - known.At < age ? known : null;

    /// <summary>Asks, unless somebody just did, and once for all who want to know at the same moment.</summary>
    private Task Ask()
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (!_asking.IsCompleted || now - _askedAt < MinInterval) return _asking;
            _askedAt = now;
            return _asking = Task.Run(() => AskAsync(now));
        }
    }

    private async Task AskAsync(DateTimeOffset now)
    {
        try
        {
            var document = await OpenIdConnectConfigurationRetriever.GetAsync(client.DiscoveryAddress, client, CancellationToken.None);
            var known = IdentityKeySet.Of(document, client, now)
                ?? throw new NoAnswerException("Its document names other hosts, or no usable key.");
            Volatile.Write(ref _known, known);
            _hasFailed = false;
        }
        catch (Exception exception)
        {
            // Whatever it is, there is no answer; the interval bounds how often this is said.
            _hasFailed = true;
            if (exception is BrokenCircuitException) return;
            logger.LogWarning(
                LogEvents.IdentityServiceUnreachable,
                "The Identity Service gave no keys: {Reason}",
                exception is NoAnswerException ? exception.Message : exception.GetType().Name);
        }
    }
}
