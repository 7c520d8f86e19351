namespace AgentManagement.Tests.WebGateway;

/// <summary>Idempotency-Key.</summary>
[Collection(typeof(GatewayTests))]
public sealed class RepetitionTests(Gateway gateway)
{
    private static readonly (string, string) Key = ("Idempotency-Key", "key-1");

    [Fact]
    public async Task A_repeated_request_returns_the_first_answer()
    {
        var client = gateway.Client();
        var first = await client.SendAsync("POST", Api.Agents, Api.Content(), Key);
        var again = await client.SendAsync("POST", Api.Agents, Api.Content(), Key);

        Assert.Equal((await first.ShouldBeAsync(201)).GetRawText(), (await again.ShouldBeAsync(201)).GetRawText());
        Assert.Equal((first.Headers.Location, first.Headers.ETag), (again.Headers.Location, again.Headers.ETag));
        Assert.False(first.Headers.Contains("Idempotency-Replayed"));
        Assert.Equal("true", again.Headers.GetValues("Idempotency-Replayed").Single());
        Assert.Equal(1, (await client.GetAsync(Api.Agents, 200)).GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task White_space_does_not_make_another_request()
    {
        var client = gateway.Client();
        await (await client.SendAsync("POST", Api.Agents, Api.Content(), Key)).ShouldBeAsync(201);
        await (await client.SendAsync("POST", Api.Agents, $" {Api.Content()} ", Key)).ShouldBeAsync(201);
        Assert.Equal(1, (await client.GetAsync(Api.Agents, 200)).GetProperty("total").GetInt32());
    }

    public static TheoryData<string, string> Others =>
        [("POST", "/api/v1/agents?dryRun=false"), ("PUT", "/api/v1/agents/bot"), ("POST", "/api/v1/agents/bot/activate")];

    [Theory]
    [MemberData(nameof(Others))]
    public async Task Another_request_with_the_same_key_is_refused(string method, string path)
    {
        var client = gateway.Client();
        await (await client.SendAsync("POST", Api.Agents, Api.Content(id: "bot"), Key)).ShouldBeAsync(201);
        var body = path.EndsWith("activate", StringComparison.Ordinal) ? null : Api.Content(id: "bot");
        await (await client.SendAsync(method, path, body, Key)).ShouldBeProblemAsync(422, "idempotency_key_reused");
    }

    [Fact]
    public async Task Another_caller_with_the_same_key_is_refused()
    {
        var tenant = Gateway.NewTenant();
        await (await gateway.Client(tenant: tenant, subject: "ann").SendAsync("POST", Api.Agents, Api.Content(), Key)).ShouldBeAsync(201);
        await (await gateway.Client(tenant: tenant, subject: "bob").SendAsync("POST", Api.Agents, Api.Content(), Key))
            .ShouldBeProblemAsync(422, "idempotency_key_reused");
    }

    [Fact]
    public async Task Requests_at_once_make_one_agent()
    {
        var client = gateway.Client();
        var responses = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.SendAsync("POST", Api.Agents, Api.Content(), Key)));

        var ids = await Task.WhenAll(responses.Select(async response => (await response.ShouldBeAsync(201)).Text("id")));
        Assert.Single(ids.Distinct());
        Assert.Equal(1, responses.Count(response => !response.Headers.Contains("Idempotency-Replayed")));
    }

    [Fact]
    public async Task Every_write_can_be_repeated()
    {
        var client = gateway.Client("admin");
        await client.CreateAsync(Api.Content(id: "bot"));
        (string Method, string Path, string? Body)[] writes =
        [
            ("PUT", "", Api.Content("Two")), ("PATCH", "", """{"name":"Three"}"""), ("POST", "/activate", null),
            ("POST", "/deactivate", null),
            ("POST", "/rollback", """{"toVersion":1}"""), ("POST", "/clone", """{"name":"Copy"}"""), ("DELETE", "", null),
            ("POST", "/restore", null),
            ("DELETE", "?purge=false", null), ("DELETE", "?purge=true", null),
        ];
        foreach (var (method, path, body) in writes)
        {
            var key = ("Idempotency-Key", $"{method}{path}");
            var first = await client.SendAsync(method, $"{Api.Agents}/bot{path}", body, key);
            var again = await client.SendAsync(method, $"{Api.Agents}/bot{path}", body, key);
            Assert.True(first.IsSuccessStatusCode, $"{method} {path}: {await first.Content.ReadAsStringAsync()}");
            Assert.Equal((first.StatusCode, first.Headers.ETag), (again.StatusCode, again.Headers.ETag));
            Assert.Equal(await first.Content.ReadAsStringAsync(), await again.Content.ReadAsStringAsync());
            Assert.True(again.Headers.Contains("Idempotency-Replayed"), $"{method} {path} was not a replay.");
        }
    }

    [Fact]
    public async Task A_key_that_is_not_visible_ascii_is_refused() =>
        await (await gateway.Client().SendAsync("POST", Api.Agents, Api.Content(), ("Idempotency-Key", "two words")))
            .ShouldBeProblemAsync(400, "invalid_header");
}
