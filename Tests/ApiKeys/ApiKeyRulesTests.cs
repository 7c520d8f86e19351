using AgentManagement.ApiKeys;
using AgentManagement.Changes;
using AgentManagement.Domain.ApiKeys;

namespace AgentManagement.Tests.ApiKeys;

/// <summary>Who may make which key, and which secret is good when.</summary>
public sealed class ApiKeyRulesTests
{
    private const string Id = "0123456789abcdef";
    private const string Managing = "agents:read keys:manage";
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 9, 30, 0, TimeSpan.Zero);
    private static readonly string[] Hashes = [.. "abcdef".Select(letter => new string(letter, 64))];

    [Fact]
    public void A_new_key_is_good_with_its_hash_and_no_other()
    {
        var state = Apply(new(), Create());
        var grant = Verify(state, Hashes[0])!;
        Assert.Equal(["agents:read", "agents:write"], grant.Permissions);
        Assert.Equal("professional", grant.Tier);
        Assert.Null(Verify(state, Hashes[1]));
        Assert.Null(Verify(state, Hashes[0][1..]));
        Assert.Null(Verify(state, ""));
        Assert.False(ApiKeyRules.Verify(state, "fedcba9876543210", Hashes[0], Now).IsOk);
        var change = state.Change!;
        Assert.Equal((ChangeKind.ApiKeyCreated, $"api-key/{Id}", "agents:read agents:write", 1),
            (change.Kind, change.AgentId, change.Note, change.Version));
    }

    [Fact]
    public void A_key_ends_at_its_time()
    {
        var state = Apply(new(), Create(expiresAt: Now.AddHours(1)));
        Assert.Equal(Now.AddHours(1), Verify(state, Hashes[0], Now.AddMinutes(59))!.Until);
        Assert.Null(Verify(state, Hashes[0], Now.AddHours(1)));
        Refused(OutcomeKind.Conflict, state, new RotateApiKey(Hashes[1], TimeSpan.Zero, null) { KeyId = Id }, now: Now.AddHours(1));
    }

    [Fact]
    public void A_rotation_ends_the_secret_before_at_once_or_after_its_grace_and_all_before_that_one()
    {
        var made = Apply(new(), Create());
        var atOnce = Apply(made, Rotate(1));
        Assert.Null(Verify(atOnce, Hashes[0]));
        Assert.NotNull(Verify(atOnce, Hashes[1]));

        var later = Apply(atOnce, Rotate(2, TimeSpan.FromHours(1)));
        Assert.Equal(Now.AddHours(1), Verify(later, Hashes[1], Now.AddMinutes(59))!.Until);
        Assert.Null(Verify(later, Hashes[1], Now.AddHours(1)));
        Assert.Null(Verify(later, Hashes[2])!.Until);
        Assert.Equal(3, later.Change!.Version);

        var again = Apply(later, Rotate(3, TimeSpan.FromHours(1)));
        Assert.Null(Verify(again, Hashes[1]));
        Assert.NotNull(Verify(again, Hashes[2]));
    }

    [Fact]
    public void A_grace_does_not_outlast_the_key()
    {
        var state = Apply(Apply(new(), Create(expiresAt: Now.AddMinutes(1))), Rotate(1, TimeSpan.FromHours(1)));
        Assert.Equal(Now.AddMinutes(1), Verify(state, Hashes[0])!.Until);
        Assert.Null(Verify(state, Hashes[0], Now.AddMinutes(1)));
    }

    [Fact]
    public void Of_two_rotations_of_one_version_one_is_refused()
    {
        var made = Apply(new(), Create());
        var rotated = Apply(made, Rotate(1, version: 1));
        Refused(OutcomeKind.Conflict, rotated, Rotate(2, version: 1));
        Assert.Null(ApiKeyRules.Decide(rotated, Rotate(1, version: 1), Context()).Value!.State);
    }

    [Fact]
    public void A_command_that_comes_twice_is_done_once()
    {
        var made = Apply(new(), Create());
        Assert.Null(ApiKeyRules.Decide(made, Create(), Context()).Value!.State);
        Refused(OutcomeKind.Conflict, made, Create() with { Hash = Hashes[1] });
    }

    [Fact]
    public void A_permission_that_is_named_twice_is_had_once() =>
        Assert.Equal(["agents:read", "agents:write"], Apply(new(), Create("agents:write agents:read agents:write")).Keys[0].Permissions);

    [Fact]
    public void A_revoked_key_is_none_any_more()
    {
        var state = Apply(Apply(new(), Create()), new RevokeApiKey { KeyId = Id });
        Assert.Null(Verify(state, Hashes[0]));
        Assert.Equal((ChangeKind.ApiKeyRevoked, "revoked", 2), (state.Change!.Kind, state.Change!.Status, state.Change!.Version));
        Refused(OutcomeKind.NotFound, state, new RevokeApiKey { KeyId = Id });
        Refused(OutcomeKind.NotFound, state, Rotate(1));
    }

    [Theory]
    [InlineData("admin", "internal:read"), InlineData("editor", "agents:purge"), InlineData("viewer", "agents:write"),
        InlineData("admin", "internal:read agents:read")]
    public void Nobody_hands_out_more_than_they_have(string role, string permissions) =>
        Refused(OutcomeKind.Forbidden, new(), Create(permissions), Context(new Caller("acme", "ann", role, null, "c")));

    [Theory]
    [InlineData("tenants:manage"), InlineData("keys:verify"), InlineData("tasks:run"), InlineData("agents:mark"),
        InlineData("refusals:record"), InlineData("agents:*"), InlineData("")]
    public void No_key_has_what_is_the_platforms_or_no_permission_at_all(string permission) =>
        Refused(OutcomeKind.Invalid, new(), Create(permission), Context(new Caller("acme", "ann", "platform_admin", null, "c")));

    [Fact]
    public void A_key_hands_out_no_more_than_it_has_and_for_no_longer()
    {
        var state = Apply(new(), Create("agents:read keys:manage", Now.AddHours(1)));
        var key = new Caller("acme", $"api-key/{Id}", Caller.KeyRole, null, "c")
        {
            Granted = ["agents:read", "keys:manage"], SecretVersion = 1,
        };
        var other = Create("agents:read", Now.AddHours(1)) with { KeyId = "fedcba9876543210", Hash = Hashes[1] };
        Apply(state, other, Context(key));
        Refused(OutcomeKind.Forbidden, state, other with { Permissions = ["agents:write"] }, Context(key));
        Refused(OutcomeKind.Forbidden, state, other with { ExpiresAt = Now.AddHours(2) }, Context(key));
        Refused(OutcomeKind.Forbidden, state, other with { ExpiresAt = null }, Context(key));
        // The same by a new secret for a key that has more.
        var both = Apply(state, other with { Permissions = ["agents:write"] });
        Refused(OutcomeKind.Forbidden, both, new RotateApiKey(Hashes[2], TimeSpan.Zero, null) { KeyId = other.KeyId }, Context(key));
        var longer = Apply(state, other with { ExpiresAt = null });
        Refused(OutcomeKind.Forbidden, longer, new RotateApiKey(Hashes[2], TimeSpan.Zero, null) { KeyId = other.KeyId }, Context(key));
        // And nothing by a key that was revoked meanwhile.
        Refused(OutcomeKind.Forbidden, Apply(state, new RevokeApiKey { KeyId = Id }), other, Context(key));
    }

    [Fact]
    public void A_revoked_key_ends_all_that_it_made_unless_they_are_to_be_kept()
    {
        var state = Apply(new(), Create(Managing, keyId: "a"));
        state = Apply(state, Create(Managing, keyId: "b"), Context(Key("a")));
        state = Apply(state, Create(Managing, keyId: "c"), Context(Key("b")));
        state = Apply(state, Create("agents:read", keyId: "d"));
        Assert.Equal([IdOf("b"), IdOf("c")], state.DescendantsOf(IdOf("a")).Select(key => key.Id));

        var ended = Apply(state, new RevokeApiKey { KeyId = IdOf("a") });
        Assert.Equal([IdOf("d")], ended.Keys.Select(key => key.Id));
        Assert.Equal($"with it ended {IdOf("b")} {IdOf("c")}", ended.Change!.Note);
        var kept = Apply(state, new RevokeApiKey { KeyId = IdOf("a"), KeepDescendants = true });
        Assert.Equal([IdOf("b"), IdOf("c"), IdOf("d")], kept.Keys.Select(key => key.Id));
        // What a key that was kept made ends with it.
        Assert.Equal([IdOf("d")], Apply(kept, new RevokeApiKey { KeyId = IdOf("b") }).Keys.Select(key => key.Id));
    }

    [Fact]
    public void A_key_that_got_its_secret_from_another_ends_with_that_one()
    {
        var state = Apply(Apply(new(), Create("agents:read", keyId: "a")), Create(Managing, keyId: "b"));
        state = Apply(state, Rotate(1) with { KeyId = IdOf("a") }, Context(Key("b")));
        Assert.Empty(Apply(state, new RevokeApiKey { KeyId = IdOf("b") }).Keys);
        // Whoever administers the tenant takes it back.
        state = Apply(state, Rotate(2) with { KeyId = IdOf("a") });
        Assert.Equal([IdOf("a")], Apply(state, new RevokeApiKey { KeyId = IdOf("b") }).Keys.Select(key => key.Id));
    }

    [Fact]
    public void A_rotation_ends_what_the_key_made_when_it_is_asked_to()
    {
        var state = Apply(new(), Create(Managing, keyId: "a"));
        state = Apply(state, Create("agents:read", keyId: "b"), Context(Key("a")));
        var rotate = Rotate(1) with { KeyId = IdOf("a") };
        Assert.Equal(2, Apply(state, rotate).Keys.Length);
        var leaked = Apply(state, rotate with { RevokeDescendants = true });
        Assert.Equal(IdOf("a"), Assert.Single(leaked.Keys).Id);
        Assert.Equal($"the secret before has ended; with it ended {IdOf("b")}", leaked.Change!.Note);
    }

    [Fact]
    public void A_secret_that_was_rotated_away_manages_no_keys()
    {
        var state = Apply(Apply(new(), Create(Managing)), Rotate(1, TimeSpan.FromHours(1)));
        var (former, now) = (Verify(state, Hashes[0])!, Verify(state, Hashes[1])!);
        Assert.Equal((1, 2), (former.SecretVersion, now.SecretVersion));
        Assert.Equal(["agents:read"], former.Permissions);
        Assert.Equal(["agents:read", "keys:manage"], now.Permissions);
        // Nor where a gateway does not know that it is one.
        var caller = new Caller("acme", $"api-key/{Id}", Caller.KeyRole, null, "c") { Granted = now.Permissions, SecretVersion = 1 };
        Refused(OutcomeKind.Forbidden, state, Create("agents:read", keyId: "b"), Context(caller));
        Refused(OutcomeKind.Forbidden, state, Rotate(2), Context(caller));
        Refused(OutcomeKind.Forbidden, state, new RevokeApiKey { KeyId = Id }, Context(caller));
        Apply(state, Create("agents:read", keyId: "b"), Context(caller with { SecretVersion = 2 }));
    }

    [Fact]
    public void A_weaker_key_ends_no_stronger_one_and_none_that_it_was_made_by()
    {
        var state = Apply(Apply(new(), Create(Managing, keyId: "a")), Create("agents:read agents:write", keyId: "b"));
        state = Apply(state, Create(Managing, expiresAt: Now.AddHours(1), keyId: "c"));
        state = Apply(state, Create(Managing, keyId: "d"), Context(Key("a")));
        Refused(OutcomeKind.Forbidden, state, new RevokeApiKey { KeyId = IdOf("b") }, Context(Key("a")));
        Refused(OutcomeKind.Forbidden, state, new RevokeApiKey { KeyId = IdOf("a") }, Context(Key("c")));
        foreach (var command in (ApiKeyCommand[])[new RevokeApiKey { KeyId = IdOf("a") }, Rotate(1) with { KeyId = IdOf("a") }])
        {
            Refused(OutcomeKind.Forbidden, state, command, Context(Key("d")));
            Apply(state, command, Context(Key("a")));
        }
        Apply(state, new RevokeApiKey { KeyId = IdOf("d") }, Context(Key("a")));
        // Whoever administers the tenant ends any key.
        var admin = new Caller("acme", "ann", "admin", null, "c") { Granted = ["keys:manage"] };
        Apply(state, new RevokeApiKey { KeyId = IdOf("b") }, Context(admin));
    }

    [Fact]
    public void A_tenant_has_a_hundred_keys_and_no_more()
    {
        var state = new ApiKeysState();
        for (var number = 0; number < ApiKey.MaxOfTenant; number++) state = Apply(state, Create() with { KeyId = $"{number:x16}" });
        Refused(OutcomeKind.QuotaExceeded, state, Create());
    }

    private static CreateApiKey Create(
        string permissions = "agents:write agents:read", DateTimeOffset? expiresAt = null, string? keyId = null) =>
        new(Hashes[0], "ci", [.. permissions.Split(' ')], expiresAt) { KeyId = keyId is null ? Id : IdOf(keyId) };

    private static string IdOf(string letter) => string.Concat(Enumerable.Repeat(letter, 16));

    private static Caller Key(string letter) => new("acme", $"api-key/{IdOf(letter)}", Caller.KeyRole, null, "c")
    {
        Granted = [.. Managing.Split(' ')], SecretVersion = 1,
    };

    private static RotateApiKey Rotate(int hash, TimeSpan grace = default, int? version = null) =>
        new(Hashes[hash], grace, version) { KeyId = Id };

    private static ApiKeyContext Context(Caller? caller = null, DateTimeOffset? now = null) =>
        new("acme", caller ?? new Caller("acme", "ann", "admin", "professional", "c"), now ?? Now);

    private static ApiKeysState Apply(ApiKeysState state, ApiKeyCommand command, ApiKeyContext? context = null)
    {
        var outcome = ApiKeyRules.Decide(state, command, context ?? Context());
        Assert.True(outcome.IsOk, outcome.Detail);
        return outcome.Value!.State!;
    }

    private static void Refused(
        OutcomeKind kind, ApiKeysState state, ApiKeyCommand command, ApiKeyContext? context = null, DateTimeOffset? now = null) =>
        Assert.Equal(kind, ApiKeyRules.Decide(state, command, context ?? Context(now: now)).Kind);

    private static ApiKeyGrant? Verify(ApiKeysState state, string hash, DateTimeOffset? now = null) =>
        ApiKeyRules.Verify(state, Id, hash, now ?? Now).Value;
}
