using AgentManagement.WebGateway.Access;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace AgentManagement.Tests.WebConsole;

/// <summary>A window of the browser, as somebody looks at it: found is what a person sees, and what goes wrong is kept.</summary>
internal sealed class Window : IAsyncDisposable
{
    // Of what is right and of what cannot be told, which are most of a page, one item each is described: nobody reads them.
    private static readonly AxeRunOptions OnlyViolations = new() { ResultTypes = new HashSet<ResultType> { ResultType.Violations } };

    private readonly ServiceHost _service;
    private readonly Uri _address;
    private readonly List<string> _errors = [];
    private readonly List<string> _foreign = [];

    // As long as anything else: the machine may have much else to do.
    private readonly float _timeout = 60_000;

    private Window(IPage page, ServiceHost service, Uri address) => (Page, _service, _address) = (page, service, address);

    public IPage Page { get; }

    /// <summary>What the browser complained of.</summary>
    public IReadOnlyList<string> Errors => _errors;

    public static async Task<Window> OpenAsync(
        IBrowserContext profile, ServiceHost service, Uri address, Uri? identity, int width, int height)
    {
        var window = new Window(await profile.NewPageAsync(), service, address);
        await window.Page.SetViewportSizeAsync(width, height);
        window.Page.Console += (_, message) =>
        {
            // That a request was refused, or its connection lost, is what some tests are about, and the page says it.
            if (message.Type == "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
            {
                window._errors.Add(message.Text);
            }
        };
        window.Page.PageError += (_, error) => window._errors.Add(error);
        window.Page.Request += (_, request) =>
        {
            if (new Uri(request.Url) is { Scheme: "http" or "https" } asked && asked.Authority != address.Authority
                && asked.Authority != identity?.Authority)
            {
                window._foreign.Add(request.Url);
            }
        };
        return window;
    }

    /// <summary>Signs in with a token, as whoever.</summary>
    public async Task SignInAsync(
        string tenant, string role = "admin", string subject = "ana", string page = "agents", string language = "en")
    {
        await GotoAsync(page);
        await SignInAgainAsync(tenant, role, subject, language);
    }

    /// <summary>Signs in on the page that is shown.</summary>
    public async Task SignInAgainAsync(string tenant, string role = "admin", string subject = "ana", string language = "en")
    {
        var isSpanish = language == "es";
        var (token, _) = _service.Services.GetRequiredService<TokenIssuer>().Issue(tenant, role, "enterprise", subject);
        await Page.GetByText(isSpanish ? "Entrar con un token" : "Sign in with a token or an API key").ClickAsync();
        await Page.GetByLabel("Token", new() { Exact = true }).FillAsync(token);
        await Button(isSpanish ? "Entrar con él" : "Sign in with it").ClickAsync();
        var live = Page.GetByText(isSpanish ? "En vivo" : "Live", new() { Exact = true });
        await Assertions.Expect(live).ToBeVisibleAsync(new() { Timeout = _timeout });
    }

    /// <summary>Goes to a page, as by its address: the console starts anew.</summary>
    public Task GotoAsync(string page) => Page.GotoAsync(new Uri(_address, $"/console/{page}").ToString());

    /// <summary>Goes to another page, as by a link: the sign-in stays.</summary>
    public async Task GoAsync(string page)
    {
        await Page.EvaluateAsync("page => Blazor.navigateTo(page)", page);
        await SeeAsync(Page.Locator("h1"));
    }

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public ILocator Link(string name) => Page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true });

    public ILocator Field(string label) => Page.GetByLabel(label, new() { Exact = true });

    public ILocator Dialog => Page.GetByRole(AriaRole.Dialog);

    public Task SeeAsync(string text) => Assertions.Expect(Page.GetByText(text).First).ToBeVisibleAsync(new() { Timeout = _timeout });

    public Task SeeAsync(ILocator what) => Assertions.Expect(what).ToBeVisibleAsync(new() { Timeout = _timeout });

    public Task SeeNotAsync(ILocator what) => Assertions.Expect(what).ToHaveCountAsync(0, new() { Timeout = _timeout });

    /// <summary>Leaves a picture of what is seen.</summary>
    public Task PictureAsync(string name) =>
        Page.ScreenshotAsync(new() { Path = Path.Combine(Chrome.Pictures, $"{name}.png"), Animations = ScreenshotAnimations.Disabled });

    /// <summary>Nobody is kept from using the page by how it is made.</summary>
    public async Task ShouldBeAccessibleAsync()
    {
        // What is half faded in has the contrast of no colour.
        await Page.WaitForFunctionAsync(
            "() => document.getAnimations().every(each => each.playState !== 'running' || each.effect.getTiming().iterations === Infinity)",
            null, new() { Timeout = _timeout });
        var barriers = await FindBarriersAsync();
        if (barriers.Any(barrier => barrier.Contains("mud-snackbar", StringComparison.Ordinal)))
        {
            // It began to fade out while it was looked at.
            await SeeNotAsync(Page.Locator(".mud-snackbar"));
            barriers = await FindBarriersAsync();
        }
        Assert.Empty(barriers);
    }

    private async Task<IReadOnlyList<string>> FindBarriersAsync() =>
    [
        .. (await Page.RunAxe(OnlyViolations)).Violations.Where(violation => violation.Impact is "serious" or "critical")
            .Select(violation => $"{violation.Id}: {string.Join("; ", violation.Nodes.Take(3).Select(node => node.Html))}"),
    ];

    /// <summary>The browser complained of nothing, and asked nobody but the service.</summary>
    public void ShouldBeClean()
    {
        Assert.Empty(_errors);
        Assert.Empty(_foreign);
    }

    public ValueTask DisposeAsync() => new(Page.CloseAsync());
}
