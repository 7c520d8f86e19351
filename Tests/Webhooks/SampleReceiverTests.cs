using System.Diagnostics;
using System.Text;
using AgentManagement.Domain.Webhooks;
using AgentManagement.Tests.Deployment;
using AgentManagement.Tests.Sdk;
using AgentManagement.Tests.WebGateway;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AgentManagement.Tests.Webhooks;

/// <summary>The receivers of samples/webhook-receiver get what the service sends, each once, and believe nobody else.</summary>
public sealed class SampleReceiverTests(WebhookApiTests.Host host) : IClassFixture<WebhookApiTests.Host>
{
    private const string Folder = "samples/webhook-receiver";
    private const string Hooks = "/api/v1/webhooks";

    [Fact]
    public async Task In_Python() => await AssertReceivesAsync("python3", Repository.PathOf($"{Folder}/python/receiver.py"));

    [Fact]
    public async Task In_TypeScript()
    {
        SdkProgram.Find("node");
        var compiler = Repository.PathOf("sdk/typescript/node_modules/.bin/tsc");
        if (!File.Exists(compiler)) Assert.Skip("Needs the packages of sdk/typescript.");
        var made = Directory.CreateTempSubdirectory("receiver-").FullName;
        try
        {
            await SdkProgram.RunAsync(
                "sdk/typescript", compiler,
                [
                    Repository.PathOf($"{Folder}/typescript/receiver.ts"), "--outDir", made, "--target", "es2022", "--module", "nodenext",
                    "--types", "node", "--typeRoots", Repository.PathOf("sdk/typescript/node_modules/@types"), "--strict",
                    "--noUnusedLocals", "--skipLibCheck",
                ]);
            await File.WriteAllTextAsync(Path.Combine(made, "package.json"), """{"type":"commonjs"}""");
            await AssertReceivesAsync("node", Path.Combine(made, "receiver.js"));
        }
        finally
        {
            Directory.Delete(made, recursive: true);
        }
    }

    [Fact]
    public async Task In_CSharp()
    {
        var (admin, lines) = (NewAdmin(), new System.Collections.Concurrent.ConcurrentQueue<string>());
        WebhookReceiver? receiver = null;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapPost("/", (HttpRequest request) => receiver!.ReceiveAsync(request));
        await app.StartAsync();
        var (path, secret) = await MakeAsync(admin);
        receiver = new(
            secret, message => lines.Enqueue($"{message.GetProperty("revision").GetInt64()} {message.Text("type")}"));
        await ExerciseAsync(admin, path, app.Urls.First());
        await Await.Until(() => lines.SequenceEqual(Expected), "all is received");

        var now = DateTimeOffset.UtcNow;
        var seconds = now.ToUnixTimeSeconds();
        var key = Convert.FromBase64String(secret["whsec_".Length..]);
        var (stamp, body) = ($"{seconds}", "{}"u8.ToArray());
        var signature = WebhookSignature.Of([key], "id", seconds, body);
        Assert.True(receiver.IsGenuine("id", stamp, signature, body, now));
        Assert.True(receiver.IsGenuine("id", stamp, $"v1,AAAA v2,x {signature}", body, now));
        Assert.False(receiver.IsGenuine("id", stamp, signature, "{ }"u8.ToArray(), now));
        Assert.False(receiver.IsGenuine("other", stamp, signature, body, now));
        Assert.False(receiver.IsGenuine("id", stamp, signature, body, now.AddMinutes(6)));
        Assert.False(receiver.IsGenuine("id", "soon", signature, body, now));
    }

    private static readonly string[] Expected =
        ["2 webhook_updated", "3 agent_created", "4 agent_updated", "5 webhook_updated", "6 agent_activated"];

    private HttpClient NewAdmin() => host.Service.CreateClient(Gateway.NewTenant(), "admin");

    /// <summary>Makes a webhook whose address is not known yet.</summary>
    private static async Task<(string Path, string Secret)> MakeAsync(HttpClient admin)
    {
        var made = await (await admin.SendAsync("POST", Hooks, """{"url":"http://127.0.0.1:9/","disabled":true}""")).ShouldBeAsync(201);
        return ($"{Hooks}/{made.GetProperty("webhook").Text("id")}", made.Text("secret"));
    }

    /// <summary>Changes, during a rotation, too, a ping, a repetition, and what is forged.</summary>
    private static async Task ExerciseAsync(HttpClient admin, string path, string url)
    {
        await (await admin.SendAsync("PATCH", path, $$"""{"url":"{{url}}","disabled":false}""")).ShouldBeAsync(200);
        var ping = await (await admin.SendAsync("POST", $"{path}/test")).ShouldBeAsync(200);
        Assert.True(ping.GetProperty("accepted").GetBoolean(), ping.GetRawText());
        await admin.CreateAsync(Api.Content(id: "bot"));
        await (await admin.SendAsync("PATCH", $"{Api.Agents}/bot", """{"description":"New."}""")).ShouldBeAsync(200);
        await (await admin.SendAsync("POST", $"{path}/rotate")).ShouldBeAsync(200);
        await (await admin.SendAsync("POST", $"{Api.Agents}/bot/activate")).ShouldBeAsync(200);
        await Await.Until(HasAllAsync, "all is accepted");
        await (await admin.SendAsync("POST", $"{path}/replay", """{"from":2}""")).ShouldBeAsync(200);
        await Await.Until(HasAllAsync, "all is sent again");

        using var stranger = new HttpClient();
        using var forged = new StringContent("""{"type":"agent_deleted","revision":99,"data":{}}""", Encoding.UTF8, "application/json");
        forged.Headers.Add("webhook-id", "x");
        forged.Headers.Add("webhook-timestamp", $"{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}");
        forged.Headers.Add("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        Assert.Equal(401, (int)(await stranger.PostAsync(url, forged)).StatusCode);

        async Task<bool> HasAllAsync() =>
            (await admin.GetAsync(path, 200)).GetProperty("delivery").GetProperty("revision").GetInt64() == 6;
    }

    private async Task AssertReceivesAsync(string program, string file)
    {
        var admin = NewAdmin();
        var (path, secret) = await MakeAsync(admin);
        var start = new ProcessStartInfo(SdkProgram.Find(program), [file, "0"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, Environment = { ["WEBHOOK_SECRET"] = secret },
        };
        using var process = Process.Start(start)!;
        try
        {
            var first = await Await.For(process.StandardOutput.ReadLineAsync(), "the receiver listens");
            await ExerciseAsync(admin, path, $"http://127.0.0.1:{first!.Split(' ')[1]}/");
            foreach (var line in Expected) Assert.Equal(line, await Await.For(process.StandardOutput.ReadLineAsync(), line));
            process.Kill();
            Assert.Equal("", await process.StandardOutput.ReadToEndAsync());
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }
}
