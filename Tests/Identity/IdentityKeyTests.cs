using AgentManagement.Tests.Tools;
using AgentManagement.Tests.WebGateway;
using AgentManagement.WebGateway.Identity;
using Microsoft.AspNetCore.Http;

namespace AgentManagement.Tests.Identity;

/// <summary>Keys that come and go, and an Identity Service that does not answer as it should.</summary>
[Collection(nameof(AgentManagement.Tests.Identity))]
public sealed class IdentityKeyTests(SharedIdentityHost shared) : IAsyncLifetime
{
    private readonly IdentityHost _host = shared.Host;

    private IdentityServer Identity => _host.Identity;

    public async ValueTask InitializeAsync() => await _host.StartOverAsync();

    public ValueTask DisposeAsync() => default;

    [Fact]
    public async Task A_new_key_is_known_at_once()
    {
        Assert.Equal(200, await _host.StatusAsync(Identity.Token()));
        var key = IdentityServer.NewRsaKey("new");
        Identity.Keys.Add(key);
        _host.Clock.Advance(IdentityKeys.MinInterval);
        Assert.Equal(200, await _host.StatusAsync(Identity.Token(key)));
        Assert.Equal(200, await _host.StatusAsync(Identity.Token()));
    }

    [Fact]
    public async Task A_withdrawn_key_works_no_longer_than_keys_are_fresh()
    {
        var token = Identity.Token();
        Assert.Equal(200, await _host.StatusAsync(token));
        Identity.Keys[0] = IdentityServer.NewRsaKey("next");
        Assert.Equal(200, await _host.StatusAsync(token));
        _host.Clock.Advance(IdentityKeys.FreshTime);
        Assert.Equal((401, 200), (await _host.StatusAsync(token), await _host.StatusAsync(Identity.Token())));
    }

    [Fact]
    public async Task Made_up_keys_are_not_made_requests_of()
    {
        var gate = new TaskCompletionSource();
        Assert.Equal(200, await _host.StatusAsync(Identity.Token()));
        List<string> tokens = [.. Enumerable.Range(0, 50)
            .Select(number => Identity.Token(IdentityServer.NewCurveKey($"made-up-{number}")))];
        // So that no pause ends while they are sent.
        Identity.Faults["keys"] = async (_, http) =>
        {
            await gate.Task;
            await http.Response.WriteAsJsonAsync(new { keys = Identity.Keys.Select(IdentityServer.ToPublic) });
        };
        _host.Clock.Advance(IdentityKeys.MinInterval);
        var asking = tokens.ConvertAll(_host.StatusAsync);
        await Await.Until(() => Identity.Asked("keys") == 2, "the keys are asked for");
        gate.SetResult();
        var statuses = await Task.WhenAll(asking);
        Assert.All(statuses, status => Assert.Equal(401, status));
        Assert.Equal((2, 2), (Identity.Asked("discovery"), Identity.Asked("keys")));
    }

