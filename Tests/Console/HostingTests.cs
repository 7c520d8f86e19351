using System.Net;
using System.Text.RegularExpressions;
using AgentManagement.WebGateway.WebConsole;
using Microsoft.Extensions.FileProviders;

namespace AgentManagement.Tests.WebConsole;

/// <summary>How the console's files are served.</summary>
[Collection(typeof(ConsoleTests))]
public sealed partial class HostingTests(Chrome chrome) : IDisposable
{
    private readonly HttpClient _http = new(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = chrome.Service.Address };

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task The_root_leads_to_the_console()
    {
        var answer = await _http.GetAsync("/");
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal("/console/agents", answer.Headers.Location?.ToString());
    }

    [Theory, InlineData("/console"), InlineData("/console/agents/support-bot/versions/7"), InlineData("/console/index.html")]
    public async Task Every_page_is_the_one_that_starts_the_console_and_is_asked_for_each_time(string path)
    {
        var answer = await _http.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("no-cache", answer.Headers.CacheControl?.ToString());
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("'wasm-unsafe-eval'", policy, StringComparison.Ordinal);
        var scripts = policy[policy.IndexOf("script-src", StringComparison.Ordinal)..];
        Assert.DoesNotContain("'unsafe-inline'", scripts, StringComparison.Ordinal);
        Assert.DoesNotContain("'unsafe-eval'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_has_its_hash_in_its_name_is_kept_for_ever_and_everything_else_asked_for_each_time()
    {
        var page = await _http.GetStringAsync("/console/");
        var start = StartScript().Match(page).Value;
        Assert.NotEmpty(start);
        var hashed = await _http.GetAsync($"/console/{start}");
        Assert.Equal("public, max-age=31536000, immutable", hashed.Headers.CacheControl?.ToString());
        Assert.Equal("text/javascript", hashed.Content.Headers.ContentType?.MediaType);
        var named = await _http.GetAsync("/console/console.css");
        Assert.Equal("no-cache", named.Headers.CacheControl?.ToString());
        Assert.NotNull(named.Headers.ETag);
    }

    [Theory, InlineData("/console/nothing.js"), InlineData("/console/_framework/nothing.wasm"), InlineData("/console/settings.yaml")]
    public async Task A_file_that_is_not_there_is_missing(string path) =>
        Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync(path)).StatusCode);

    [Fact]
    public void What_a_browser_fetches_first_is_at_most_4_MB()
    {
        Assert.SkipUnless(PublishedConsole.IsThere, "The console was not published since it was built: ./test does.");
        var files = new DirectoryInfo(PublishedConsole.Folder).EnumerateFiles("*.br", SearchOption.AllDirectories).ToList();
        Assert.Contains(files, file => file.Name.StartsWith("dotnet.native.", StringComparison.Ordinal));
        Assert.InRange(files.Sum(file => file.Length), 1, 4 * 1024 * 1024);
    }

    [Fact]
    public async Task Pages_of_the_API_keep_their_own_policy() =>
        Assert.Equal("default-src 'none'; frame-ancestors 'none'", (await chrome.Service.CreateClient().GetAsync("/api/v1/agents"))
            .Headers.GetValues("Content-Security-Policy").Single());

    [GeneratedRegex(@"_framework/blazor\.webassembly\.[a-z0-9]{10}\.js")]
    private static partial Regex StartScript();
}

/// <summary>What publishing makes: each file with two that are compressed beside it.</summary>
public sealed class PublishedFilesTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("console");
    private ServiceHost _service = null!;

    public async ValueTask InitializeAsync()
    {
        foreach (var (name, text) in new[] { ("index.html", "page"), ("a.css", "plain"), ("a.css.br", "smallest"), ("a.css.gz", "small"),
            ("b.css", "plain"), ("b.0123456789.js", "plain"), ("b.0123456789.js.br", "smallest") })
        {
            await File.WriteAllTextAsync(Path.Combine(_folder.FullName, name), text);
        }
        var files = new ConsoleFiles(new PhysicalFileProvider(_folder.FullName));
        _service = await ServiceHost.StartAsync(configure: services => services.AddSingleton(files));
    }

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("a.css", "gzip, deflate, br", "br", "smallest", "no-cache")]
    [InlineData("a.css", "gzip", "gzip", "small", "no-cache")]
    [InlineData("a.css", "identity", null, "plain", "no-cache")]
    [InlineData("b.css", "gzip, br", null, "plain", "no-cache")]
    [InlineData("b.0123456789.js", "br", "br", "smallest", "public, max-age=31536000, immutable")]
    public async Task A_file_is_sent_as_small_as_the_browser_takes_it(
        string name, string accepted, string? coding, string text, string cache)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/console/{name}");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", accepted);
        var answer = await _service.CreateAnonymousClient().SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(coding, answer.Content.Headers.ContentEncoding.SingleOrDefault());
        Assert.Equal(text, await answer.Content.ReadAsStringAsync());
        Assert.Equal(cache, answer.Headers.CacheControl?.ToString());
        var type = name.EndsWith(".js", StringComparison.Ordinal) ? "text/javascript" : "text/css";
        Assert.Equal(type, answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("Accept-Encoding", answer.Headers.Vary.Single());
    }
}
