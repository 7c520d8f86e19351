using System.Text;
using AgentManagement.Domain.Webhooks;
using AgentManagement.Tests.WebGateway;

namespace AgentManagement.Tests.Webhooks;

/// <summary>Webhooks over REST: their life, and who may see what of them.</summary>
public sealed class WebhookApiTests(WebhookApiTests.Host host) : IClassFixture<WebhookApiTests.Host>
{
    private const string Hooks = "/api/v1/webhooks";

    [Fact]
    public async Task A_webhook_is_made_changed_rotated_and_deleted_and_all_of_it_is_in_the_log()
    {
        await using var receiver = await Receiver.StartAsync();
        var (tenant, admin) = NewTenant();
        var response = await admin.SendAsync(
            "POST", Hooks, $$"""{"url":"{{receiver.Url}}","description":"CI","events":["agent_created","webhook_updated"]}""");
        Assert.True(response.Headers.CacheControl!.NoStore);
        var made = await response.ShouldBeAsync(201);
        var (webhook, secret) = (made.GetProperty("webhook"), made.Text("secret"));
        var path = $"{Hooks}/{webhook.Text("id")}";
        Assert.Equal(path, response.Headers.Location!.OriginalString);
        Assert.Equal("\"1\"", response.Headers.ETag!.Tag);
        Assert.Equal(
            (receiver.Url, "CI", false),
            (webhook.Text("url"), webhook.Text("description"), webhook.GetProperty("disabled").GetBoolean()));
        Assert.Equal(["agent_created", "webhook_updated"], webhook.GetProperty("events").EnumerateArray().Select(each => each.GetString()));

        await admin.CreateAsync(Api.Content(id: "bot"));
        await (await admin.SendAsync("PATCH", $"{Api.Agents}/bot", """{"description":"Not wanted."}""")).ShouldBeAsync(200);
        var patched = await admin.SendAsync("PATCH", path, """{"description":null}""", ("If-Match", "\"1\""));
        Assert.Equal(JsonValueKind.Null, (await patched.ShouldBeAsync(200)).GetProperty("description").ValueKind);
        Assert.Equal("\"2\"", patched.Headers.ETag!.Tag);
        await (await admin.SendAsync("PATCH", path, """{"disabled":true}""", ("If-Match", "\"1\"")))
            .ShouldBeProblemAsync(412, "version_mismatch");

        var rotated = (await (await admin.SendAsync("POST", $"{path}/rotate")).ShouldBeAsync(200)).Text("secret");
        Assert.NotEqual(secret, rotated);
        await receiver.HasAsync([2, 4, 5]);
        foreach (var delivery in receiver.Accepted.Where(each => each.Revision == 5)) AssertSigned(delivery, rotated, secret);

        var list = await admin.GetAsync(Hooks, 200);
        Assert.Equal(3, Assert.Single(list.GetProperty("items").EnumerateArray()).GetProperty("version").GetInt32());
        Assert.Equal(204, (int)(await admin.SendAsync("DELETE", path)).StatusCode);
        await (await admin.SendAsync("GET", path)).ShouldBeProblemAsync(404, "not_found");
        await (await admin.SendAsync("DELETE", path)).ShouldBeProblemAsync(404, "not_found");

        var log = (await admin.GetAsync("/api/v1/audit", 200)).GetProperty("items").EnumerateArray().Reverse()
            .Where(change => change.GetProperty("webhookId").ValueKind != JsonValueKind.Null).ToList();
        Assert.Equal(
            ["webhook_created", "webhook_updated", "webhook_rotated", "webhook_deleted"], log.Select(change => change.Text("kind")));
        Assert.All(log, change => Assert.Equal(("ann", "127.0.0.1"), (change.Text("actor"), change.Text("webhookName"))));
        Assert.True((await admin.GetAsync("/api/v1/audit/verify", 200)).GetProperty("valid").GetBoolean());
        Assert.All(receiver.All, each => Assert.Equal(tenant, each.Json.GetProperty("tenant_id").GetString()));
    }

