using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Tests.WebGateway;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Internal;
using AgentManagement.WebGateway.Limits;
using AgentManagement.WebGateway.Observability;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentManagement.Tests.Limits;

/// <summary>What becomes of requests beyond a tenant's rate, over HTTP.</summary>
public sealed class RequestLimitTests(RequestLimitTests.Shared shared) : IClassFixture<RequestLimitTests.Shared>
{
    private readonly string _tenant = Gateway.NewTenant();
    private readonly ShiftedClock _clock = new();

    [Fact]
    public async Task Beyond_its_tiers_rate_a_tenant_is_refused_until_there_is_room_and_no_other_is()
    {
        var (service, clock) = shared.AtBeginningOfMinute();
        using var client = service.CreateClient(_tenant, tier: "free");
        var remaining = new List<int>();
        for (var number = 0; number < 60; number++)
        {
            using var answer = await client.GetAsync("/api/v1/agents");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            remaining.Add(Header(answer, "RateLimit-Remaining"));
            Assert.Equal(60, Header(answer, "RateLimit-Limit"));
        }
        Assert.Equal(Enumerable.Range(0, 60).Reverse(), remaining);

        using var refused = await client.PutAsync(
            "/api/v1/agents/bot", JsonContent.Create(new { name = "Bot", type = "rag", config = new { } }));
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        using var problem = JsonDocument.Parse(await refused.Content.ReadAsStringAsync());
        Assert.Equal(("rate_limited", 429), (problem.RootElement.GetProperty("code").GetString(), problem.RootElement.GetProperty("status")
            .GetInt32()));
        Assert.Equal(0, Header(refused, "RateLimit-Remaining"));
        using var neighbour = service.CreateClient(Gateway.NewTenant(), tier: "free");
        Assert.Equal(HttpStatusCode.OK, (await neighbour.GetAsync("/api/v1/agents")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health/live")).StatusCode);

        clock.Advance(refused.Headers.RetryAfter!.Delta!.Value);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/api/v1/agents/bot")).StatusCode);
    }

    [Fact]
    public async Task The_tenants_record_wins_over_the_token_within_half_a_minute()
    {
        var (service, clock) = shared.AtBeginningOfMinute();
        using var client = service.CreateClient(_tenant, tier: "enterprise");
        Assert.Equal(1_000, Header(await client.GetAsync("/api/v1/agents"), "RateLimit-Limit"));
        using var platform = service.CreateClient(tenant: "platform", role: "platform_admin");
        var set = await platform.PutAsJsonAsync($"/internal/v1/tenants/{_tenant}", new { tier = "free" });
        Assert.True(set.IsSuccessStatusCode, await set.Content.ReadAsStringAsync());
        clock.Advance(TenantRates.Lifetime);
        Assert.Equal(60, Header(await client.GetAsync("/api/v1/agents"), "RateLimit-Limit"));
    }

    [Fact]
    public async Task One_identity_leaves_the_others_their_part()
    {
        await using var service = await StartAsync(settings => settings with { RateLimitIdentityPercent = 25 });
        using var greedy = service.CreateClient(tier: "free", subject: "greedy");
        using var modest = service.CreateClient(tier: "free", subject: "modest");
        Assert.Equal([.. Enumerable.Repeat(200, 15), 429, 429], await AskAsync(greedy, 17));
        Assert.Equal([.. Enumerable.Repeat(200, 15), 429], await AskAsync(modest, 16));
        using var others = service.CreateClient(tier: "free", subject: "a third");
        Assert.Equal(Enumerable.Repeat(200, 15), await AskAsync(others, 15));
        // All four quarters are the tenant's whole.
        using var fourth = service.CreateClient(tier: "free", subject: "a fourth");
        using var fifth = service.CreateClient(tier: "free", subject: "a fifth");
        Assert.Equal(Enumerable.Repeat(200, 15), await AskAsync(fourth, 15));
        Assert.Equal([429], await AskAsync(fifth, 1));
    }

    [Fact]
    public async Task No_more_requests_of_a_tenant_are_worked_on_at_once_than_a_gateway_has_places_for_it()
    {
        var work = new TaskCompletionSource();
        var middleware = new ConcurrencyMiddleware(_ => work.Task, new(IdentityPercent: 70, MaxAtOnce: 3));
        var revoked = new RevokedTokens(_clock);
        async Task<int> AskAsync(string tenantId, string subject, params object[] metadata)
        {
            var caller = new CurrentCaller(revoked);
            Assert.True(caller.TryAcceptService(tenantId, subject, "test"));
            var context = new DefaultHttpContext { Response = { Body = new MemoryStream() } };
            context.Features.Set(new RequestLogScope("test") { Caller = caller });
            context.SetEndpoint(new Endpoint(null, new([RequestLimited.Instance, .. metadata]), null));
            await middleware.InvokeAsync(context);
            return context.Response.StatusCode;
        }

        var held = new List<Task<int>> { AskAsync("acme", "ana"), AskAsync("acme", "ana") };
        Assert.Equal(429, await Await.For(AskAsync("acme", "ana"), "a refusal of the third of one identity"));
        held.Add(AskAsync("acme", "ben"));
        Assert.Equal(429, await Await.For(AskAsync("acme", "ben"), "a refusal"));
        Assert.Equal(429, await Await.For(AskAsync("acme", "cleo"), "another one"));
        var others = new[]
        {
            AskAsync("other", "ana"), AskAsync("acme", "ana", LongLived.Instance), AskAsync("acme", "ana", PlacesApart.Imports),
            AskAsync("acme", "ana", PlacesApart.Uploads),
        };
        Assert.DoesNotContain([.. held, .. others], each => each.IsCompleted);

        work.SetResult();
        Assert.All(await Task.WhenAll([.. held, .. others]), status => Assert.Equal(200, status));
        Assert.Equal(Enumerable.Repeat(200, 5), await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => AskAsync("acme", "ana"))));
    }

