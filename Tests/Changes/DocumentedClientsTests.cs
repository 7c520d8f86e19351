using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using AgentManagement.Changes;
using AgentManagement.ClusterClient.Hosting;
using AgentManagement.Runtimes;
using AgentManagement.Silo.Redis;
using AgentManagement.Silo.Runtimes;
using AgentManagement.Tests.Deployment;
using AgentManagement.Tests.Tools;
using AgentManagement.Tests.WebGateway;
using AgentManagement.WebGateway.Access;
using StackExchange.Redis;

namespace AgentManagement.Tests.Changes;

public sealed class PrintedClientsTests
{
    [Theory, InlineData("csharp", "FollowStream.cs"), InlineData("js", "follow.mjs"), InlineData("python", "follow.py")]
    public void The_document_prints_what_is_tested(string language, string file) => Assert.Contains(
        $"```{language}\n{Repository.Read($"{DocumentedClientsTests.Folder}/{file}")}```", Repository.Read("docs/changes.md"),
        StringComparison.Ordinal);
}

/// <summary>The clients that docs/changes.md prints get every kind of change, each once, in order, and no notice for one.</summary>
public sealed class DocumentedClientsTests : IAsyncLifetime
{
    internal const string Folder = "samples/following";

    private readonly string _tenant = Gateway.NewTenant();
    private readonly ShiftedClock _clock = new();
    private RegistryServer _registry = null!;
    private ServiceHost _service = null!;
    private HttpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _registry = await RegistryServer.StartAsync();
        _service = await ServiceHost.StartAsync(
            change: settings => settings with { RedisUri = TestServers.Redis, ToolRegistryUrl = _registry.Address },
            configure: services => services.AddSingleton<TimeProvider>(_clock));
        _client = _service.CreateClient(_tenant, "admin");
        await ChangeEverythingAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _service.DisposeAsync();
        await _registry.DisposeAsync();
    }

    [Fact]
    public async Task In_Python_over_server_sent_events() => Assert.Equal(await LogAsync(), await RunAsync(
        "python3",
        """
        import sys
        sys.path.insert(0, sys.argv[1])
        from follow import changes
        for change in changes(sys.argv[2], lambda: sys.argv[3], 0):
            print(change["revision"], change["data"]["kind"], flush=True)
        """, "-c"));

    [Fact]
    public async Task In_JavaScript_over_a_WebSocket() => Assert.Equal(await LogAsync(), await RunAsync(
        "node",
        """
        const [folder, service, token] = process.argv.slice(1);
        if (typeof WebSocket === 'undefined') { console.log('no WebSocket'); process.exit(); }
        import(`file://${folder}/follow.mjs`).then(({ follow }) =>
          follow(service, async () => token, 0, async change => console.log(`${change.revision} ${change.data.kind}`), async () => 0));
        """, "--experimental-websocket", "-e"));

    [Fact]
    public async Task In_CSharp_over_a_Redis_stream()
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(RedisAddress.ToOptions(TestServers.Redis));
        var expected = await LogAsync();
        var told = await Await.For(Task.Run(async () =>
        {
            var told = new List<string>();
            await foreach (var (revision, text) in FollowStream.ChangesAsync(redis.GetDatabase(), _tenant, 0))
            {
                told.Add($"{revision} {JsonDocument.Parse(text).RootElement.GetProperty("data").Text("kind")}");
                if (told.Count == expected.Count) break;
            }
            return told;
        }), "all changes");
        await redis.GetDatabase().KeyDeleteAsync(RedisBridge.StreamOf(_tenant));
        Assert.Equal(expected, told);
    }

    /// <summary>Makes at least one change of each kind, and tasks, which give notices in between.</summary>
    private async Task ChangeEverythingAsync()
    {
        _registry.Add("search");
        var content = Api.Content(id: "bot").Replace(
            "\"instructions\"", "\"tools\":[{\"id\":\"search\"}],\"instructions\"", StringComparison.Ordinal);
        await DoAsync("POST", "/agents", content, 201);
        await DoAsync("PATCH", "/agents/bot", """{"description":"New."}""");
        await DoAsync("POST", "/agents/bot/clone", """{"id":"twin","name":"Twin"}""", 201);
        await DoAsync("POST", "/agents/bot/activate");
        _registry.Add("search", "retired");
        await CheckToolsAsync();
        _registry.Add("search");
        await CheckToolsAsync();
        await DoAsync("POST", "/agents/bot/deactivate");
        await DoAsync("POST", "/agents/bot/rollback", """{"toVersion":1}""");
        await DoAsync("DELETE", "/agents/twin", status: 204);
        await DoAsync("POST", "/agents/twin/restore");
        await DoAsync("DELETE", "/agents/twin", status: 204);
        await DoAsync("DELETE", "/agents/twin?purge=true", status: 204);
        const string Template = """{"name":"House","type":"rag","config":{"instructions":{"template":"Help."}}}""";
        await DoAsync("PUT", "/templates/house", Template, 201);
        await DoAsync("POST", "/templates/house/instantiate", """{"id":"made","name":"Made"}""", 201);
        await DoAsync("PUT", "/templates/house", Template.Replace("Help.", "Help more.", StringComparison.Ordinal));
        await DoAsync("POST", "/agents/made/upgrade");
        await DoAsync("DELETE", "/agents/made", status: 204);
        await DoAsync("DELETE", "/agents/made?purge=true", status: 204);
        await DoAsync("DELETE", "/templates/house", status: 204);
        using var file = new StringContent("text", Encoding.UTF8, "text/plain");
        var stored = await (await _client.PostAsync("/api/v1/files?name=notes.txt", file)).ShouldBeAsync(201);
        await DoAsync("DELETE", $"/files/{stored.Text("id")}", status: 204);
        var made = await DoAsync("POST", "/api-keys", """{"name":"k","permissions":["agents:read"]}""", 201);
        var key = made.GetProperty("apiKey").Text("id");
        await DoAsync("POST", $"/api-keys/{key}/rotate");
        await DoAsync("DELETE", $"/api-keys/{key}", status: 204);
        var hook = (await DoAsync("POST", "/webhooks", """{"url":"http://127.0.0.1:9/"}""", 201)).GetProperty("webhook").Text("id");
        await DoAsync("PATCH", $"/webhooks/{hook}", """{"disabled":true}""");
        await DoAsync("PATCH", $"/webhooks/{hook}", """{"description":"None."}""");
        await DoAsync("POST", $"/webhooks/{hook}/rotate");
        await DoAsync("DELETE", $"/webhooks/{hook}", status: 204);
        await ReleaseAsync();
        await FallSilentAsync();
        using var platform = _service.CreateClient("platform", "platform_admin");
        await (await platform.SendAsync("PUT", $"/internal/v1/tenants/{_tenant}", """{"tier":"professional"}""")).ShouldBeAsync(200);
        Assert.Empty(ChangeKind.All.Except((await LogAsync()).Select(line => line.Split(' ')[1])));
    }

    private async Task ReleaseAsync()
    {
        const string plan = """{"label":"production","items":[{"agent":"bot","version":1}]}""";
        await DoAsync("PUT", "/labels/production", """{"approvals":1}""", 201);
        using var other = _service.CreateClient(_tenant, "admin", subject: "ben");
        var rejected = await DoAsync("POST", "/releases", plan, 201);
        await DoAsync("POST", $"/releases/{rejected.Text("id")}/reject", $$"""{"planHash":"{{rejected.Text("planHash")}}"}""");
        var cancelled = await DoAsync("POST", "/releases", plan, 201);
        var changed = await DoAsync("PATCH", $"/releases/{cancelled.Text("id")}", """{"rollout":{"steps":[{"weight":10}]}}""");
        var vote = $$"""{"planHash":"{{changed.Text("planHash")}}"}""";
        await (await other.SendAsync("POST", $"/api/v1/releases/{cancelled.Text("id")}/approve", vote)).ShouldBeAsync(200);
        await DoAsync("POST", $"/releases/{cancelled.Text("id")}/cancel");
        await DoAsync("PUT", "/labels/production", "{}");
        var steps = plan[..^1] + ""","rollout":{"steps":[{"weight":10,"gate":"approval"},{"weight":20,"gate":"approval"}]}}""";
        var run = $"/releases/{(await DoAsync("POST", "/releases", steps, 201)).Text("id")}";
        foreach (var action in (string[])["start", "pause", "resume", "advance"]) await DoAsync("POST", $"{run}/{action}");
        await DoAsync("POST", $"{run}/verdicts", """{"name":"smoke","ok":true}""");
        await DoAsync("POST", $"{run}/advance");
        await DoAsync("POST", $"{run}/rollback", """{"reason":"Worse."}""");
        await DoAsync("POST", "/releases?bypass=true", plan[..^1] + ""","reason":"Fire."}""", 201);
        await DoAsync("PUT", "/labels/production", """{"checks":["tests"]}""");
        var now = DateTimeOffset.UtcNow;
        var (start, end) = (now.AddSeconds(1).ToString("O"), now.AddSeconds(12).ToString("O"));
        await DoAsync("POST", "/releases", plan[..^1] + $$""","startAt":"{{start}}","expiresAt":"{{end}}"}""", 201);
        await Await.Until(
            async () => (await LogAsync()).Any(line => line.EndsWith("release_expired", StringComparison.Ordinal)), "it has expired");
        await DoAsync("DELETE", "/labels/production?force=true", status: 204);
    }

    private async Task FallSilentAsync()
    {
        using var service = _service.CreateClient(_tenant, "service");
        await (await service.SendAsync("PUT", $"/internal/v1/tenants/{_tenant}/runtimes/pod-1", """{"applied":[]}""")).ShouldBeAsync(200);
        _clock.Advance(Runtime.LeaseTime);
        await ActivatorUtilities.CreateInstance<RuntimeWatch>(_service.Services).RunAsync(default);
        // Tokens of the time to come would not be good.
        _clock.Advance(-Runtime.LeaseTime);
    }

    private async Task CheckToolsAsync()
    {
        var id = (await DoAsync("POST", "/tasks", """{"kind":"tools"}""", 202)).Text("id");
        await Await.Until(
            async () => (await _client.GetAsync($"{Api.Tasks}/{id}", 200)).Text("status") == "completed", "the tools are checked");
    }

    private async Task<JsonElement> DoAsync(string method, string path, string? body = null, int status = 200) =>
        await (await _client.SendAsync(method, $"/api/v1{path}", body)).ShouldBeAsync(status);

    /// <summary>Revision and kind of each change, oldest first.</summary>
    private async Task<List<string>> LogAsync() =>
    [
        .. (await _client.GetAsync("/api/v1/audit?limit=200", 200)).GetProperty("items").EnumerateArray()
            .Select(item => $"{item.GetProperty("revision").GetInt64()} {item.Text("kind")}").Reverse(),
    ];

    /// <summary>The lines that a program prints, which is ended after as many as there are changes, and one notice more.</summary>
    private async Task<List<string>> RunAsync(string program, string text, params string[] options)
    {
        var token = _service.Services.GetRequiredService<TokenIssuer>().Issue(_tenant, "viewer", "enterprise", "tester").Token;
        var service = _service.Address.GetLeftPart(UriPartial.Authority);
        var start = new ProcessStartInfo(program, [.. options, text, Repository.PathOf(Folder), service, token])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        Process? process = null;
        try
        {
            process = Process.Start(start);
        }
        catch (Win32Exception)
        {
            Assert.Skip($"Needs {program}.");
        }
        using (process!)
        {
            var errors = process!.StandardError.ReadToEndAsync();
            var count = (await LogAsync()).Count;
            var lines = new List<string>();
            try
            {
                while (lines.Count < count)
                {
                    if (await Await.For(process.StandardOutput.ReadLineAsync(), "the next change") is not { } line) break;
                    if (line == "no WebSocket") Assert.Skip("Needs a Node.js that has WebSocket.");
                    lines.Add(line);
                }
                // What comes while it waits: a notice, which is passed over, and a change after it.
                if (lines.Count == count)
                {
                    await CheckToolsAsync();
                    await DoAsync("PATCH", "/agents/bot", $$"""{"description":"{{program}}"}""");
                    lines.Add((await Await.For(process.StandardOutput.ReadLineAsync(), "the last change"))!);
                }
            }
            finally
            {
                process.Kill();
            }
            Assert.True(lines.Count > count, await errors);
            // The caller has read the log before the last change.
            Assert.Equal($"{count + 1} agent_updated", lines[count]);
            return lines[..count];
        }
    }
}
