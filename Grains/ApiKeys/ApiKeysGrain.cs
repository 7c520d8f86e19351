using AgentManagement.Access;
using AgentManagement.ApiKeys;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.ApiKeys;
using AgentManagement.Grains.Storage;
using AgentManagement.Keys;
using AgentManagement.Outcomes;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace AgentManagement.Grains.ApiKeys;

/// <summary>A tenant's API keys: what <see cref="ApiKeyRules"/> decides is written. Of two rotations at once one sees the other.</summary>
internal sealed class ApiKeysGrain(
    [PersistentState(StorageNames.ApiKeys, StorageNames.Provider)] IPersistentState<ApiKeysState> storage,
    IChangeStore changes,
    TimeProvider time,
    ILogger<ApiKeysGrain> logger) : AggregateGrain<ApiKeysState>(StorageNames.ApiKeys, storage, changes, time, logger), IApiKeysGrain
{
    public Task<Outcome<ApiKey>> ApplyAsync(ApiKeyCommand command) =>
        ApplyAsync((state, now) => Task.FromResult(Decide(state, command, now)), isDryRun: false);

    public async Task<ImmutableArray<ApiKey>> ListAsync()
    {
        var now = Now;
        var state = await CurrentAsync();
        return [.. state.Keys.Select(key => key.ToApiKey(state, now))];
    }

    public async Task<Outcome<ApiKey>> GetAsync(string keyId) =>
        await CurrentAsync() is var state && state.Keys.FirstOrDefault(key => key.Id == keyId) is { } found
            ? Outcome.Ok(found.ToApiKey(state, Now))
            : Outcome.NotFound<ApiKey>();

    public async Task<bool> IsThereAsync(string keyId) => (await CurrentAsync()).Keys.Any(key => key.Id == keyId);

    public async Task<Outcome<ApiKeyGrant>> VerifyAsync(string keyId, UnloggedText hash) =>
        ApiKeyRules.Verify(await CurrentAsync(), keyId, hash.Value, Now);

    protected override (string TenantId, string Id)? ReadKey(string key) =>
        GrainKeys.TryReadTenant(key, out var tenantId) ? (tenantId, "") : null;

    private Outcome<Decided<ApiKeysState, ApiKey>> Decide(ApiKeysState state, ApiKeyCommand command, DateTimeOffset now)
    {
        var decided = ApiKeyRules.Decide(state, command, new(TenantId, Caller.Current!, now));
        return decided.IsOk
            ? Outcome.Ok(new Decided<ApiKeysState, ApiKey>(decided.Value.State, decided.Value.Key.ToApiKey(state, now)))
            : decided.Refusal<Decided<ApiKeysState, ApiKey>>();
    }
}
