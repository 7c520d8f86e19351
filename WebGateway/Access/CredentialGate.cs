using AgentManagement.WebGateway.Limits;

namespace AgentManagement.WebGateway.Access;

/// <summary>
/// Asks about credentials: of those that nobody knows few from one address, and never so many at once that those wait that are known.
/// One for each service that is asked.
/// </summary>
internal sealed class CredentialGate(CredentialGuesses guesses, KnownCredentials known) : IDisposable
{
    /// <summary>How many unknown credentials are asked about at once, and as many again that are known.</summary>
    internal const int MaxConcurrentCalls = 64;

    private static readonly TimeSpan WaitTimeout = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _calls = new(MaxConcurrentCalls);

    // Apart, so that no number of guesses keeps those waiting who are at work.
    private readonly SemaphoreSlim _callsOfKnown = new(MaxConcurrentCalls);

    /// <summary>
    /// After which time a credential may be shown again about which nobody was asked; null when that was not for its address.
    /// </summary>
    public TimeSpan? MustWait(string hash, string? network)
    {
        if (known.Has(hash) || guesses.UntilRoom(network) is not { } wait) return null;
        LimitMetrics.Count("address");
        return wait;
    }

    /// <summary>Asks about a credential; null when there is no answer, or nobody is asked.</summary>
    /// <param name="hash">Of the credential.</param>
    /// <param name="network">Where it comes from.</param>
    /// <param name="lifetime">For how long it is known when it is good; null for one that is no guess: its signature is right.</param>
    /// <param name="ask">Asks.</param>
    /// <param name="isGood">Whether the answer is that it is good.</param>
    public async Task<T?> AskAsync<T>(string hash, string? network, TimeSpan? lifetime, Func<Task<T>> ask, Func<T, bool> isGood)
        where T : class
    {
        // The other gateways' word is looked for where it makes a difference.
        var isKnown = lifetime is null || known.Has(hash)
            || ((guesses.UntilRoom(network) is not null || _calls.CurrentCount == 0) && await known.FindAsync(hash));
        var calls = isKnown ? _callsOfKnown : _calls;
        // A flood of guesses must not become one of calls.
        if (IsRefused() || !await calls.WaitAsync(WaitTimeout)) return null;
        try
        {
            // While it waited others may have used up what its address may have.
            if (IsRefused()) return null;
            var answer = await ask();
            if (lifetime is not { } time) return answer;
            if (isGood(answer)) known.Add(hash, time);
            else
            {
                known.Remove(hash);
                // Before the next one may call, so that it is counted.
                await guesses.CountAsync(network);
            }
            return answer;
        }
        finally
        {
            calls.Release();
        }

        bool IsRefused() => !isKnown && guesses.UntilRoom(network) is not null;
    }

    public void Dispose()
    {
        _calls.Dispose();
        _callsOfKnown.Dispose();
    }
}
