using System.Net.Http.Headers;
using System.Text;
using AgentManagement.ApiKeys;
using AgentManagement.ServiceDefaults.Caching;
using AgentManagement.ServiceDefaults.Redis;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Tests.WebGateway;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.ApiKeys;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace AgentManagement.Tests.ApiKeys;

/// <summary>What one gateway changes of a key, the others hear over Redis at once.</summary>
public sealed class SharedApiKeyTests
{
    private readonly ServiceSettings _settings = new() { ClusterId = $"test-{Guid.NewGuid():n}"[..20] };

    [Theory, InlineData(true), InlineData(false)]
    public async Task What_another_gateway_ends_is_refused_before_the_kept_answer_is_old(bool isRevoked)
    {
        await using var service = await ServiceHost.StartAsync(
            change: settings => settings with { RedisUri = TestServers.Redis, ClusterId = _settings.ClusterId },
            configure: services => services.AddSingleton<TimeProvider>(new UnhurriedClock()));
        using var admin = service.CreateClient("acme", "admin");
        var made = await (await admin.SendAsync("POST", "/api/v1/api-keys", """{"name":"ci","role":"viewer"}""")).ShouldBeAsync(201);
        var id = made.GetProperty("apiKey").Text("id");
        using var client = service.CreateAnonymousClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", made.Text("secret"));
        await client.GetAsync(Api.Agents, 200);

        // The other gateway: of the silo's grains the same, of all that a gateway keeps its own.
        await using var redis = new RedisConnection(ConfigurationOptions.Parse(TestServers.Redis.Authority));
        using var cache = NewCache(redis);
        Assert.True(ApiKeyText.TryRead(made.Text("secret"), out var key));
        await Await.Until(async () => (await cache.FindSharedAsync(key.Hash)).Value is not null, "a gateway that starts knows the key");
        Assert.Equal(Permissions.Of("viewer").Order(StringComparer.Ordinal), cache.Find(key.Hash)!.Grant!.Permissions);
        var other = new ApiKeyChanges(cache, new RevokedTokens(TimeProvider.System), NullLogger<ApiKeyChanges>.Instance, redis);
        Caller.Current = new Caller("acme", "ann", "admin", null, "c");
        var keys = service.Services.GetRequiredService<IGrainFactory>().GetGrain<IApiKeysGrain>(GrainKeys.Tenant("acme"));
        ApiKeyCommand command = isRevoked
            ? new RevokeApiKey { KeyId = id } : new RotateApiKey(ApiKeyText.Make("acme", id).Hash, TimeSpan.Zero, null) { KeyId = id };
        Assert.True((await keys.ApplyAsync(command)).IsOk);
        await client.GetAsync(Api.Agents, 200);

        await other.PublishAsync("acme", id, isRevoked ? ApiKeyChanges.Revoked : ApiKeyChanges.Rotated);

        var until = DateTime.UtcNow + KnownApiKey.FreshTime / 2;
        await Await.Until(async () => (int)(await client.SendAsync("GET", Api.Agents)).StatusCode == 401, "the key has ended here, too");
        Assert.True(DateTime.UtcNow < until, "The kept answer grew old before the message was heard.");
        using var later = NewCache(redis);
        Assert.Null((await later.FindSharedAsync(key.Hash)).Value);
    }

    private RefreshingCache<string, KnownApiKey> NewCache(RedisConnection redis) => KnownApiKey.CreateCache(
        TimeProvider.System,
        new(_settings, Encoding.UTF8.GetBytes(ServiceHost.SecretKey), redis, new UnhurriedClock(), NullLogger<SharedAnswers>.Instance)
        {
            Name = "api-keys", Lifetime = KnownApiKey.FreshTime,
        });
}