    [Fact]
    public async Task One_identity_gets_half_of_it_unless_it_is_set_otherwise()
    {
        await using var service = await StartAsync(settings => settings);
        using var client = service.CreateClient(tier: "free");
        Assert.Equal([.. Enumerable.Repeat(200, 30), 429], await AskAsync(client, 31));
        using var other = service.CreateClient(tier: "free", subject: "another");
        Assert.Equal([200], await AskAsync(other, 1));
    }

    [Fact]
    public async Task Services_have_a_rate_of_their_own_which_takes_nothing_from_users()
    {
        var (service, _) = shared.AtBeginningOfMinute();
        using var own = service.CreateClient(_tenant, role: "service", tier: "free");
        var agents = $"/internal/v1/tenants/{_tenant}/agents";
        var statuses = new List<int>();
        for (var number = 0; number < 61; number++) statuses.Add((int)(await own.GetAsync(agents)).StatusCode);
        Assert.Equal([.. Enumerable.Repeat(200, 60), 429], statuses);
        using var user = service.CreateClient(_tenant, tier: "free");
        Assert.Equal([200], await AskAsync(user, 1));
        using var platform = service.CreateAnonymousClient();
        platform.DefaultRequestHeaders.Authorization = new("Bearer", ServiceHost.ServiceToken);
        using var answer = await platform.GetAsync(agents);
        Assert.Equal((200, RequestLimits.MaxOfPlatform), ((int)answer.StatusCode, Header(answer, "RateLimit-Limit")));
    }

    [Fact]
    public async Task The_platforms_services_make_so_many_requests_for_a_tenant_and_no_more()
    {
        _clock.Advance(SlidingWindow.Length - SlidingWindow.MinuteOf(_clock.GetUtcNow()).Elapsed);
        var limits = new RequestLimits(null!, new LocalRequestCounter(_clock), new(IdentityPercent: 100, MaxAtOnce: 1), _clock);
        var caller = new Caller("acme", ServiceTokens.Subject, "service", null, "c");
        for (var number = 0; number < RequestLimits.MaxOfPlatform; number++) Assert.Null((await limits.DecideAsync(caller, true)).Exceeded);
        Assert.Equal("internal", (await limits.DecideAsync(caller, true)).Exceeded);
        Assert.Null((await limits.DecideAsync(caller with { TenantId = "other" }, true)).Exceeded);
    }

    [Fact]
    public async Task Turned_off_nothing_is_refused_and_no_header_says_anything()
    {
        await using var service = await ServiceHost.StartAsync(change: settings => settings with { IsRateLimited = false });
        using var client = service.CreateClient(tier: "free");
        Assert.Equal(Enumerable.Repeat(200, 70), await AskAsync(client, 70));
        Assert.False((await client.GetAsync("/api/v1/agents")).Headers.Contains("RateLimit-Limit"));
    }

    private async Task<ServiceHost> StartAsync(Func<HostSettings, HostSettings> change)
    {
        var service = await StartAsync(_clock, change);
        GoToBeginningOfMinute(_clock);
        return service;
    }

    private static Task<ServiceHost> StartAsync(ShiftedClock clock, Func<HostSettings, HostSettings> change) => ServiceHost.StartAsync(
        change: settings => change(settings) with { IsRateLimited = true },
        configure: services => services.AddSingleton<TimeProvider>(clock));

    /// <summary>So that all that a test asks for is counted in one. Of this minute, since tokens of the future are none.</summary>
    private static void GoToBeginningOfMinute(ShiftedClock clock)
    {
        var now = TimeProvider.System.GetUtcNow();
        clock.Advance(now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMinute)) - clock.GetUtcNow());
    }

    private static async Task<List<int>> AskAsync(HttpClient client, int times)
    {
        var statuses = new List<int>();
        for (var number = 0; number < times; number++) statuses.Add((int)(await client.GetAsync("/api/v1/agents")).StatusCode);
        return statuses;
    }

    private static int Header(HttpResponseMessage answer, string name) =>
        int.Parse(answer.Headers.GetValues(name).Single(), CultureInfo.InvariantCulture);

    /// <summary>A service whose identities may have all of their tenant's rate.</summary>
    public sealed class Shared : IAsyncLifetime
    {
        private readonly ShiftedClock _clock = new();
        private ServiceHost _service = null!;

        public async ValueTask InitializeAsync() => _service = await StartAsync(_clock, settings => settings with
        {
            ServiceToken = ServiceHost.ServiceToken,
            RateLimitIdentityPercent = 100,
        });

        public ValueTask DisposeAsync() => _service.DisposeAsync();

        internal (ServiceHost Service, ShiftedClock Clock) AtBeginningOfMinute()
        {
            GoToBeginningOfMinute(_clock);
            return (_service, _clock);
        }
    }
}
