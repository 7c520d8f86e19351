namespace AgentManagement.Tests.WebGateway;

/// <summary>In development the service has the names of this machine and no other.</summary>
[Collection(typeof(GatewayTests))]
public sealed class LoopbackHostTests(Gateway gateway)
{
    [Theory, InlineData("evil.example"), InlineData("evil.example:8080"), InlineData("localhost.evil.example"),
        InlineData("127.0.0.1.evil.example")]
    public async Task A_name_that_somebody_made_to_lead_here_is_not_served(string host)
    {
        foreach (var path in (string[])["/dev/token", "/api/v1/agents", "/health/live", "/docs/index.html"])
        {
            await (await SendAsync(path, host)).ShouldBeProblemAsync(421, "host_not_served");
        }
    }

    [Theory, InlineData("localhost"), InlineData("localhost:5173"), InlineData("api.localhost"), InlineData("127.0.0.1"),
        InlineData("[::1]:80"),
        InlineData("192.0.2.7")]
    public async Task Its_own_names_and_addresses_are(string host) =>
        Assert.Equal(200, (int)(await SendAsync("/health/live", host)).StatusCode);

    private Task<HttpResponseMessage> SendAsync(string path, string host)
    {
        var request = new HttpRequestMessage(path == "/dev/token" ? HttpMethod.Post : HttpMethod.Get, path);
        request.Headers.Host = host;
        return gateway.Anonymous().SendAsync(request);
    }
}