    [Fact]
    public async Task Those_who_come_at_once_ask_once()
    {
        var token = Identity.Token();
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _host.StatusAsync(token))), status => Assert.Equal(200, status));
        Assert.Equal((1, 1), (Identity.Asked("discovery"), Identity.Asked("keys")));
    }

    [Theory, InlineData("hang up"), InlineData("500"), InlineData("silence"), InlineData("garbage"), InlineData("an empty object")]
    [InlineData("an array"), InlineData("50 MB"), InlineData("50 MB without length"), InlineData("a byte at a time")]
    public async Task Without_keys_nothing_is_decided(string fault)
    {
        _host.Clock.IsHasty = true;
        Identity.FailWith(FaultOf(fault));
        await ShouldBeUnavailableAsync(Identity.Token());
        Identity.Faults.Clear();
        _host.Clock.IsHasty = false;
        _host.Clock.Advance(IdentityKeys.MinInterval);
        Assert.Equal(200, await _host.StatusAsync(Identity.Token()));
    }

    [Theory, InlineData("discovery"), InlineData("keys")]
    public async Task Another_host_is_not_followed_to(string what)
    {
        await using var other = await IdentityServer.StartAsync();
        other.Keys[0] = Identity.Keys[0];
        Identity.Faults[what] = (_, http) =>
        {
            http.Response.Redirect(
                $"{other.Issuer}/{(what == "keys" ? "keys" : ".well-known/openid-configuration")}", permanent: false, preserveMethod: true);
            return Task.CompletedTask;
        };
        await ShouldBeUnavailableAsync(Identity.Token());
        Assert.Empty(other.Requests);
    }

    [Theory, InlineData("issuer", ""), InlineData("jwks_uri", "/keys"), InlineData("introspection_endpoint", "/introspect")]
    public async Task Another_host_is_not_believed_in(string member, string path)
    {
        await using var other = await IdentityServer.StartAsync();
        other.Keys[0] = Identity.Keys[0];
        other.Introspect = _ => new { active = true };
        Identity.Discovery[member] = $"{other.Issuer}{path}";
        await ShouldBeUnavailableAsync(Identity.Token());
        await ShouldBeUnavailableAsync(Identity.Token(issuer: other.Issuer));
        Assert.Empty(other.Requests);
    }

    [Theory, InlineData("https"), InlineData("user"), InlineData("file"), InlineData("relative"), InlineData("none")]
    public async Task An_address_of_keys_is_one_of_the_configured_host(string kind)
    {
        Identity.Discovery["jwks_uri"] = kind switch
        {
            "https" => $"{Identity.Issuer}/keys".Replace("http://", "https://", StringComparison.Ordinal),
            "user" => $"{Identity.Issuer}/keys".Replace("http://", "http://identity@", StringComparison.Ordinal),
            "file" => "file:///etc/passwd",
            "relative" => "/realms/main/keys",
            _ => null,
        };
        await ShouldBeUnavailableAsync(Identity.Token());
    }

    [Fact]
    public async Task Known_keys_go_on_for_a_while_when_the_service_is_gone_and_unknown_ones_are_not_decided_about()
    {
        var token = Identity.Token();
        Assert.Equal(200, await _host.StatusAsync(token));
        Identity.FailWith(RegistryServer.HangUp);
        _host.Clock.Advance(IdentityKeys.FreshTime);
        Assert.Equal(200, await _host.StatusAsync(token));
        await ShouldBeUnavailableAsync(Identity.Token(IdentityServer.NewRsaKey("perhaps-new")));
        Assert.Equal(401, await _host.StatusAsync(Identity.Token(IdentityServer.NewRsaKey("first"))));
        _host.Clock.Advance(IdentityKeys.UsableTime - IdentityKeys.FreshTime);
        await ShouldBeUnavailableAsync(token);
    }

    [Fact]
    public async Task What_needs_no_token_goes_on_without_the_service()
    {
        Identity.FailWith(RegistryServer.HangUp);
        using var client = _host.Client(Identity.Token());
        await client.GetAsync("/health/live", 200);
        using var anonymous = _host.Client("");
        await (await anonymous.GetAsync(Api.Agents)).ShouldBeProblemAsync(401, "unauthenticated");
    }

    private static Func<RegistryServer, HttpContext, Task> FaultOf(string fault) => fault switch
    {
        "hang up" => RegistryServer.HangUp,
        "500" => RegistryServer.Answer(500, "{}"),
        "silence" => RegistryServer.Silence,
        "a byte at a time" => RegistryServer.Trickle,
        "garbage" => RegistryServer.Answer(200, "<html>"),
        "an empty object" => RegistryServer.Answer(200, "{}"),
        "an array" => RegistryServer.Answer(200, "[]"),
        "50 MB" => Large(saysLength: true),
        _ => Large(saysLength: false),
    };

    // Right to the end, but for its size.
    private static Func<RegistryServer, HttpContext, Task> Large(bool saysLength) => async (_, http) =>
    {
        const int Bytes = 50_000_000;
        if (saysLength) http.Response.ContentLength = Bytes;
        var chunk = new byte[50_000];
        chunk.AsSpan().Fill((byte)' ');
        for (var sent = 0; sent < Bytes; sent += chunk.Length) await http.Response.Body.WriteAsync(chunk, http.RequestAborted);
    };

    private async Task ShouldBeUnavailableAsync(string token)
    {
        using var client = _host.Client(token);
        var response = await client.GetAsync(Api.Agents);
        await response.ShouldBeProblemAsync(503, "identity_unavailable");
        Assert.NotNull(response.Headers.RetryAfter);
    }
}
