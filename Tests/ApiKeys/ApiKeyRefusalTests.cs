using AgentManagement.ApiKeys;
using AgentManagement.Changes;
using AgentManagement.Domain.ApiKeys;

namespace AgentManagement.Tests.ApiKeys;

/// <summary>What is said of a command that is refused, and what is noted of one that is not.</summary>
public sealed class ApiKeyRefusalTests
{
    private const string Id = "0123456789abcdef";
    private static readonly string Hash = new('a', 64);
    private static readonly string Other = new('b', 64);

    private static readonly Caller Admin = new("acme", "ann", "admin", "professional", "c") { Address = "::1", TaskId = "task" };
    private static readonly CreateApiKey New = new(Hash, "ci", ["agents:read"], null) { KeyId = Id };
    private static readonly RotateApiKey Rotation = new(Other, TimeSpan.Zero, null) { KeyId = Id };

    [Fact]
    public void A_new_key_is_refused_for_each_thing_that_is_wrong_with_it()
    {
        var most = new string('n', ApiKey.MaxNameCharacters - 1) + "🔑";
        Assert.Equal([], IssuesOf(New with { Name = most, Labels = LabelsOf(ApiKey.MaxLabels), ExpiresAt = Given.Now.AddTicks(1) }));
        Assert.Equal(["wrong_format /id Must be an id of a key."], IssuesOf(New with { KeyId = "k" }));
        string[] hashes = ["", "b", Hash + "a", new('A', 64), new string('a', 63) + "g"];
        Assert.All(hashes, hash => Assert.Equal(["wrong_format /hash Must be a hash."], IssuesOf(New with { Hash = hash })));
        Assert.All((string[])["", " ", "a\nb", "n" + most], name => Assert.StartsWith(
            "wrong_format /name Must have 1 to 100 characters: one line", Assert.Single(IssuesOf(New with { Name = name }))));
        Assert.Equal(["wrong_length /permissions Must have at least one item."], IssuesOf(New with { Permissions = [] }));
        Assert.Equal(
            ["not_allowed /permissions/1 There is no such permission that a key can have."],
            IssuesOf(New with { Permissions = ["agents:read", "tasks:run"] }));
        Assert.All((int[])[0, ApiKey.MaxLabels + 1], count => Assert.Equal(
            ["wrong_length /labels Must have 1 to 50 items."], IssuesOf(New with { Labels = LabelsOf(count) })));
        Assert.Equal(["wrong_format /labels/1 Must be a label."], IssuesOf(New with { Labels = ["live", "latest"] }));
        Assert.Equal(["out_of_range /expiresAt Must be in the future."], IssuesOf(New with { ExpiresAt = Given.Now }));
        Assert.Equal(3, IssuesOf(New with { KeyId = "k", Hash = "", Permissions = [] }).Length);

        static ImmutableArray<string> LabelsOf(int count) => [.. Enumerable.Range(0, count).Select(number => $"l{number}")];
    }

    [Fact]
    public void A_rotation_is_refused_for_what_is_wrong_with_it()
    {
        var state = Apply(new(), New with { ExpiresAt = Given.Now.AddDays(2) });
        Assert.Equal(["wrong_format /hash Must be a hash."], IssuesOf(Rotation with { Hash = "b" }, state));
        Assert.All((TimeSpan[])[TimeSpan.FromTicks(-1), ApiKey.LongestGrace + TimeSpan.FromTicks(1)], grace => Assert.Equal(
            ["out_of_range /graceSeconds Must be an integer from 0 to 86400."], IssuesOf(Rotation with { Grace = grace }, state)));
        Assert.Equal([], IssuesOf(Rotation with { Grace = ApiKey.LongestGrace }, state));
        AssertRefused("version_conflict", "The key was rotated since.", OutcomeKind.Conflict, state, Rotation with { Version = 2 });
        AssertRefused(
            "key_expired", "The key has expired; make another.", OutcomeKind.Conflict, state, Rotation, now: Given.Now.AddDays(2));
    }

    [Fact]
    public void A_key_that_is_there_is_not_made_again_and_none_after_the_last()
    {
        var state = Apply(new(), New);
        AssertRefused("already_exists", "There is such a key already.", OutcomeKind.Conflict, state, New with { Hash = Other });
        for (var number = 1; number < ApiKey.MaxOfTenant; number++) state = Apply(state, New with { KeyId = $"{number:x16}" });
        AssertRefused(
            "too_many_keys", "A tenant can have 100 keys; revoke one.", OutcomeKind.QuotaExceeded, state,
            New with { KeyId = new('f', 16) });
    }

    [Fact]
    public void Why_nobody_hands_out_more_than_they_have_is_told()
    {
        Refused("The permission 'agents:purge' is required: nobody hands out more than they have.", new(),
            New with { Permissions = ["agents:read", "agents:purge"] }, Admin with { Role = "editor" });

        var labelled = Admin with { Labels = ["live", "test"] };
        const string OfLabels = "A key that is for some labels manages none that is for others.";
        Refused(OfLabels, new(), New, labelled);
        Refused(OfLabels, new(), New with { Labels = ["live", "prod"] }, labelled);
        Assert.Equal(["live"], Apply(new(), New with { Labels = ["live"] }, labelled).Keys[0].Labels!.Value);

        var key = new Caller("acme", $"api-key/{Id}", Caller.KeyRole, null, "c") { Granted = ["agents:read"], SecretVersion = 1 };
        var other = New with { KeyId = new('f', 16), ExpiresAt = Given.Now.AddDays(1) };
        var state = Apply(new(), New with { ExpiresAt = Given.Now.AddDays(1) });
        Refused("A secret that was rotated away, or of a key that has ended, manages no keys.", state, other,
            key with { SecretVersion = 2 });
        Refused("A key manages none that ends after itself.", state, other with { ExpiresAt = Given.Now.AddDays(2) }, key);
        state = Apply(state, other, key);
        Refused("A key manages none that it was made by.", state, new RevokeApiKey { KeyId = Id },
            key with { Subject = $"api-key/{other.KeyId}" });

        static void Refused(string detail, ApiKeysState state, ApiKeyCommand command, Caller caller) =>
            AssertRefused("permission_denied", detail, OutcomeKind.Forbidden, state, command, caller);
    }

