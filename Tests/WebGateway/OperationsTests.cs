using AgentManagement.ServiceDefaults.Hosting;

namespace AgentManagement.Tests.WebGateway;

[Collection(typeof(GatewayTests))]
public sealed class OperationsTests(Gateway gateway)
{
    [Theory]
    [InlineData("/health")]
    [InlineData("/health/ready")]
    public async Task Health_names_each_part(string path)
    {
        var health = await gateway.Anonymous().GetAsync(path, 200);
        Assert.Equal(("healthy", ServiceVersion.Current), (health.Text("status"), health.Text("version")));
        Assert.Matches("^[0-9]+\\.[0-9]+\\.[0-9]+", ServiceVersion.Current);
        var parts = health.GetProperty("parts").EnumerateArray().ToList();
        // Redis only where the service uses it, as a cluster does.
        Assert.Equal(["silo", "database", "writes", "schema", "maintenance", "changes", "tasks"], parts.Select(part => part.Text("name"))
            .Where(name => name != "redis"));
        Assert.All(parts, part => Assert.Equal(["name", "healthy", "detail", "since"], part.EnumerateObject()
            .Select(member => member.Name)));
        Assert.All(parts, part => Assert.InRange(
            part.GetProperty("since").GetDateTimeOffset(), DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow));
    }

    [Fact]
    public async Task Being_alive_asks_nobody_else() =>
        Assert.Equal("""{"status":"healthy","parts":[]}""", await gateway.Anonymous().GetStringAsync("/health/live"));

    [Fact]
    public async Task The_schema_of_the_configuration_is_served_with_a_tag()
    {
        var client = gateway.Client("viewer");
        var response = await client.SendAsync("GET", "/api/v1/schemas/agent-config");

        var schema = await response.ShouldBeAsync(200);
        Assert.Equal("application/schema+json", response.Content.Headers.ContentType?.MediaType);
        Assert.True(schema.GetProperty("properties").TryGetProperty("model", out _));
        await (await client.SendAsync("GET", "/api/v1/schemas/agent-config", null, ("If-None-Match", response.Headers.ETag!.ToString())))
            .ShouldBeAsync(304);
    }

    [Fact]
    public async Task The_documentation_needs_no_other_server()
    {
        using var client = gateway.Anonymous();
        var page = await client.GetStringAsync("/docs/index.html");
        Assert.DoesNotMatch("(src|href)=\"(https?:)?//", page);
        foreach (var file in (string[])["swagger-ui-bundle.js", "swagger-ui.css", "index.js"])
        {
            Assert.Equal(200, (int)(await client.GetAsync($"/docs/{file}")).StatusCode);
        }
        Assert.Contains("/openapi/v1.json", await client.GetStringAsync("/docs/index.js"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/api/v1/agents")]
    [InlineData("/nothing")]
    public async Task Every_answer_has_the_headers_of_every_answer(string path)
    {
        var response = await gateway.Client().SendAsync("GET", path);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
        Assert.Single(response.Headers.GetValues("X-Correlation-ID"));
        Assert.False(response.Headers.Contains("Server"));
    }

    [Fact]
    public async Task The_correlation_id_is_the_clients_when_it_is_usable()
    {
        var given = await gateway.Client().SendAsync("GET", Api.Agents, null, ("X-Correlation-ID", "mine-1"));
        var odd = await gateway.Client().SendAsync("GET", Api.Agents, null, ("X-Correlation-ID", "not mine"));
        Assert.Equal("mine-1", given.Headers.GetValues("X-Correlation-ID").Single());
        Assert.Matches("^[0-9a-f]{32}$", odd.Headers.GetValues("X-Correlation-ID").Single());
    }
}
