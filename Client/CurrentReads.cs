using System.Text.Json.Serialization.Metadata;

namespace AgentManagement.Client;

/// <summary>
/// Reads of what a feed tells the changes of: one at a time of each address, again when a change of it was told meanwhile, and with tokens
/// of one tenant alone.
/// </summary>
/// <param name="gate">Under which what was read is kept, and changes are told.</param>
/// <param name="saved">Told when something was kept.</param>
/// <param name="refused">Told of a token that is another tenant's.</param>
internal sealed class CurrentReads(
    Connection connection, string tenantId, Lock gate, Action saved, Action<TenantMismatchException> refused, CancellationToken closing)
{
    private readonly Dictionary<string, Reading> _readings = new(StringComparer.Ordinal);
    private string? _verified;

    /// <summary>What is being read of an address has changed; called under the gate.</summary>
    public void Outdate(string path)
    {
        if (_readings.TryGetValue(path, out var reading)) reading.IsOutdated = true;
    }

    /// <summary>Whoever wants it while it is read waits for the same answer.</summary>
    public Task<TKept> ReadAsync<TRead, TKept>(string path, JsonTypeInfo<TRead> type, Func<TRead, DateTimeOffset, TKept> keep)
    {
        lock (gate)
        {
            if (_readings.TryGetValue(path, out var reading)) return (Task<TKept>)reading.Result;
            var begun = _readings[path] = new();
            var result = Task.Run(() => ReadUntilCurrentAsync(path, type, keep, begun));
            begun.Result = result;
            return result;
        }
    }

    private async Task<TKept> ReadUntilCurrentAsync<TRead, TKept>(
        string path, JsonTypeInfo<TRead> type, Func<TRead, DateTimeOffset, TKept> keep, Reading reading)
    {
        try
        {
            while (true)
            {
                lock (gate) reading.IsOutdated = false;
                var token = await connection.TokenAsync(closing).ConfigureAwait(false);
                await VerifyAsync(token).ConfigureAwait(false);
                var readAt = connection.Time.GetUtcNow();
                var read = await connection.GetAsync(path, type, closing, token).ConfigureAwait(false);
                TKept kept;
                lock (gate)
                {
                    // Together with the last look at IsOutdated: nothing may come in between.
                    if (reading.IsOutdated) continue;
                    kept = keep(read, readAt);
                    _readings.Remove(path);
                }
                saved();
                return kept;
            }
        }
        catch
        {
            lock (gate) _readings.Remove(path);
            throw;
        }
    }

    /// <summary>Asks once for each token whose it is.</summary>
    public async Task VerifyAsync(string token)
    {
        if (token != _verified) await AskTenantAsync(token).ConfigureAwait(false);
    }

    /// <summary>The tenant's revision, after a look at whose the token is.</summary>
    public async Task<long> AskTenantAsync(string token)
    {
        var tenant = await connection.GetAsync("api/v1/tenant", Json.Default.Tenant, closing, token).ConfigureAwait(false);
        if (tenant.Id != tenantId)
        {
            var mismatch = new TenantMismatchException("The token is another tenant's.");
            refused(mismatch);
            throw mismatch;
        }
        _verified = token;
        return tenant.Revision;
    }

    /// <summary>That something is being read now, and whether the feed told of it meanwhile.</summary>
    private sealed class Reading
    {
        public bool IsOutdated { get; set; }

        public Task Result { get; set; } = Task.CompletedTask;
    }
}