    [Fact]
    public void What_a_key_may_and_until_when_is_logged()
    {
        var state = Apply(new(), New with
        {
            Permissions = ["agents:write", "agents:read"],
            Labels = ["test", "live", "test"],
            ExpiresAt = Given.Now.AddHours(1),
        });
        Assert.Equal("agents:read agents:write; for live test; until 2026-03-01T13:00:00Z", state.Change!.Note);
        Assert.Equal(["live", "test"], state.Keys[0].Labels!.Value);
        var change = state.Change;
        Assert.Equal((ChangeSubject.ApiKey, "acme", "ci", "active", 32),
            (change.Resource, change.TenantId, change.AgentName, change.Status, change.EventId.Length));
        Assert.Equal((Given.Now, "ann", "admin", "::1", "c", "task"),
            (change.At, change.Actor, change.Role, change.Address, change.CorrelationId, change.TaskId));

        var atOnce = Apply(state, Rotation);
        Assert.Equal(
            ("the secret before has ended", null, null), (atOnce.Change!.Note, atOnce.Keys[0].FormerHash, atOnce.Keys[0].FormerUntil));
        Assert.Equal("the secret before goes on for 60 s", Apply(state, Rotation with { Grace = TimeSpan.FromMinutes(1) }).Change!.Note);
        Assert.Null(Apply(state, new RevokeApiKey { KeyId = Id }).Change!.Note);
    }

    [Fact]
    public void A_key_is_for_its_labels_with_the_secret_before_too()
    {
        var state = Apply(Apply(new(), New with { Labels = ["live"] }), Rotation with { Grace = TimeSpan.FromHours(1) });
        Assert.All((string[])[Hash, Other], hash =>
            Assert.Equal(["live"], ApiKeyRules.Verify(state, Id, hash, Given.Now).Value!.Labels!.Value));
    }

    [Fact]
    public void Who_gave_a_key_its_secret_and_until_when_the_one_before_goes_on_is_shown()
    {
        var made = Apply(new(), New);
        Assert.Equal("ann", made.Keys[0].ToApiKey(made, Given.Now).RotatedBy);
        var rotated = Apply(made, Rotation with { Grace = TimeSpan.FromHours(1) }, Admin with { Subject = "bob" });
        var end = Given.Now.AddHours(1);
        var key = rotated.Keys[0].ToApiKey(rotated, end.AddTicks(-1));
        Assert.Equal(("ann", "bob", end), (key.CreatedBy, key.RotatedBy, key.FormerUntil));
        Assert.Null(rotated.Keys[0].ToApiKey(rotated, end).FormerUntil);
    }

    [Fact]
    public void What_ends_with_a_key_is_shown_and_what_it_gave_itself_is_not_among_it()
    {
        var key = new Caller("acme", $"api-key/{Id}", Caller.KeyRole, null, "c") { Granted = ["agents:read"], SecretVersion = 1 };
        var state = Apply(new(), New);
        state = Apply(state, New with { KeyId = new('f', 16) }, key);
        state = Apply(state, New with { KeyId = new('e', 16) });
        state = Apply(state, Rotation, key);
        Assert.Equal([[new('f', 16)], [], []], state.Keys.Select(each => each.ToApiKey(state, Given.Now).Descendants.ToArray()));
    }

    [Fact]
    public void A_command_without_a_rule_is_a_fault() => Assert.Contains(
        "No rule for this command.",
        Assert.Throws<ArgumentOutOfRangeException>(() => Decide(new(), new Unknown { KeyId = Id })).Message, StringComparison.Ordinal);

    private static string[] IssuesOf(ApiKeyCommand command, ApiKeysState? state = null) =>
        [.. Decide(state ?? new(), command).Issues.Select(issue => $"{issue.Code} {issue.Pointer} {issue.Message}")];

    private static void AssertRefused(
        string code, string detail, OutcomeKind kind, ApiKeysState state, ApiKeyCommand command, Caller? caller = null,
        DateTimeOffset? now = null)
    {
        var outcome = Decide(state, command, caller, now);
        Assert.Equal((kind, code, detail), (outcome.Kind, outcome.Code, outcome.Detail));
    }

    private static ApiKeysState Apply(ApiKeysState state, ApiKeyCommand command, Caller? caller = null)
    {
        var outcome = Decide(state, command, caller);
        Assert.True(outcome.IsOk, outcome.Detail);
        return outcome.Value!.State!;
    }

    private static Outcome<ApiKeyDecision> Decide(
        ApiKeysState state, ApiKeyCommand command, Caller? caller = null, DateTimeOffset? now = null) =>
        ApiKeyRules.Decide(state, command, new("acme", caller ?? Admin, now ?? Given.Now));

    private sealed record Unknown : ApiKeyCommand;
}
