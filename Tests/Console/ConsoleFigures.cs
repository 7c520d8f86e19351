using System.Diagnostics;
using System.Text;
using AgentManagement.Tests.WebGateway;
using AgentManagement.WebGateway.WebConsole;
using Microsoft.Extensions.FileProviders;
using Microsoft.Playwright;

namespace AgentManagement.Tests.WebConsole;

/// <summary>
/// How long people wait, beside an empty page of the same framework, in one run and by turns: <c>docs/console.md</c> has what came out.
/// The empty page is that of the SDK's own template: <c>dotnet new blazorwasm --empty</c>, published, with <c>/console/</c> as the base of
/// its <c>index.html</c>.
/// </summary>
[Collection(typeof(ConsoleTests))]
public sealed class ConsoleFigures(Chrome chrome, ITestOutputHelper output)
{
    /// <summary>Names the folder <c>wwwroot</c> of the empty page.</summary>
    private const string EmptyPage = "AGENT_MANAGEMENT_EMPTY_PAGE";

    private const int Rounds = 7;
    private readonly string _tenant = Gateway.NewTenant();

    [Fact(Explicit = true)]
    public async Task Starts()
    {
        Assert.True(PublishedConsole.IsThere, "The console was not published since it was built: ./test does.");
        var folder = Environment.GetEnvironmentVariable(EmptyPage);
        Assert.SkipWhen(folder is null, $"{EmptyPage} does not say where the empty page was published.");
        var empty = new ConsoleFiles(new PhysicalFileProvider(Path.GetFullPath(folder!)));
        await using var emptyService = await ServiceHost.StartAsync(configure: services => services.AddSingleton(empty));
        var console = new Start(chrome.Service.Address, "Sign in with a token or an API key");
        var page = new Start(emptyService.Address, "Hello, world!");
        for (var round = 0; round < Rounds; round++)
        {
            await console.MeasureAsync(chrome);
            await page.MeasureAsync(chrome);
        }
        Report("cold start", console.Cold, page.Cold);
        Report("warm start", console.Warm, page.Warm);
    }

    [Fact(Explicit = true)]
    public async Task Lists_and_comparisons()
    {
        var client = chrome.Service.CreateClient(_tenant, "admin");
        var lines = new StringBuilder();
        for (var number = 1; number <= 10_000; number++)
        {
            lines.Append($"{{\"id\":\"agent-{number:00000}\",\"name\":\"Agent {number:00000}\",")
                .Append("\"type\":\"conversational\",\"config\":{}}\n");
        }
        var task = await (await client.SendAsync("POST", Api.Import, lines.ToString())).ShouldBeAsync(202);
        var import = $"{Api.Tasks}/{task.GetProperty("id")}";
        await Await.Until(async () => (await client.GetAsync(import, 200)).Text("status") == "completed", "all are imported");
        foreach (var word in (string[])["one", "two"])
        {
            // Lines of 50 characters, of which every tenth differs.
            var prompt = string.Concat(Enumerable.Range(0, 2_000).Select(
                line => $"{$"Line {line:0000}, which is {(line % 10 == 0 ? word : "the same")}.",-49}\n"));
            var body = new JsonObject { ["config"] = new JsonObject { ["instructions"] = new JsonObject { ["template"] = prompt } } };
            await (await client.SendAsync("PATCH", $"{Api.Agents}/agent-00001", body.ToJsonString())).ShouldBeAsync(200);
        }
        await using var window = await chrome.OpenAsync();
        await window.SignInAsync(_tenant, page: "tasks");
        List<double> list = [], compare = [];
        for (var round = 0; round < Rounds; round++)
        {
            list.Add(await AfterAsync(window, "agents", "/api/v1/agents?", window.Link("Agent 00001")));
            compare.Add(await AfterAsync(
                window, "agents/agent-00001/compare?from=2&to=3", "/versions/2/diff/3", window.Page.Locator(".diff tbody tr").First));
            await window.GoAsync("tasks");
        }
        Report("list of 10,000: first row after the API's answer", list);
        Report("difference of 2 x 100,000 characters: first line after the API's answer", compare);
    }

    /// <summary>Milliseconds from the API's answer to what a person sees of it.</summary>
    private static async Task<double> AfterAsync(Window window, string page, string asked, ILocator seen)
    {
        var clock = new Stopwatch();
        var answered = window.Page.WaitForResponseAsync(answer => answer.Url.Contains(asked, StringComparison.Ordinal));
        await window.Page.EvaluateAsync("page => Blazor.navigateTo(page)", page);
        await answered;
        clock.Start();
        await window.SeeAsync(seen);
        return clock.Elapsed.TotalMilliseconds;
    }

    private void Report(string what, List<double> times, List<double>? beside = null)
    {
        var median = Median(times);
        output.WriteLine($"{what}: {median:0} ms{(beside is null ? "" : $", {median / Median(beside):0.00} of an empty page")}");
    }

    private static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);

    /// <summary>A start of a page, in a profile that has nothing yet, and again.</summary>
    private sealed class Start(Uri service, string seen)
    {
        public List<double> Cold { get; } = [];

        public List<double> Warm { get; } = [];

        public async Task MeasureAsync(Chrome chrome)
        {
            await using var profile = await chrome.CreateProfileAsync();
            var page = await profile.NewPageAsync();
            var clock = Stopwatch.StartNew();
            await page.GotoAsync(new Uri(service, "/console/").ToString());
            await page.GetByText(seen).First.WaitForAsync();
            Cold.Add(clock.Elapsed.TotalMilliseconds);
            clock.Restart();
            await page.ReloadAsync();
            await page.GetByText(seen).First.WaitForAsync();
            Warm.Add(clock.Elapsed.TotalMilliseconds);
        }
    }
}
