using System.Collections.Concurrent;
using AgentManagement.ClusterClient.Hosting;
using AgentManagement.Tests.Tools;
using AgentManagement.Tests.WebGateway;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Identity;
using AgentManagement.WebGateway.Limits;
using StackExchange.Redis;

namespace AgentManagement.Tests.Identity;

/// <summary>Where the Identity Service introspects, its word holds beside the signature.</summary>
[Collection(nameof(AgentManagement.Tests.Identity))]
public sealed class IntrospectionTests(SharedIdentityHost shared) : IAsyncLifetime
{
    private const string Opaque = "f2d81a260dea8a100dd517984e53c56a";

    private readonly ConcurrentDictionary<string, object> _answers = new();
    private readonly IdentityHost _host = shared.Host;

    private IdentityServer Identity => _host.Identity;

    public async ValueTask InitializeAsync()
    {
        await _host.StartOverAsync();
        Identity.Introspect = token => _answers.GetValueOrDefault(token, new { active = true });
    }

    public ValueTask DisposeAsync() => default;

    [Fact]
    public async Task A_token_is_asked_about_with_the_service_token_and_for_a_while_only_once()
    {
        var token = Identity.Token();
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _host.StatusAsync(token))), status => Assert.Equal(200, status));
        Assert.Equal(1, Identity.Asked("introspection"));
        Assert.Equal(["", "", $"Bearer {IdentityHost.ServiceToken}"], Identity.Requests.Select(request => request.Authorization));
        Assert.Equal(200, await _host.StatusAsync(Identity.Token(change: claims => claims["jti"] = "another")));
        Assert.Equal(2, Identity.Asked("introspection"));
    }

    [Fact]
    public async Task A_token_that_is_no_longer_active_is_refused_within_the_bound()
    {
        var token = Identity.Token();
        Assert.Equal(200, await _host.StatusAsync(token));
        _answers[token] = new { active = false };
        _host.Clock.Advance(Introspection.FreshTime);
        Assert.Equal(401, await _host.StatusAsync(token));
    }

    [Theory]
    [InlineData("""{"active":false}""", 401), InlineData("""{"active":true,"sub":"bob"}""", 401),
        InlineData("""{"active":true,"tenant_id":"beta"}""", 401)]
    [InlineData("""{"active":true,"role":"viewer"}""", 401), InlineData("""{"active":true,"role":["admin","viewer"]}""", 401),
        InlineData("""{"active":true,"exp":1}""", 401)]
    [InlineData("""{"active":true,"exp":"never"}""", 401), InlineData("""{"active":true,"nbf":99999999999}""", 401)]
    [InlineData("""{"active":true,"sub":"ann","tenant_id":"acme","role":"admin","username":"Ann","exp":99999999999,"nbf":1}""", 200)]
    [InlineData("""{"active":"true"}""", 503), InlineData("""{"active":1}""", 503), InlineData("{}", 503), InlineData("[]", 503),
        InlineData("true", 503), InlineData("", 503)]
    [InlineData("""{"active":false,"active":true}""", 503), InlineData("""{"active":true""", 503)]
    public async Task Only_what_it_says_clearly_counts(string answer, int status)
    {
        Identity.Faults["introspection"] = RegistryServer.Answer(200, answer);
        Assert.Equal(status, await _host.StatusAsync(Identity.Token()));
    }

    [Theory, InlineData(201), InlineData(302), InlineData(401), InlineData(403), InlineData(404), InlineData(500)]
    public async Task Another_status_than_200_decides_nothing(int status)
    {
        await using var other = await IdentityServer.StartAsync();
        Identity.Faults["introspection"] = RegistryServer.Answer(status, """{"active":true}""", ("Location", $"{other.Issuer}/introspect"));
        using var client = _host.Client(Identity.Token());
        await (await client.GetAsync(Api.Agents)).ShouldBeProblemAsync(503, "identity_unavailable");
        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task A_token_whose_signature_is_wrong_is_not_asked_about()
    {
        Assert.Equal(401, await _host.StatusAsync(Identity.Token(IdentityServer.NewRsaKey("first"))));
        Assert.Equal(401, await _host.StatusAsync(Identity.Token()[..^5]));
        Assert.Equal(401, await _host.StatusAsync(Identity.Token().Split('.')[0]));
        Assert.Equal(0, Identity.Asked("introspection"));
    }

    [Fact]
    public async Task While_the_service_is_gone_known_tokens_go_on_for_a_while_and_new_ones_are_not_decided_about()
    {
        var token = Identity.Token();
        Assert.Equal(200, await _host.StatusAsync(token));
        Identity.Faults["introspection"] = RegistryServer.HangUp;
        _host.Clock.Advance(Introspection.FreshTime);
        Assert.Equal(
            (200, 503), (await _host.StatusAsync(token), await _host.StatusAsync(Identity.Token(change: claims => claims["jti"] = "new"))));
        _host.Clock.Advance(Introspection.FallbackTime - Introspection.FreshTime);
        Assert.Equal(503, await _host.StatusAsync(token));
    }

    [Fact]
    public async Task A_token_that_was_not_active_stays_so_while_the_service_is_gone()
    {
        var token = Identity.Token();
        _answers[token] = new { active = false };
        Assert.Equal(401, await _host.StatusAsync(token));
        Identity.Faults["introspection"] = RegistryServer.HangUp;
        _host.Clock.Advance(Introspection.FreshTime);
        Assert.Equal(401, await _host.StatusAsync(token));
    }

    [Fact]
    public async Task What_was_said_is_not_used_beyond_the_end_of_the_token()
    {
        var token = Identity.Token();
        _answers[token] = new { active = true, exp = _host.Clock.GetUtcNow().AddSeconds(20).ToUnixTimeSeconds() };
        Assert.Equal(200, await _host.StatusAsync(token));
        _host.Clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(401, await _host.StatusAsync(token));
        Assert.Equal(1, Identity.Asked("introspection"));
    }

    [Fact]
    public async Task A_service_that_fails_is_left_alone_for_a_while()
    {
        Identity.Faults["introspection"] = RegistryServer.Answer(500);
        for (var number = 0; number < 20; number++) Assert.Equal(503, await _host.StatusAsync(Identity.Token()));
        Assert.Equal(AgentManagement.ServiceDefaults.Outgoing.OutgoingResilience.MinCalls, Identity.Asked("introspection"));
    }

    [Theory]
    [InlineData(Opaque, "", 200), InlineData(Opaque, "sub", 401), InlineData(Opaque, "tenant_id", 401), InlineData(Opaque, "role", 401),
        InlineData(Opaque, "exp", 401), InlineData(Opaque, "aud", 401)]
    [InlineData("eyJhbGciOiJSUzI1NiJ9", "", 401), InlineData("one.two", "", 401), InlineData("one.two.three", "", 401),
        InlineData("one.two.three.four.five", "", 401), InlineData("a,b", "", 401)]
    public async Task A_token_that_says_nothing_by_itself_needs_all_of_its_claims(string token, string missing, int status)
    {
        _answers[token] = Claims().Where(claim => claim.Key != missing).ToDictionary();
        Assert.Equal(status, await _host.StatusAsync(token));
    }

    [Theory, InlineData("aud", "other"), InlineData("iss", "https://other.example"), InlineData("active", false), InlineData("exp", 1),
        InlineData("nbf", 99_999_999_999), InlineData("role", "silo"), InlineData("tenant_id", "a/b"),
        InlineData("sub", "system"), InlineData("sub", "api-key/0123456789abcdef")]
    public async Task A_token_that_says_nothing_by_itself_is_for_us_and_now(string member, object value)
    {
        _answers[Opaque] = Claims().Append(new("x", 1)).Where(claim => claim.Key != member).Append(new(member, value)).ToDictionary();
        Assert.Equal(401, await _host.StatusAsync(Opaque));
    }

    public static TheoryData<string, int> Permissions => new()
    {
        { "null", 401 }, { "true", 401 }, { "false", 401 }, { "1", 401 }, { "1.5", 401 }, { "\"\"", 401 }, { "\"agents:read\"", 401 },
        { "{}", 401 }, { """{"agents:read":true}""", 401 }, { """[["agents:read"]]""", 401 }, { """["agents:read",1]""", 401 },
        { """["agents:read",null]""", 401 }, { """[{"a":"agents:read"}]""", 401 },
        { "[]", 403 }, { """["tenant:read"]""", 403 }, { """["tenants:manage"]""", 403 }, { """["Agents:Read"]""", 403 },
        { """["agents:read"]""", 200 }, { """["agents:read","agents:write","nothing"]""", 200 },
    };

    [Theory, MemberData(nameof(Permissions))]
    public async Task Permissions_mean_the_same_wherever_they_are_said(string permissions, int status)
    {
        var member = $"\"permissions\":{permissions}";
        using var said = JsonDocument.Parse(permissions);
        _answers[Opaque] = Claims().Append(new("permissions", said.RootElement)).ToDictionary();
        var beside = Identity.Token();
        _answers[beside] = new { active = true, permissions = said.RootElement };
        Assert.Equal(status, await _host.StatusAsync(Identity.Signed(member)));
        Assert.Equal(status, await _host.StatusAsync(Opaque));
        Assert.Equal(status, await _host.StatusAsync(beside));
    }

    [Theory]
    [InlineData("""["agents:read"]""", """["agents:write"]""", 403), InlineData("""["agents:read"]""", "[]", 403)]
    [InlineData("[]", """["agents:read"]""", 403), InlineData("""["agents:read","tenant:read"]""", """["agents:read"]""", 200)]
    public async Task A_token_has_the_permissions_that_both_give(string own, string said, int status)
    {
        var token = Identity.Signed($"\"permissions\":{own}");
        _answers[token] = new { active = true, permissions = JsonSerializer.Deserialize<string[]>(said) };
        Assert.Equal(status, await _host.StatusAsync(token));
    }

    [Theory]
    [InlineData("""{"active":true,"aud":"other"}""", 401), InlineData("""{"active":true,"aud":[]}""", 401)]
    [InlineData("""{"active":true,"iss":"https://other.example"}""", 401), InlineData("""{"active":true,"iss":["x"]}""", 401)]
    [InlineData("""{"active":true,"aud":["other","agent-management-api"]}""", 200)]
    public async Task A_token_that_is_said_to_be_for_others_or_of_others_is_refused(string answer, int status)
    {
        Identity.Faults["introspection"] = RegistryServer.Answer(200, answer);
        Assert.Equal(status, await _host.StatusAsync(Identity.Token()));
    }

    [Theory, InlineData("\"sub\":\"ann\""), InlineData("\"x\":{\"a\":1,\"a\":2}")]
    public async Task What_a_signed_token_says_twice_makes_it_useless(string member)
    {
        Assert.Equal(401, await _host.StatusAsync(Identity.Signed(member)));
        Assert.Equal(0, Identity.Asked("introspection"));
    }

    [Fact]
    public async Task Guesses_become_few_questions_and_take_nothing_from_those_who_have_a_token()
    {
        await using var host = await IdentityHost.StartAsync(
            identity => identity.Introspect = token => token == Opaque ? OpaqueOf(identity) : new { active = token.Contains('.') },
            settings => settings with { IsRateLimited = true });
        host.Clock.Advance(SlidingWindow.Length - SlidingWindow.MinuteOf(host.Clock.GetUtcNow()).Elapsed);
        Assert.Equal(200, await host.StatusAsync(Opaque));
        for (var guess = 0; guess < CredentialGuesses.MaxOfAddress; guess++) Assert.Equal(401, await host.StatusAsync($"guess-{guess}"));
        var asked = host.Identity.Asked("introspection");
        Assert.Equal(429, await host.StatusAsync("another"));
        Assert.Equal(asked, host.Identity.Asked("introspection"));
        Assert.Equal(200, await host.StatusAsync(host.Identity.Token()));
        // What is known of it is old by now, so that it is asked about anew.
        host.Clock.Advance(Introspection.FreshTime);
        Assert.Equal((200, 429), (await host.StatusAsync(Opaque), await host.StatusAsync("third")));
    }

    [Fact]
    public async Task A_gateway_that_starts_knows_what_another_was_told_of_a_token_and_no_token_is_in_Redis()
    {
        await using var identity = await IdentityServer.StartAsync();
        var (cluster, tenant) = ($"test-{Guid.NewGuid():n}"[..20], Gateway.NewTenant());
        identity.Introspect = token => token.Contains('.') ? new { active = true } : OpaqueOf(identity, tenant);
        var signed = identity.Token(change: claims => claims["tenant_id"] = tenant);
        await using (var one = await StartAsync())
        {
            Assert.Equal((200, 200), (await StatusAsync(one, Opaque), await StatusAsync(one, signed)));
        }
        Assert.Equal(2, identity.Asked("introspection"));
        using var redis = await ConnectionMultiplexer.ConnectAsync(RedisAddress.ToOptions(TestServers.Redis));
        var kept = await redis.GetServers()[0].KeysAsync(pattern: $"*.{cluster}.introspections:*").ToListAsync();
        Assert.Equal(2, kept.Count);
        foreach (var key in kept)
        {
            var text = $"{key} {string.Join(' ', await redis.GetDatabase().HashGetAllAsync(key))}";
            Assert.DoesNotContain(Opaque, text, StringComparison.Ordinal);
            Assert.DoesNotContain(signed.Split('.')[2], text, StringComparison.Ordinal);
            Assert.DoesNotContain(Introspections.HashOf(Opaque), text, StringComparison.Ordinal);
        }
        await using (var two = await StartAsync())
        {
            Assert.Equal((200, 200), (await StatusAsync(two, Opaque), await StatusAsync(two, signed)));
            Assert.Equal(2, identity.Asked("introspection"));
            // A revocation wins over what another gateway was told before it.
            await Await.Until(
                async () =>
                {
                    await redis.GetSubscriber().PublishAsync(
                        new RedisChannel($"identity.notifications.{tenant}", RedisChannel.PatternMode.Literal),
                        """{"event":"user_revoked","data":{"subject":"ann"}}""");
                    return await StatusAsync(two, Opaque) == 401;
                },
                "the revocation is heard");
            Assert.True(identity.Asked("introspection") > 2);
        }

        Task<ServiceHost> StartAsync() => ServiceHost.StartAsync(
            change: settings => settings with
            {
                IdentityServiceUrl = identity.Address,
                ServiceToken = IdentityHost.ServiceToken,
                SecretKey = ServiceHost.SecretKey,
                RedisUri = TestServers.Redis,
                ClusterId = cluster,
            },
            configure: services => services.AddSingleton<TimeProvider>(new UnhurriedClock()));

        static async Task<int> StatusAsync(ServiceHost service, string token)
        {
            using var client = service.CreateAnonymousClient();
            client.DefaultRequestHeaders.Authorization = new("Bearer", token);
            return (int)(await client.GetAsync(Api.Agents)).StatusCode;
        }
    }

    private static object OpaqueOf(IdentityServer identity, string tenant = "acme") => new
    {
        active = true, sub = "ann", tenant_id = tenant, role = "admin", aud = "agent-management-api", iss = identity.Issuer,
        exp = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds(),
    };

    private Dictionary<string, object> Claims() => new()
    {
        ["active"] = true, ["sub"] = "ann", ["tenant_id"] = "acme", ["role"] = "admin", ["aud"] = new[] { "agent-management-api", "other" },
        ["iss"] = Identity.Issuer, ["exp"] = _host.Clock.GetUtcNow().AddMinutes(10).ToUnixTimeSeconds(),
    };
}