    [Fact]
    public async Task A_secret_is_nowhere_but_in_its_answer_and_no_address_in_a_log_or_an_error()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = (_, http) => Receiver.Status(http, 500);
        var (tenant, admin) = NewTenant();
        var made = await MakeAsync(admin, $"{receiver.Url}/hidden-part");
        var path = $"{Hooks}/{made.GetProperty("webhook").Text("id")}";
        var secret = made.Text("secret")["whsec_".Length..];
        var rotated = (await (await admin.SendAsync("POST", $"{path}/rotate")).ShouldBeAsync(200)).Text("secret")["whsec_".Length..];
        await admin.CreateAsync();
        await Await.Until(() => receiver.All.Count > 2, "it has failed");
        await (await admin.SendAsync("POST", $"{path}/test")).ShouldBeAsync(200);
        var told = new StringBuilder();
        foreach (var place in new[] { Hooks, path, "/api/v1/audit", "/api/v1/changes?since=9999", "/metrics", "/api/v1/export" })
        {
            told.Append(await (await admin.SendAsync("GET", place)).Content.ReadAsStringAsync());
        }
        var kept = Directory.EnumerateFiles(host.DataDirectory, "*", SearchOption.AllDirectories).Select(ReadShared).ToList();
        Assert.Contains(kept, text => text.Contains("hidden-part", StringComparison.Ordinal));
        foreach (var each in new[] { secret, rotated })
        {
            Assert.DoesNotContain(each, told.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain(host.Service.Logs.Lines, line => line.Contains(each, StringComparison.Ordinal));
            Assert.DoesNotContain(kept, text => text.Contains(each, StringComparison.Ordinal));
        }
        Assert.DoesNotContain(host.Service.Logs.Lines, line => line.Contains("hidden-part", StringComparison.Ordinal));
        Assert.Contains(host.Service.Logs.Lines, line => line.Contains("webhook_failed", StringComparison.Ordinal)
            && line.Contains(tenant, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Another_tenants_webhook_and_a_missing_one_look_the_same()
    {
        var theirs = (await MakeAsync(NewTenant().Admin, "http://127.0.0.1:9/")).GetProperty("webhook").Text("id");
        var ours = NewTenant().Admin;
        foreach (var route in Routes.All.Where(route => route.Path.Contains("{webhook}", StringComparison.Ordinal)))
        {
            var answers = new List<string>();
            foreach (var id in (string[])[theirs, "0000000000000000", "no-webhook"])
            {
                var response = await ours.SendAsync(
                    route.Method, route.Path.Replace("{webhook}", id, StringComparison.Ordinal), route.Body, ("X-Correlation-ID", "same"));
                Assert.Equal(404, (int)response.StatusCode);
                answers.Add($"{response.Content.Headers} {await response.Content.ReadAsStringAsync()}");
            }
            Assert.Single(answers.Distinct());
        }
        Assert.Empty((await ours.GetAsync(Hooks, 200)).GetProperty("items").EnumerateArray());
    }

    [Theory]
    [InlineData("""{"url":"ftp://a.example.com"}""", "invalid_address", "/url")]
    [InlineData("""{"url":"https://169.254.169.254/"}""", "forbidden_address", "/url")]
    [InlineData("""{"url":"https://a.example.com","events":["task_completed"]}""", "not_allowed", "/events/0")]
    [InlineData("""{"url":"https://a.example.com","secret":"mine"}""", "unknown_field", "/secret")]
    [InlineData("""{"url":"https://a.example.com","description":"a\nb"}""", "wrong_format", "/description")]
    [InlineData("""{"description":"no address"}""", "required", "/url")]
    public async Task What_is_wrong_is_told_with_its_place_in_a_dry_run_too(string body, string code, string pointer)
    {
        var admin = NewTenant().Admin;
        var problem = await (await admin.SendAsync("POST", Hooks, body)).ShouldBeAsync(422);
        Assert.Contains((code, pointer), problem.Errors());
        var tried = await (await admin.SendAsync("POST", $"{Hooks}?dryRun=true", body)).Content.ReadAsStringAsync();
        Assert.Contains(code, tried, StringComparison.Ordinal);
        Assert.Empty((await admin.GetAsync(Hooks, 200)).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task A_dry_run_tells_what_would_be_and_changes_nothing()
    {
        var admin = NewTenant().Admin;
        var tried = await (await admin.SendAsync("POST", $"{Hooks}?dryRun=true", """{"url":"http://127.0.0.1:9/"}""")).ShouldBeAsync(200);
        Assert.Equal("webhook_created", tried.Text("kind"));
        Assert.False(tried.TryGetProperty("secret", out _));
        Assert.Empty((await admin.GetAsync(Hooks, 200)).GetProperty("items").EnumerateArray());

        var path = await MakePathAsync(admin);
        Assert.Equal("webhook_updated", (await (await admin.SendAsync("PATCH", $"{path}?dryRun=true", """{"disabled":false}"""))
            .ShouldBeAsync(200)).Text("kind"));
        var rotation = await (await admin.SendAsync("POST", $"{path}/rotate?dryRun=true")).ShouldBeAsync(200);
        Assert.Equal("webhook_rotated", rotation.Text("kind"));
        Assert.False(rotation.TryGetProperty("secret", out _));
        Assert.Equal("webhook_deleted", (await (await admin.SendAsync("DELETE", $"{path}?dryRun=true")).ShouldBeAsync(200)).Text("kind"));
        Assert.Equal(1, (await admin.GetAsync(path, 200)).GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task A_request_that_is_repeated_under_its_key_is_done_once_but_for_those_whose_answer_is_a_secret()
    {
        var admin = NewTenant().Admin;
        var path = await MakePathAsync(admin);
        var key = ("Idempotency-Key", "one");
        await (await admin.SendAsync("POST", Hooks, """{"url":"http://127.0.0.1:9/"}""", key)).ShouldBeProblemAsync(400, "invalid_header");
        await (await admin.SendAsync("POST", $"{path}/rotate", null, key)).ShouldBeProblemAsync(400, "invalid_header");

        for (var number = 0; number < 2; number++)
        {
            var response = await admin.SendAsync("PATCH", path, """{"description":"New."}""", key, ("If-Match", "\"1\""));
            Assert.Equal(2, (await response.ShouldBeAsync(200)).GetProperty("version").GetInt32());
            Assert.Equal(number == 1, response.Headers.Contains("Idempotency-Replayed"));
        }
        await (await admin.SendAsync("PATCH", path, """{"disabled":false}""", key)).ShouldBeProblemAsync(422, "idempotency_key_reused");
        for (var number = 0; number < 2; number++)
        {
            await (await admin.SendAsync("DELETE", path, null, ("Idempotency-Key", "two"))).ShouldBeAsync(204);
        }
    }

    [Fact]
    public async Task A_test_sends_a_ping_at_once_and_tells_no_more_than_how_it_went()
    {
        await using var receiver = await Receiver.StartAsync();
        var admin = NewTenant().Admin;
        var made = await MakeAsync(admin, receiver.Url, """, "disabled":true""");
        var path = $"{Hooks}/{made.GetProperty("webhook").Text("id")}";
        var ping = await (await admin.SendAsync("POST", $"{path}/test")).ShouldBeAsync(200);
        Assert.Equal((true, 204), (ping.GetProperty("accepted").GetBoolean(), ping.GetProperty("status").GetInt32()));
        AssertSigned(Assert.Single(receiver.All), made.Text("secret"));
        Assert.Equal("ping", receiver.All.Single().Type);

        receiver.Answer = async (_, http) =>
        {
            http.Response.StatusCode = 500;
            await http.Response.Body.WriteAsync("what only the receiver knows"u8.ToArray());
        };
        var failed = await admin.SendAsync("POST", $"{path}/test");
        Assert.DoesNotContain("only the receiver", await failed.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("http_500", (await failed.ShouldBeAsync(200)).Text("failure"));
        await receiver.DisposeAsync();
        Assert.Equal("unreachable", (await (await admin.SendAsync("POST", $"{path}/test")).ShouldBeAsync(200)).Text("failure"));
    }

    [Fact]
    public async Task Everything_is_sent_again_from_a_revision_and_dead_letters_are_listed_by_pages()
    {
        await using var receiver = await Receiver.StartAsync();
        var (tenant, admin) = NewTenant();
        var id = (await MakeAsync(admin, receiver.Url)).GetProperty("webhook").Text("id");
        await admin.CreateAsync();
        await receiver.HasAsync([2]);
        await (await admin.SendAsync("POST", $"{Hooks}/{id}/replay", """{"from":9}""")).ShouldBeProblemAsync(422, "invalid_content");
        Assert.Equal(id, (await (await admin.SendAsync("POST", $"{Hooks}/{id}/replay", """{"from":1}""")).ShouldBeAsync(200)).Text("id"));
        await Await.Until(() => receiver.Accepted.Count == 3, "it is sent again");
        Assert.Equal([2, 1, 2], receiver.Accepted.Select(each => each.Revision));

        await (await admin.SendAsync("PATCH", $"{Hooks}/{id}", """{"disabled":true}""")).ShouldBeAsync(200);
        var store = host.Service.Services.GetRequiredService<AgentManagement.Grains.Webhooks.IWebhookStore>();
        foreach (var revision in new[] { 1, 2, 3 })
        {
            var cursor = (await store.FindAsync(tenant, id))!;
            Assert.True(await store.RecordAsync(
                tenant, id, cursor, new(revision, $"e{revision}", "agent_created", 8, "timeout", DateTimeOffset.UtcNow)));
        }
        var page = await admin.GetAsync($"{Hooks}/{id}/dead-letters?limit=2", 200);
        Assert.Equal([3, 2], page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("revision").GetInt64()));
        page = await admin.GetAsync($"{Hooks}/{id}/dead-letters?limit=2&cursor={page.Text("nextCursor")}", 200);
        Assert.Equal("e1", Assert.Single(page.GetProperty("items").EnumerateArray()).Text("eventId"));
        Assert.Equal(JsonValueKind.Null, page.GetProperty("nextCursor").ValueKind);
        await (await admin.SendAsync("GET", $"{Hooks}/{id}/dead-letters?cursor=x")).ShouldBeProblemAsync(400, "invalid_cursor");
    }

    [Fact]
    public async Task The_twenty_first_is_refused()
    {
        var admin = NewTenant().Admin;
        for (var number = 0; number < 20; number++) await MakePathAsync(admin);
        await (await admin.SendAsync("POST", Hooks, """{"url":"http://127.0.0.1:9/"}""")).ShouldBeProblemAsync(409, "too_many_webhooks");
    }

    /// <summary>Each of the signatures is by one of the secrets, in their order.</summary>
    internal static void AssertSigned(Delivery delivery, params string[] secrets) => Assert.Equal(
        WebhookSignature.Of(
            secrets.Select(secret => Convert.FromBase64String(secret["whsec_".Length..])), delivery.Id,
            long.Parse(delivery.Timestamp, System.Globalization.CultureInfo.InvariantCulture), delivery.Body),
        delivery.Signature);

    private static string ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file, Encoding.Latin1);
        return reader.ReadToEnd();
    }

    private (string Tenant, HttpClient Admin) NewTenant()
    {
        var tenant = Gateway.NewTenant();
        return (tenant, host.Service.CreateClient(tenant, "admin", subject: "ann"));
    }

    private static async Task<JsonElement> MakeAsync(HttpClient admin, string url, string more = "") =>
        await (await admin.SendAsync("POST", Hooks, $$"""{"url":"{{url}}"{{more}}}""")).ShouldBeAsync(201);

    private static async Task<string> MakePathAsync(HttpClient admin) =>
        $"{Hooks}/{(await MakeAsync(admin, "http://127.0.0.1:9/", """, "disabled":true""")).GetProperty("webhook").Text("id")}";

    /// <summary>One service for all of them, whose webhooks wait for milliseconds where they would for minutes.</summary>
    public sealed class Host : IAsyncLifetime
    {
        internal ServiceHost Service { get; private set; } = null!;

        internal string DataDirectory { get; private set; } = "";

        public async ValueTask InitializeAsync() => Service = await ServiceHost.StartAsync(
            change: settings =>
            {
                DataDirectory = settings.DataDirectory;
                return settings;
            },
            configure: services => services.AddSingleton(WebhookSilo.Hasty with
            {
                MayBeCalled = AgentManagement.ServiceDefaults.Outgoing.OutgoingAddresses.Of(new()).MayBeCalled,
            }));

        public ValueTask DisposeAsync() => Service.DisposeAsync();
    }
}
