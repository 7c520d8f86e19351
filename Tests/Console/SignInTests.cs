using System.Collections.Concurrent;
using AgentManagement.Tests.Identity;
using AgentManagement.Tests.WebGateway;
using AgentManagement.WebGateway.Access;
using Microsoft.Playwright;

namespace AgentManagement.Tests.WebConsole;

/// <summary>Signing in at an Identity Service: OpenID Connect, in a browser.</summary>
[Collection(typeof(MoreConsoleTests))]
public sealed class SignInTests : IClassFixture<SignInTests.Shared>
{
    private readonly string _tenant = Gateway.NewTenant();
    private readonly Chrome _chrome;
    private readonly IdentityHost _host;

    public SignInTests(Chrome chrome, Shared shared)
    {
        (_chrome, _host) = (chrome, shared.Host);
        _host.Identity.StartOver();
        SignIns.Claims = claims => claims["tenant_id"] = _tenant;
    }

    private IdentitySignIns SignIns => _host.Identity.SignIns;

    [Theory, InlineData(true), InlineData(false)]
    public async Task Somebody_signs_in_and_is_back_on_the_page_and_nothing_of_it_is_anywhere_else(bool usesFragments)
    {
        SignIns.UsesFragments = usesFragments;
        await using var window = await OpenAsync();
        var asked = new ConcurrentQueue<(string Address, string Referer, string Body)>();
        window.Page.Request += (_, request) =>
            asked.Enqueue((request.Url, request.Headers.GetValueOrDefault("referer", ""), request.PostData ?? ""));
        await window.GotoAsync("audit?kind=agent_created");
        await window.SeeAsync(window.Button("Sign in"));
        await window.PictureAsync("sign-in");
        await window.ShouldBeAccessibleAsync();
        await SignInAsync(window);
        await window.SeeAsync(window.Page.GetByText("ann", new() { Exact = true }));
        Assert.EndsWith("/console/audit?kind=agent_created", window.Page.Url, StringComparison.Ordinal);
        Assert.Empty(SignIns.Refused);
        // What was given is kept nowhere, and shown to nobody whom it does not concern.
        var kept = await window.Page.EvaluateAsync<string>("JSON.stringify([{ ...sessionStorage }, { ...localStorage }, document.cookie])");
        Assert.All(SignIns.Given, secret => Assert.DoesNotContain(secret, kept, StringComparison.Ordinal));
        var service = _host.Service.Address.Authority;
        var leaks = asked.Where(request => SignIns.Given.Any(secret => request.Referer.Contains(secret, StringComparison.Ordinal)
            || (new Uri(request.Address) is { Fragment: "" } address && address.Authority == service
                && (address.AbsolutePath != "/console/" || usesFragments) && request.Address.Contains(secret, StringComparison.Ordinal))));
        Assert.Empty(leaks);

        // A reload signs in again without a question.
        await window.Page.ReloadAsync();
        await LiveAsync(window);
        Assert.EndsWith("/console/audit?kind=agent_created", window.Page.Url, StringComparison.Ordinal);

        await window.Button("Sign out").ClickAsync();
        await window.SeeAsync(window.Button("Sign in"));
        Assert.Equal((1, false), (SignIns.SignOuts, SignIns.KnowsThem));
        await window.Page.ReloadAsync();
        await window.SeeAsync(window.Button("Sign in"));
        Assert.Empty(SignIns.Refused);
        window.ShouldBeClean();
    }

    [Fact]
    public async Task A_reload_without_a_session_there_asks_to_sign_in()
    {
        await using var window = await OpenAsync();
        await window.GotoAsync("tasks");
        await SignInAsync(window);
        SignIns.KnowsThem = false;
        await window.Page.ReloadAsync();
        await window.SeeAsync(window.Button("Sign in"));
        Assert.EndsWith("/console/tasks", window.Page.Url, StringComparison.Ordinal);
        await window.SeeNotAsync(window.Page.GetByRole(AriaRole.Alert));
    }

    [Theory, InlineData("state"), InlineData("nonce"), InlineData("none")]
    public async Task A_sign_in_that_is_another_one_is_refused(string what)
    {
        await using var window = await OpenAsync();
        if (what == "none")
        {
            // A code of somebody else's, to have whoever follows the address be them.
            await window.GotoAsync("#code=somebody-elses-code&state=somebody-elses-state");
        }
        else
        {
            if (what == "state") SignIns.State = "another-state-that-is-as-long-as-the-right-one";
            else SignIns.Nonce = "another-nonce";
            await window.GotoAsync("agents");
            await window.Button("Sign in").ClickAsync();
            await window.Link("It is me").ClickAsync();
        }
        await window.SeeAsync(what == "nonce"
            ? "What the Identity Service answered is not for this sign-in." : "This sign-in was not begun in this tab.");
        await window.SeeAsync(window.Button("Sign in"));
        Assert.DoesNotContain("code=", window.Page.Url, StringComparison.Ordinal);
        Assert.Equal(what == "nonce", SignIns.Given.Any(secret => secret.Contains('.', StringComparison.Ordinal)));
        window.ShouldBeClean();
    }

