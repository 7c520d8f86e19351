using AgentManagement.ApiKeys;
using AgentManagement.Tests.WebGateway;
using AgentManagement.WebGateway.ApiKeys;

namespace AgentManagement.Tests.ApiKeys;

/// <summary>Keys are kept as agents are: in both databases, and every change of them in the log.</summary>
public sealed class ApiKeyStorageTests
{
    public static TheoryData<string> Kinds => TestDatabase.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_key_is_as_it_was_after_a_restart_and_the_log_is_whole(string kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var ((kept, keptHash), (ended, endedHash)) = (NewKey(), NewKey());
        var rotated = ApiKeyText.Make("acme", kept).Hash;
        await using (var silo = await TestSilo.StartAsync(database))
        {
            TestSilo.ActAs("acme");
            var keys = KeysOf(silo);
            foreach (var (id, hash) in new[] { (kept, keptHash), (ended, endedHash) })
            {
                Assert.True((await keys.ApplyAsync(new CreateApiKey(hash, "ci", ["agents:read"], null) { KeyId = id })).IsOk);
            }
            Assert.True((await keys.ApplyAsync(new RotateApiKey(rotated, TimeSpan.Zero, null) { KeyId = kept })).IsOk);
            Assert.True((await keys.ApplyAsync(new RevokeApiKey { KeyId = ended })).IsOk);
        }

        await using var again = await TestSilo.StartAsync(database);
        TestSilo.ActAs("acme");
        Assert.Equal((kept, 2), (await KeysOf(again).ListAsync()).Select(key => (key.Id, key.Version)).Single());
        Assert.Equal(4, (await again.Tenant("acme").GetAsync()).Revision);
        AgentManagement.Access.Caller.Current = AgentManagement.Access.Caller.Gateway with { TenantId = "acme" };
        Assert.Equal(["agents:read"], (await KeysOf(again).VerifyAsync(kept, new(rotated))).Value!.Permissions);
        Assert.Equal(OutcomeKind.NotFound, (await KeysOf(again).VerifyAsync(kept, new(keptHash))).Kind);
        Assert.Equal(OutcomeKind.NotFound, (await KeysOf(again).VerifyAsync(ended, new(endedHash))).Kind);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task What_became_of_keys_is_in_the_log_and_proven(string kind)
    {
        await using var service = await ServiceHost.StartAsync(kind);
        using var admin = service.CreateClient("acme", "admin");
        var made = await (await admin.SendAsync("POST", "/api/v1/api-keys", """{"name":"ci","role":"viewer"}""")).ShouldBeAsync(201);
        var path = $"/api/v1/api-keys/{made.GetProperty("apiKey").Text("id")}";
        await (await admin.SendAsync("POST", $"{path}/rotate")).ShouldBeAsync(200);
        await (await admin.SendAsync("DELETE", path)).ShouldBeAsync(204);

        var log = (await admin.GetAsync("/api/v1/audit", 200)).GetProperty("items").EnumerateArray().Select(change => change.Text("kind"));
        Assert.Equal(["api_key_revoked", "api_key_rotated", "api_key_created"], log);
        Assert.True((await admin.GetAsync("/api/v1/audit/verify", 200)).GetProperty("valid").GetBoolean());
    }

    private static (string Id, string Hash) NewKey()
    {
        var id = ApiKeyText.NewId();
        return (id, ApiKeyText.Make("acme", id).Hash);
    }

    private static IApiKeysGrain KeysOf(TestSilo silo) => silo.Grains.GetGrain<IApiKeysGrain>(GrainKeys.Tenant("acme"));
}
