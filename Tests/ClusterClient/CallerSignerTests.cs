using AgentManagement.ClusterClient.Hosting;

namespace AgentManagement.Tests.ClusterClient;

/// <summary>Silos believe whoever shows that the service, or a service beside it, named the caller.</summary>
public sealed class CallerSignerTests
{
    private const string Token = "what-services-show";

    private static readonly byte[] Secret = new byte[32];

    private static readonly Caller Ana = new("acme", "ana", "editor", "free", "c")
    {
        Granted = ["agents:read", "agents:write"], Labels = ["staging"], Address = "192.0.2.7", SecretVersion = 2, TaskId = "t",
    };

    private readonly ManualTimeProvider _clock = new();

    private readonly CallerSigner _gateway;
    private readonly CallerSigner _silo;
    private readonly CallerSigner _service;

    public CallerSignerTests() => (_gateway, _silo, _service) = (
        new(CallerKeys.OfPlatform(Secret, Token), _clock), new(CallerKeys.OfPlatform(Secret, Token), _clock),
        new(CallerKeys.OfService(Token), _clock));

    public static TheoryData<string, Caller> Changed => new()
    {
        { "tenant", Ana with { TenantId = "other" } }, { "subject", Ana with { Subject = "ben" } }, { "role", Ana with { Role = "admin" } },
        { "tier", Ana with { Tier = "enterprise" } }, { "no tier", Ana with { Tier = null } },
        { "one more permission", Ana with { Granted = ["agents:read", "agents:write", "agents:purge"] } },
        { "another permission", Ana with { Granted = ["agents:read", "agents:purge"] } }, { "no list", Ana with { Granted = null } },
        { "an empty list", Ana with { Granted = [] } }, { "secret", Ana with { SecretVersion = 3 } },
        { "another label", Ana with { Labels = ["production"] } }, { "one more label", Ana with { Labels = ["staging", "production"] } },
        { "no labels", Ana with { Labels = null } }, { "none of the labels", Ana with { Labels = [] } },
        { "parts that run together", Ana with { TenantId = "acm", Subject = "eana" } },
    };

    [Fact]
    public void A_caller_that_a_gateway_or_a_silo_named_is_genuine_and_all_of_it_stays()
    {
        var signed = _gateway.Sign(Ana);
        Assert.True(_silo.IsGenuine(signed));
        Assert.True(_silo.IsGenuine(signed));
        Assert.Equal(Ana, signed.Signed(null));
        // Its further calls have the same signature, whatever request they are of.
        Assert.Same(signed, _gateway.Sign(signed));
        Assert.Same(signed.Signature, _gateway.Sign(Ana with { CorrelationId = "another", Address = null }).Signature);
        Assert.True(_gateway.IsGenuine(_silo.Sign(Caller.Silo)));
    }

    [Theory, MemberData(nameof(Changed))]
    public void Nobody_can_change_a_part_of_it(string part, Caller changed)
    {
        var signature = _gateway.Sign(Ana).Signature;
        Assert.False(_silo.IsGenuine(changed.Signed(signature)), part);
        // Nor once the true one is known.
        Assert.True(_silo.IsGenuine(Ana.Signed(signature)));
        Assert.False(_silo.IsGenuine(changed.Signed(signature)), part);
        Assert.Null((Ana.Signed(signature) with { Role = Ana.Role }).Signature);
    }

    [Fact]
    public void A_signature_of_another_key_none_and_a_mangled_one_are_worth_nothing()
    {
        var other = new CallerSigner(CallerKeys.OfPlatform([.. Secret[1..], 1], Token), _clock);
        Assert.False(_silo.IsGenuine(other.Sign(Ana)));
        Assert.False(_silo.IsGenuine(Ana));
        var signature = _gateway.Sign(Ana).Signature!;
        byte[][] mangled = [[], [1], new byte[32], [.. signature.Mac[..31], (byte)(signature.Mac[31] ^ 1)], [.. signature.Mac, 0]];
        foreach (var mac in mangled)
        {
            Assert.False(_silo.IsGenuine(Ana.Signed(signature with { Mac = mac })));
        }
        Assert.False(_silo.IsGenuine(Ana.Signed(signature with { At = signature.At + 1 })));
        Assert.False(_silo.IsGenuine(Ana.Signed(signature with { IsOfService = true })));
    }

    [Fact]
    public void One_that_was_heard_is_worth_nothing_after_a_while_though_it_was_known()
    {
        var signed = _gateway.Sign(Ana);
        Assert.True(_silo.IsGenuine(signed));
        _clock.Advance(CallerSigner.MaxAge);
        Assert.True(_silo.IsGenuine(signed));
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(_silo.IsGenuine(signed));
        // Who goes on calling is signed anew.
        Assert.True(_silo.IsGenuine(_gateway.Sign(signed)));
    }

    [Fact]
    public void Clocks_may_differ_by_a_little()
    {
        var ahead = new ManualTimeProvider();
        ahead.Advance(CallerSigner.ClockSkew);
        Assert.True(_silo.IsGenuine(new CallerSigner(CallerKeys.OfPlatform(Secret, Token), ahead).Sign(Ana)));
        ahead.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(_silo.IsGenuine(new CallerSigner(CallerKeys.OfPlatform(Secret, Token), ahead).Sign(Ana)));
    }

    [Fact]
    public void A_service_names_itself_and_nobody_else()
    {
        var reader = new Caller("acme", "reader", "service", null, "c");
        Assert.True(_silo.IsGenuine(_service.Sign(reader)));
        var signature = _service.Sign(reader).Signature!;
        foreach (var role in (string[])["admin", "editor", Caller.SiloRole, Caller.GatewayRole, Caller.KeyRole, "platform_admin"])
        {
            Assert.Null(_service.Sign(reader with { Role = role }).Signature);
            Assert.False(_silo.IsGenuine((reader with { Role = role }).Signed(signature)));
        }
        Assert.Null(_service.Sign(reader with { Granted = ["agents:write"] }).Signature);
        Assert.False(_silo.IsGenuine((reader with { TenantId = "other" }).Signed(signature)));
        // Of another token, or none.
        Assert.False(_silo.IsGenuine(new CallerSigner(CallerKeys.OfService("another"), _clock).Sign(reader)));
        Assert.False(_silo.IsGenuine(new CallerSigner(CallerKeys.OfService(null), _clock).Sign(reader)));
    }

    [Fact]
    public void In_development_services_have_no_token() => Assert.True(new CallerSigner(CallerKeys.OfPlatform(Secret, null), _clock)
        .IsGenuine(new CallerSigner(CallerKeys.OfService(null), _clock).Sign(new("acme", "reader", "service", null, "c"))));
}
