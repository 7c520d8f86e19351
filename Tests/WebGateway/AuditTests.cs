namespace AgentManagement.Tests.WebGateway;

[Collection(typeof(GatewayTests))]
public sealed class AuditTests(Gateway gateway)
{
    private const string Audit = "/api/v1/audit";

    [Fact]
    public async Task Every_change_is_told_with_who_when_and_why()
    {
        var client = gateway.Client(subject: "ann");
        var path = await client.CreatePathAsync(Api.Content(id: "bot"));
        await (await client.SendAsync("POST", $"{path}/activate", """{"reason":"Launch"}""", ("X-Correlation-ID", "launch-1")))
            .ShouldBeAsync(200);

        var items = (await client.GetAsync(Audit, 200)).GetProperty("items");

        Assert.Equal([2, 1], items.EnumerateArray().Select(item => item.GetProperty("revision").GetInt32()));
        Assert.Equal(
            ["revision", "eventId", "kind", "agentId", "agentName", "version", "status", "at", "actor", "role", "correlationId", "note",
                "templateId", "templateName", "fileId", "fileName", "apiKeyId", "apiKeyName", "webhookId", "webhookName", "address",
                "details",
                "detailsText", "documentHash",
                "taskId", "hash", "label", "release", "runtime"],
            items[0].EnumerateObject().Select(member => member.Name));
        Assert.Equal(
            ("agent_activated", "bot", "active", "ann", "editor", "launch-1", "Launch"),
            (items[0].Text("kind"), items[0].Text("agentId"), items[0].Text("status"), items[0].Text("actor"), items[0].Text("role"),
                items[0].Text("correlationId"), items[0].Text("note")));
    }

    [Theory]
    [InlineData("agentId=one", "1")]
    [InlineData("agentId=One", "")]
    [InlineData("actor=ann", "2 1")]
    [InlineData("actor=bob", "3")]
    [InlineData("kind=agent_created", "3 2 1")]
    [InlineData("kind=agent_purged", "")]
    [InlineData("from=2000-01-01T00:00:00Z", "3 2 1")]
    [InlineData("to=2000-01-01T00:00:00Z", "")]
    [InlineData("actor=ann&agentId=two&kind=agent_created", "2")]
    public async Task Filters_narrow_the_log(string filter, string revisions)
    {
        var (ann, bob) = await PopulateAsync();
        var page = await ann.GetAsync($"{Audit}?{filter}", 200);
        Assert.NotNull(bob);
        Assert.Equal(revisions,
            string.Join(' ', page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("revision").GetInt32())));
    }

    [Fact]
    public async Task Pages_follow_each_other()
    {
        var (ann, _) = await PopulateAsync();
        var first = await ann.GetAsync($"{Audit}?limit=2", 200);
        var second = await ann.GetAsync($"{Audit}?limit=2&cursor={first.Text("nextCursor")}", 200);
        Assert.Equal(1, Assert.Single(second.GetProperty("items").EnumerateArray()).GetProperty("revision").GetInt32());
        Assert.Equal(JsonValueKind.Null, second.GetProperty("nextCursor").ValueKind);
    }

    [Fact]
    public async Task All_of_the_log_comes_as_lines()
    {
        var (ann, _) = await PopulateAsync();

        var response = await ann.SendAsync("GET", $"{Audit}?limit=1", null, ("Accept", "application/x-ndjson"));

        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType?.ToString());
        var lines = (await response.Content.ReadAsStringAsync()).Split('\n');
        Assert.Equal("", lines[^1]);
        Assert.Equal([3, 2, 1], lines[..^1].Select(line => JsonDocument.Parse(line).RootElement.GetProperty("revision").GetInt32()));
    }

    [Fact]
    public async Task Lines_can_be_filtered_and_an_empty_log_has_none()
    {
        var (ann, _) = await PopulateAsync();
        var text =
            await (await ann.SendAsync("GET", $"{Audit}?actor=bob", null, ("Accept", "application/x-ndjson"))).Content.ReadAsStringAsync();
        Assert.Single(text.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        var empty =
            await (await gateway.Client().SendAsync("GET", Audit, null, ("Accept", "application/x-ndjson"))).Content.ReadAsStringAsync();
        Assert.Equal("", empty);
    }

    [Fact]
    public async Task A_refusal_comes_as_a_problem_to_who_asked_for_lines_too() =>
        await (await gateway.Client().SendAsync("GET", $"{Audit}?cursor=x", null, ("Accept", "application/x-ndjson")))
            .ShouldBeProblemAsync(400, "invalid_cursor");

    private async Task<(HttpClient Ann, HttpClient Bob)> PopulateAsync()
    {
        var tenant = Gateway.NewTenant();
        var (ann, bob) = (gateway.Client(tenant: tenant, subject: "ann"), gateway.Client(tenant: tenant, subject: "bob"));
        await ann.CreateAsync(Api.Content(id: "one"));
        await ann.CreateAsync(Api.Content(id: "two"));
        await bob.CreateAsync(Api.Content(id: "three"));
        return (ann, bob);
    }
}
