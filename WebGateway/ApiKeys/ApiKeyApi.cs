using AgentManagement.Access;
using AgentManagement.ApiKeys;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentManagement.WebGateway.ApiKeys;

/// <summary>The API keys of the caller's tenant (docs/api-keys.md).</summary>
internal static class ApiKeyApi
{
    private static readonly RequestParameter Id = RequestParameter.Path(
        "key", "The API key's id.", """{"type":"string","pattern":"^[0-9a-f]{16}$"}""");

    private static readonly QueryParameter<bool> RevokeDescendants = QueryParameter.Flag(
        "revokeDescendants", "Whether the keys end, too, that the key made or gave another secret; true when absent.", fallback: true);

    public static void MapApiKeys(this IEndpointRouteBuilder api)
    {
        var keys = api.MapGroup("/api-keys").WithTags("API keys").RequirePermission(Permissions.KeysManage);
        keys.MapGet("/", List).WithName("listApiKeys");
        keys.MapPost("/", Create).WithName("createApiKey");

        var key = keys.MapGroup("/{key}").WithMetadata(Id);
        key.MapGet("/", Get).WithName("getApiKey");
        key.MapPost("/rotate", Rotate).WithName("rotateApiKey");
        key.MapDelete("/", Revoke).WithName("revokeApiKey").WithMetadata(RevokeDescendants);
    }

    /// <summary>Lists the keys, without their secrets.</summary>
    public static async Task<Ok<ApiKeyListResponse>> List(CallerGrains grains) =>
        TypedResults.Ok(new ApiKeyListResponse([.. (await grains.ApiKeys.ListAsync()).Select(ApiKeyResponse.Of)]));

    /// <summary>Makes a key, with no more permissions than the caller has. The answer alone has its secret.</summary>
    public static async Task<Results<Created<ApiKeySecretResponse>, Problem>> Create(
        Body<CreateApiKeyRequest> body, HttpContext http, CurrentCaller caller, CallerGrains grains, KnownCredentials known)
    {
        if (WriteConditions.RefuseKey(http) is { } refused) return refused;
        var id = ApiKeyText.NewId();
        var (text, hash) = ApiKeyText.Make(caller.TenantId, id);
        var command = new CreateApiKey(hash, body.Value.Name, body.Value.Wanted(), body.Value.ExpiresAt)
        {
            KeyId = id, Labels = body.Value.Labels,
        };
        var outcome = await grains.ApiKeys.ApplyAsync(command);
        if (!outcome.IsOk) return Problem.For(outcome);
        known.Add(hash, KnownApiKey.MemoryTime);
        return TypedResults.Created($"/api/v1/api-keys/{id}", new ApiKeySecretResponse(ApiKeyResponse.Of(outcome.Value), text));
    }

    /// <summary>Reads a key, without its secret.</summary>
    public static async Task<Results<Ok<ApiKeyResponse>, Problem>> Get(string key, CallerGrains grains)
    {
        var outcome = await grains.ApiKeys.GetAsync(key);
        return outcome.IsOk ? TypedResults.Ok(ApiKeyResponse.Of(outcome.Value)) : Problem.For(outcome);
    }

    /// <summary>Gives a key another secret, which the answer alone has. The one before goes on for as long as is asked for.</summary>
    public static async Task<Results<Ok<ApiKeySecretResponse>, Problem>> Rotate(
        string key, Body<RotateApiKeyRequest> body, HttpContext http, CurrentCaller caller, CallerGrains grains, ApiKeyChanges changes,
        KnownCredentials known)
    {
        if (WriteConditions.RefuseKey(http) is { } refused) return refused;
        var (text, hash) = ApiKeyText.Make(caller.TenantId, key);
        var command = new RotateApiKey(hash, TimeSpan.FromSeconds(body.Value.GraceSeconds ?? 0), body.Value.Version)
        {
            KeyId = key, RevokeDescendants = body.Value.RevokeDescendants ?? false,
        };
        var outcome = await grains.ApiKeys.ApplyAsync(command);
        if (!outcome.IsOk) return Problem.For(outcome);
        known.Add(hash, KnownApiKey.MemoryTime);
        await changes.PublishAsync(caller.TenantId, key, ApiKeyChanges.Rotated);
        var rotated = outcome.Value;
        if (command.RevokeDescendants)
        {
            await PublishRevokedAsync(changes, caller.TenantId, rotated.Descendants);
            rotated = rotated with { Descendants = [] };
        }
        return TypedResults.Ok(new ApiKeySecretResponse(ApiKeyResponse.Of(rotated), text));
    }

    /// <summary>Ends a key for ever, and what is open under it; with it, unless they are to be kept, the keys that it made.</summary>
    public static async Task<Results<NoContent, Problem>> Revoke(
        string key, HttpContext http, CurrentCaller caller, CallerGrains grains, ApiKeyChanges changes)
    {
        var tenantId = caller.TenantId;
        var command = new RevokeApiKey { KeyId = key, KeepDescendants = !RevokeDescendants.Read(http) };
        var outcome = await grains.ApiKeys.ApplyAsync(command);
        if (!outcome.IsOk) return Problem.For(outcome);
        await PublishRevokedAsync(changes, tenantId, command.KeepDescendants ? [key] : [key, .. outcome.Value.Descendants]);
        return TypedResults.NoContent();
    }

    private static Task PublishRevokedAsync(ApiKeyChanges changes, string tenantId, IEnumerable<string> keys) =>
        Task.WhenAll(keys.Select(key => changes.PublishAsync(tenantId, key, ApiKeyChanges.Revoked)));
}
