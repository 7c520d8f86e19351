using AgentManagement.WebGateway.Access;

namespace AgentManagement.Tests.WebGateway;

/// <summary>A token that was found good is not looked at again, for as long as that holds.</summary>
public sealed class KnownTokensTests : IDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly KnownTokens _known;

    public KnownTokensTests() => _known = new(_clock);

    public void Dispose() => _known.Dispose();

    [Fact]
    public void A_token_is_known_by_all_of_its_text_until_it_ends()
    {
        var identity = Identity();
        _known.Add("token", identity, () => true);
        Assert.Same(identity, _known.Find("token")?.Identity);
        Assert.Null(_known.Find("token "));
        Assert.Null(_known.Find("Token"));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(_known.Find("token"));
    }

    [Fact]
    public void What_does_not_hold_any_more_is_not_believed()
    {
        var holds = true;
        _known.Add("token", Identity(), () => holds);
        holds = false;
        Assert.Null(_known.Find("token"));
    }

    [Fact]
    public void A_token_that_has_ended_is_not_remembered()
    {
        _known.Add("token", Identity() with { ExpiresAt = _clock.GetUtcNow() }, () => true);
        Assert.Equal(0, _known.Count);
    }

    [Fact]
    public void So_many_are_remembered_and_no_more()
    {
        for (var number = 0; number < KnownTokens.MaxTokens + 1_000; number++) _known.Add($"token {number}", Identity(), () => true);
        Assert.InRange(_known.Count, 1, KnownTokens.MaxTokens);
    }

    [Fact]
    public async Task A_token_is_verified_once_and_revoked_at_once()
    {
        var verified = 0;
        var verifier = Proxy.Of<ITokenVerifier>((_, _) =>
        {
            verified++;
            return new ValueTask<TokenVerdict>(new TokenVerdict(
                new()
                {
                    Subject = "ann", TenantId = "acme", Role = "viewer", TokenId = "one", ExpiresAt = DateTimeOffset.MaxValue,
                },
                IsUndecided: false, () => true));
        });
        var revoked = new RevokedTokens(_clock);
        var reader = new TokenReader(
            verifier, _known, new(() => throw new InvalidOperationException("It is no API key.")), revoked, _clock);
        for (var request = 0; request < 3; request++)
        {
            var caller = new CurrentCaller(revoked) { Address = $"192.0.2.{request}" };
            Assert.True(await reader.TryAcceptAsync("token", caller, $"c-{request}"));
            // What is of the request is not remembered.
            Assert.Equal(($"c-{request}", $"192.0.2.{request}"), (caller.Known!.CorrelationId, caller.Known.Address));
        }
        Assert.Equal(1, verified);

        revoked.AddToken("acme", "one");
        Assert.False(await reader.TryAcceptAsync("token", new CurrentCaller(revoked), "c"));
    }

    [Theory, InlineData("ended"), InlineData("unknown"), InlineData("revoked"), InlineData("another")]
    public async Task What_came_over_the_connection_is_found_by_its_object_and_asked_about_each_time(string then)
    {
        var holds = true;
        var verifier = Proxy.Of<ITokenVerifier>((_, _) => throw new InvalidOperationException("It was known."));
        var revoked = new RevokedTokens(_clock);
        var reader = new TokenReader(
            verifier, _known, new(() => throw new InvalidOperationException("It is no API key.")), revoked, _clock);
        _known.Add("token", Identity() with { TokenId = "one" }, () => holds);
        var (header, connection) = ("Bearer token", new ConnectionToken());
        Assert.Null(reader.TryAcceptAgain(header, connection, new(revoked), "c"));
        Assert.True(await reader.TryAcceptAsync(header, "token", connection, new(revoked), "c"));
        var caller = new CurrentCaller(revoked) { Address = "192.0.2.1" };
        Assert.True(reader.TryAcceptAgain(header, connection, caller, "c-2"));
        Assert.Equal(("c-2", "192.0.2.1", "token"), (caller.Known!.CorrelationId, caller.Known.Address, caller.Token));

        if (then == "ended") _clock.Advance(TimeSpan.FromMinutes(1));
        if (then == "unknown") holds = false;
        if (then == "revoked") revoked.AddToken(Given.Caller.TenantId, "one");
        var next = then == "another" ? new string(header) : header;
        Assert.Equal(then == "revoked" ? false : null, reader.TryAcceptAgain(next, connection, new(revoked), "c"));
    }

    private TokenIdentity Identity() => new(
        Given.Caller, TokenId: null, IssuedAt: null, ExpiresAt: _clock.GetUtcNow() + TimeSpan.FromMinutes(1));
}
