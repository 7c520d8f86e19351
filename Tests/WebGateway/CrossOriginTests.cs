using AgentManagement.WebGateway.Http;

namespace AgentManagement.Tests.WebGateway;

/// <summary>Which pages a browser lets call the API, and what it lets them see.</summary>
public sealed class CrossOriginTests(ServiceForPages shared) : IClassFixture<ServiceForPages>
{
    private const string Allowed = ServiceForPages.Origin;
    private readonly ServiceHost _service = shared.Service;

    [Theory, InlineData("PUT"), InlineData("PATCH"), InlineData("DELETE")]
    public async Task A_page_of_an_allowed_origin_may_send_what_the_API_takes(string method)
    {
        var answer = await _service.CreateAnonymousClient().SendAsync("OPTIONS", $"{Api.Agents}/bot", null, ("Origin", Allowed),
            ("Access-Control-Request-Method", method),
            ("Access-Control-Request-Headers", "authorization,content-type,if-match,idempotency-key,prefer"));
        Assert.Equal(204, (int)answer.StatusCode);
        Assert.Equal(Allowed, Header(answer, "Access-Control-Allow-Origin"));
        Assert.Contains(method, Header(answer, "Access-Control-Allow-Methods"), StringComparison.Ordinal);
        Assert.Contains("If-Match", Header(answer, "Access-Control-Allow-Headers"), StringComparison.OrdinalIgnoreCase);
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Credentials"));
    }

    [Fact]
    public async Task It_sees_answers_refusals_and_the_headers_that_clients_need()
    {
        var created = await _service.CreateClient().SendAsync("POST", Api.Agents, Api.Content(), ("Origin", Allowed));
        await created.ShouldBeAsync(201);
        Assert.Equal(Allowed, Header(created, "Access-Control-Allow-Origin"));
        Assert.Contains("ETag", Header(created, "Access-Control-Expose-Headers"), StringComparison.Ordinal);
        var refused = await _service.CreateAnonymousClient().SendAsync("GET", Api.Agents, null, ("Origin", Allowed));
        await refused.ShouldBeProblemAsync(401, "unauthenticated");
        Assert.Equal(Allowed, Header(refused, "Access-Control-Allow-Origin"));
    }

    [Theory, InlineData("https://evil.example.com"), InlineData("http://console.example.com"),
        InlineData("https://console.example.com.evil.example"), InlineData("null")]
    public async Task A_page_of_another_origin_is_told_nothing(string origin)
    {
        var preflight = await _service.CreateAnonymousClient()
            .SendAsync("OPTIONS", Api.Agents, null, ("Origin", origin), ("Access-Control-Request-Method", "POST"));
        Assert.False(preflight.Headers.Contains("Access-Control-Allow-Origin"));
        var answer = await _service.CreateClient().SendAsync("GET", Api.Agents, null, ("Origin", origin));
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Theory, InlineData("http://localhost:5173"), InlineData("http://127.0.0.1:3000"), InlineData("http://[::1]:8000")]
    public async Task In_development_a_page_of_this_machine_may_call(string origin)
    {
        var preflight = await _service.CreateAnonymousClient()
            .SendAsync("OPTIONS", Api.Agents, null, ("Origin", origin), ("Access-Control-Request-Method", "POST"));
        Assert.Equal(origin, Header(preflight, "Access-Control-Allow-Origin"));
        Assert.True(CrossOrigin.Allows(new() { IsProduction = false }, new())(origin));
        Assert.False(CrossOrigin.Allows(new() { IsProduction = true }, new())(origin));
        Assert.True(CrossOrigin.Allows(new() { IsProduction = true }, new() { AllowedOrigins = [origin] })(origin));
    }

    [Theory, InlineData("/internal/v1/tenants/acme/agents"), InlineData("/health")]
    public async Task What_is_not_for_browsers_is_for_no_page(string path)
    {
        var answer = await _service.CreateAnonymousClient().SendAsync("GET", path, null, ("Origin", Allowed));
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Data_is_nothing_that_a_browser_runs_or_frames()
    {
        var answer = await _service.CreateClient().SendAsync("GET", Api.Agents);
        Assert.Equal(
            ("nosniff", "DENY", "no-referrer", "default-src 'none'; frame-ancestors 'none'"),
            (Header(answer, "X-Content-Type-Options"), Header(answer, "X-Frame-Options"), Header(answer, "Referrer-Policy"),
                Header(answer, "Content-Security-Policy")));
        Assert.False((await _service.CreateAnonymousClient().GetAsync("/docs/index.html")).Headers.Contains("Content-Security-Policy"));
    }

    private static string Header(HttpResponseMessage answer, string name) => answer.Headers.GetValues(name).Single();
}

/// <summary>A service that the pages of one origin may call, for all tests of the class.</summary>
public sealed class ServiceForPages : IAsyncLifetime
{
    internal const string Origin = "https://console.example.com";

    internal ServiceHost Service { get; private set; } = null!;

    public async ValueTask InitializeAsync() =>
        Service = await ServiceHost.StartAsync(change: settings => settings with { AllowedOrigins = [Origin] });

    public ValueTask DisposeAsync() => Service.DisposeAsync();
}
