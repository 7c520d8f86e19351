using AgentManagement.Access;
using AgentManagement.Changes;
using AgentManagement.Keys;
using AgentManagement.Observability;
using AgentManagement.Outcomes;
using AgentManagement.Storage;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace AgentManagement.ApiKeys;

/// <summary>Loads, lets <see cref="ApiKeyRules"/> decide, writes. One request at a time: of two rotations one sees the other.</summary>
internal sealed class ApiKeysGrain(
    [PersistentState(StorageNames.ApiKeys, StorageNames.Provider)] IPersistentState<ApiKeysState> storage,
    StorageWatch watch, TimeProvider time, ILogger<ApiKeysGrain> logger) : Grain, IApiKeysGrain
{
    private readonly DurableState<ApiKeysState> _state = new(storage, watch);

    public async Task<Outcome<ApiKey>> ApplyAsync(ApiKeyCommand command)
    {
        var outcome = await TryApplyAsync(command);
        return outcome is { Kind: OutcomeKind.Conflict, Code: WriteRefusals.WriteConflict } ? await TryApplyAsync(command) : outcome;
    }

    public async Task<ImmutableArray<ApiKey>> ListAsync()
    {
        var now = time.GetUtcNow();
        return [.. (await _state.CurrentAsync()).Keys.Select(key => key.ToApiKey(now))];
    }

    public async Task<Outcome<ApiKey>> GetAsync(string keyId) =>
        (await _state.CurrentAsync()).Keys.FirstOrDefault(key => key.Id == keyId) is { } found
            ? Outcome.Ok(found.ToApiKey(time.GetUtcNow()))
            : Outcome.NotFound<ApiKey>();

    public async Task<Outcome<ApiKeyGrant>> VerifyAsync(string keyId, string hash) =>
        ApiKeyRules.Verify(await _state.CurrentAsync(), keyId, hash, time.GetUtcNow());

    private async Task<Outcome<ApiKey>> TryApplyAsync(ApiKeyCommand command)
    {
        var state = await _state.CurrentAsync();
        var now = time.GetUtcNow();
        now = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
        var decided = ApiKeyRules.Decide(state, command, new(TenantId, Caller.Current!, now));
        if (!decided.IsOk) return decided.Refusal<ApiKey>();
        if (decided.Value!.State is { } next)
        {
            var (result, _) = await _state.WriteAsync(next);
            if (result != WriteResult.Written)
            {
                logger.LogWarning(LogEvents.ChangeNotWritten, "The change of API key {KeyId} was not written: {Result}", command.KeyId, result);
                return Outcome.Refuse<ApiKey>(OutcomeKind.Conflict, WriteRefusals.WriteConflict, "It was changed at the same moment; try again.");
            }
            var change = next.Changes[0];
            logger.LogInformation(LogEvents.ChangeWritten, "{Kind} {KeyId}", change.Kind, command.KeyId);
            _ = FeedSignal.SendAsync(GrainFactory, this.GetStreamProvider(ChangeSignal.Provider), change, _state.Mark, logger);
        }
        return Outcome.Ok(decided.Value.Key.ToApiKey(now));
    }

    private string TenantId => GrainKeys.TryReadTenant(this.GetPrimaryKeyString(), out var tenantId)
        ? tenantId
        : throw new ArgumentException("The grain key is not a tenant's.");
}
