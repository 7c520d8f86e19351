using Microsoft.Extensions.Logging;

namespace AgentManagement.Tests.WebGateway;

[Collection(typeof(GatewayTests))]
public sealed class LogTests(Gateway gateway)
{
    [Fact]
    public async Task A_request_has_one_line_with_its_route_and_ids()
    {
        var (tenant, id) = (Gateway.NewTenant(), $"log-{Guid.NewGuid():n}");
        await (await gateway.Client(tenant: tenant).SendAsync("GET", $"{Api.Agents}/some-agent", null, ("X-Correlation-ID", id)))
            .ShouldBeAsync(404);

        var line = Assert.Single(LinesOf(id), line => line.TryGetProperty("route", out _));
        Assert.Equal(("GET", "/api/v1/agents/{id}", tenant), (line.Text("method"), line.Text("route"), line.Text("tenant_id")));
        Assert.Equal(404, line.GetProperty("status").GetInt32());
        Assert.Equal(JsonValueKind.Number, line.GetProperty("duration_ms").ValueKind);
    }

    [Fact]
    public async Task No_line_has_configuration_bodies_queries_or_tokens()
    {
        var client = gateway.Client("admin");
        var path = await client.CreatePathAsync(Api.Content("Needle-name", text: "Needle-instructions"));
        await client.SendAsync("PATCH", path, """{"description":"Needle-description","Needle-field":1}""");
        await client.SendAsync("POST", Api.Agents, """{"Needle-broken""");
        await client.SendAsync("POST", $"{path}/activate", """{"reason":"Needle-reason"}""");
        await client.GetAsync($"{Api.Agents}?q=Needle-query");
        await client.GetAsync($"{Api.Agents}/Needle-path");
        await client.GetAsync($"{Api.Agents}?Needle-parameter=1");

        var text =
            string.Concat(gateway.Service.Logs.Lines.Where(line => !line.Contains("\"logger\":\"Microsoft.", StringComparison.Ordinal)));
        Assert.DoesNotContain("Needle", text, StringComparison.Ordinal);
        Assert.DoesNotContain(client.DefaultRequestHeaders.Authorization!.Parameter!, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_silos_lines_carry_the_requests_ids()
    {
        var (tenant, id) = (Gateway.NewTenant(), $"log-{Guid.NewGuid():n}");
        await (await gateway.Client(tenant: tenant).SendAsync("POST", Api.Agents, Api.Content(), ("X-Correlation-ID", id)))
            .ShouldBeAsync(201);
        Assert.Contains(LinesOf(id), line => line.Text("message").StartsWith("agent_created", StringComparison.Ordinal)
            && line.Text("tenant_id") == tenant);
    }

    [Fact]
    public async Task At_debug_one_request_is_followed_from_the_gateway_to_its_event()
    {
        await using var service = await ServiceHost.StartAsync(
            change: settings => settings with { LogLevel = LogLevel.Debug });
        using var client = service.CreateClient("acme");
        using var watching = await client.GetAsync("/api/v1/changes?since=0", HttpCompletionOption.ResponseHeadersRead);
        await (await client.SendAsync("PUT", $"{Api.Agents}/bot", Api.Content(), ("X-Correlation-ID", "followed"))).ShouldBeAsync(201);
        string[] expected = ["change_committed", "change_written", "event_told", "grain_call", "request", "statement"];
        await Await.Until(() => Events().Intersect(expected).Count() == expected.Length, $"there are {string.Join(", ", expected)}");
        Assert.DoesNotContain(service.Logs.Lines, line => line.Contains("Support bot", StringComparison.Ordinal));

        IEnumerable<string> Events() => service.Logs.Lines.Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.TryGetProperty("correlation_id", out var id) && id.GetString() == "followed"
                && line.TryGetProperty("event", out _))
            .Select(line => line.Text("event")).Distinct();
    }

    private IEnumerable<JsonElement> LinesOf(string correlationId) => gateway.Service.Logs.Lines
        .Select(line => JsonDocument.Parse(line).RootElement)
        .Where(line => line.TryGetProperty("correlation_id", out var id) && id.GetString() == correlationId);
}
