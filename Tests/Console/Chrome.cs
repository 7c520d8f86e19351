using Microsoft.Playwright;

namespace AgentManagement.Tests.WebConsole;

/// <summary>One service and one browser for all tests of a collection; each test has a tenant and a window of its own.</summary>
public sealed class Chrome : IAsyncLifetime
{
    private static readonly string[] Programs =
        ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    private readonly Dictionary<(bool IsDark, string Language), IPage> _first = [];
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    internal ServiceHost Service { get; private set; } = null!;

    /// <summary>Where pictures of the pages are left.</summary>
    public static string Pictures { get; } = Path.Combine(Deployment.Repository.Root, "artifacts", "console");

    public async ValueTask InitializeAsync()
    {
        Service = await ServiceHost.StartAsync(change: settings => settings with { MaxAgentsPerTenant = 20_000 });
        if (Find() is not { } program) return;
        // Its own browsers are not asked for: Debian's is there.
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = program,
            Args = ["--no-sandbox", "--disable-dev-shm-usage", "--force-color-profile=srgb", "--process-per-site"],
        });
        Directory.CreateDirectory(Pictures);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
        await Service.DisposeAsync();
    }

    /// <summary>A window in which nobody has signed in yet. Skips the test where there is no browser.</summary>
    internal async Task<Window> OpenAsync(
        bool isDark = false, string language = "en", int width = 1280, int height = 800, Uri? address = null, Uri? identity = null)
    {
        Assert.SkipWhen(_browser is null, "There is no Chromium.");
        if (!_first.TryGetValue((isDark, language), out var first))
        {
            // It stays open: others then start in its process, where WebAssembly is compiled already, which is most of a start.
            _first.Add((isDark, language), first = await (await CreateProfileAsync(isDark, language)).NewPageAsync());
            await first.GotoAsync(new Uri(Service.Address, "/console/agents").ToString());
        }
        // What windows before it have left.
        await first.Context.SetOfflineAsync(false);
        await first.EvaluateAsync("localStorage.clear()");
        return await Window.OpenAsync(first.Context, Service, address ?? Service.Address, identity, width, height);
    }

    /// <summary>What a browser keeps of one person, new. Windows that look alike share one.</summary>
    internal async Task<IBrowserContext> CreateProfileAsync(bool isDark = false, string language = "en")
    {
        var profile = await _browser!.NewContextAsync(new()
        {
            ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light, Locale = language, ReducedMotion = ReducedMotion.Reduce,
            Permissions = ["clipboard-read", "clipboard-write"],
        });
        // As long as anything else here: the machine may have much else to do.
        profile.SetDefaultTimeout(60_000);
        return profile;
    }

    private static string? Find() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => Programs.Select(program => Path.Combine(folder, program))).FirstOrDefault(File.Exists);
}

[CollectionDefinition]
public sealed class ConsoleTests : ICollectionFixture<Chrome>;

/// <summary>As many again, at the same time.</summary>
[CollectionDefinition]
public sealed class MoreConsoleTests : ICollectionFixture<Chrome>;