    [Fact]
    public async Task Tokens_are_renewed_before_they_end()
    {
        SignIns.LifeSeconds = 2;
        await using var window = await OpenAsync();
        await window.GotoAsync("agents");
        await SignInAsync(window);
        await Await.Until(() => SignIns.Renewals >= 2, "tokens are renewed, and renewed again");
        await window.GoAsync("tasks");
        await window.SeeNotAsync(window.Dialog);
        Assert.Empty(SignIns.Refused);
        window.ShouldBeClean();
    }

    [Fact]
    public async Task When_tokens_are_not_renewed_the_session_has_ended_and_nothing_is_lost()
    {
        SignIns.LifeSeconds = 2;
        using var client = _host.Client(_host.Identity.Token(change: SignIns.Claims));
        await client.CreateAsync(Api.Content(text: "Help.", id: "bot"));
        await using var window = await OpenAsync();
        await window.GotoAsync("agents/bot/edit");
        await SignInAsync(window);
        await window.Field("System prompt").FillAsync("Help them all.");
        await Await.Until(
            async () => await window.Page.EvaluateAsync<string?>($"sessionStorage.getItem('draft/{_tenant}/bot')") is not null,
            "it is kept");
        (SignIns.Renews, SignIns.KnowsThem) = (false, false);
        await window.SeeAsync(window.Dialog.GetByText("Your session has ended"));
        await window.PictureAsync("session-ended");
        (SignIns.Renews, SignIns.LifeSeconds) = (true, 600);
        await window.Dialog.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await window.Link("It is me").ClickAsync();
        await window.SeeAsync("These are your edits of before; they were not saved.");
        await Assertions.Expect(window.Field("System prompt")).ToHaveValueAsync("Help them all.");
        window.ShouldBeClean();
    }

    [Fact]
    public async Task Whoever_is_let_in_no_more_is_told_so_and_has_tokens_renewed_once()
    {
        await using var window = await OpenAsync();
        await window.GotoAsync("agents");
        await SignInAsync(window);
        _host.Service.Services.GetRequiredService<RevokedTokens>().AddSubject(_tenant, "ann");
        await window.SeeAsync(window.Dialog.GetByText("Your session has ended"));
        Assert.Equal(1, SignIns.Renewals);
    }

    [Fact]
    public async Task What_the_service_does_not_take_signs_nobody_in()
    {
        SignIns.Claims = claims => claims["tenant_id"] = "no tenant";
        await using var window = await OpenAsync();
        await window.GotoAsync("agents");
        await window.Button("Sign in").ClickAsync();
        await window.Link("It is me").ClickAsync();
        await window.SeeAsync("The service does not take what the Identity Service gave.");
        await window.SeeAsync(window.Button("Sign in"));
    }

    [Theory, InlineData("authorization_endpoint"), InlineData("token_endpoint"), InlineData("end_session_endpoint")]
    public async Task An_address_of_another_host_is_not_gone_to(string endpoint)
    {
        _host.Identity.Discovery[endpoint] = "http://elsewhere.example/it";
        await using var window = await OpenAsync();
        await window.GotoAsync("agents");
        await window.Button("Sign in").ClickAsync();
        await window.SeeAsync("What the Identity Service answered is not for this sign-in.");
        window.ShouldBeClean();
    }

    [Fact]
    public async Task The_page_may_ask_the_service_and_the_Identity_Service_and_nobody_else()
    {
        using var http = _host.Service.CreateAnonymousClient();
        var answer = await http.GetAsync("/console/agents");
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains($"connect-src 'self' http://{_host.Identity.Address.Authority};", policy, StringComparison.Ordinal);
        Assert.Equal(2, policy.Split("http").Length);
        Assert.Equal("default-src 'none'; frame-ancestors 'none'", (await http.GetAsync("/console/settings.json"))
            .Headers.GetValues("Content-Security-Policy").Single());
    }

    private Task<Window> OpenAsync() => _chrome.OpenAsync(address: _host.Service.Address, identity: _host.Identity.Address);

    private static async Task SignInAsync(Window window)
    {
        await window.Button("Sign in").ClickAsync();
        await window.Link("It is me").ClickAsync();
        await LiveAsync(window);
    }

    private static Task LiveAsync(Window window) => window.SeeAsync(window.Page.GetByText("Live", new() { Exact = true }));

    /// <summary>An Identity Service that signs people in, and a service that lets it, for all tests of the class.</summary>
    public sealed class Shared : IAsyncLifetime
    {
        internal IdentityHost Host { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Host = await IdentityHost.StartAsync(change: settings => settings with { ConsoleClientId = IdentitySignIns.ClientId });
            Host.Identity.SignIns.RedirectAddress = new Uri(Host.Service.Address, "/console/").ToString();
        }

        public ValueTask DisposeAsync() => Host.DisposeAsync();
    }
}
