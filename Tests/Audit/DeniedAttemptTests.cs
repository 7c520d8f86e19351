using System.Net.WebSockets;
using AgentManagement.Audit;
using AgentManagement.ServiceDefaults.Audit;
using AgentManagement.Silo.Audit;
using AgentManagement.Silo.Storage;
using AgentManagement.Tests.WebGateway;

namespace AgentManagement.Tests.Audit;

/// <summary>Attempts that were refused are found by who may know of them, and by nobody else.</summary>
public sealed class DeniedAttemptTests(SharedServices services) : IClassFixture<SharedServices>
{
    private const string Refusals = "/api/v1/audit/refusals";

    private readonly string _tenant = Gateway.NewTenant();
    private readonly string _other = Gateway.NewTenant();

    public static TheoryData<string> Kinds => TestDatabase.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task Each_tenant_sees_its_own_and_those_of_nobody_are_the_platforms(string kind)
    {
        var service = await services.OfAsync(kind);
        using var viewer = service.CreateClient(_tenant, "viewer", subject: "vic");
        using var free = service.CreateClient(_tenant, tier: "free");
        using var other = service.CreateClient(_other, "viewer");
        using var anonymous = service.CreateAnonymousClient();
        using var platform = service.CreateClient(_tenant, "platform_admin");
        var earlier = await ListAsync(platform, 0);
        await (await viewer.SendAsync("POST", Api.Agents, Api.Content(), ("X-Correlation-ID", "vic-1")))
            .ShouldBeProblemAsync(403, "permission_denied");
        for (var number = 0; number < 3; number++) await free.CreatePathAsync();
        await (await free.SendAsync("POST", Api.Agents, Api.Content())).ShouldBeAsync(409);
        await (await other.SendAsync("GET", "/api/v1/audit")).ShouldBeAsync(403);
        await (await anonymous.SendAsync("GET", $"{Api.Agents}/secret-of-mine")).ShouldBeAsync(401);
        // Refused for what was asked, not to who asked it.
        await (await free.SendAsync("GET", $"{Api.Agents}/absent")).ShouldBeAsync(404);
        await (await free.SendAsync("POST", Api.Agents, "{}")).ShouldBeAsync(422);

        using var admin = service.CreateClient(_tenant, "admin");
        var items = await ListAsync(admin, 2);
        Assert.Equal(
            ["id", "at", "status", "code", "operation", "subject", "role", "address", "correlationId", "count"], items[0].EnumerateObject()
                .Select(member => member.Name));
        Assert.Equal(
            [(409, "quota_exceeded", "POST /api/v1/agents", "tester"), (403, "permission_denied", "POST /api/v1/agents", "vic")],
            items.Select(item => (item.GetProperty("status").GetInt32(), item.Text("code"), item.Text("operation"), item.Text("subject"))));
        Assert.Equal(("viewer", "127.0.0.1", "vic-1", 1),
            (items[1].Text("role"), items[1].Text("address"), items[1].Text("correlationId"), items[1].GetProperty("count").GetInt32()));

        using var otherAdmin = service.CreateClient(_other, "admin");
        Assert.Equal("GET /api/v1/audit", Assert.Single(await ListAsync(otherAdmin, 1)).Text("operation"));
        var unknown = Assert.Single(await ListAsync(platform, 1, earlier));
        Assert.Equal((401, "unauthenticated", JsonValueKind.Null),
            (unknown.GetProperty("status").GetInt32(), unknown.Text("code"), unknown.GetProperty("subject").ValueKind));
        Assert.DoesNotContain("secret-of-mine", unknown.GetRawText(), StringComparison.Ordinal);
        foreach (var role in (string[])["viewer", "editor", "service"])
        {
            using var client = service.CreateClient(_tenant, role);
            await (await client.SendAsync("GET", Refusals)).ShouldBeProblemAsync(403, "permission_denied");
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Pages_follow_each_other_and_old_ones_are_forgotten(string kind)
    {
        var service = await services.OfAsync(kind);
        var store = new SqlDeniedAttemptStore(service.Services.GetRequiredService<Database>());
        // From now on, so that the service's own housekeeping leaves them.
        var clock = new ManualTimeProvider();
        clock.SetUtcNow(DateTimeOffset.UtcNow);
        var log = new DeniedAttemptLog(clock);
        var made = new List<DeniedAttempt>();
        for (var number = 0; number < 5; number++)
        {
            made.Add(log.Make("permission_denied") with { TenantId = number == 2 ? null : _tenant });
            clock.Advance(TimeSpan.FromDays(1));
        }
        await store.AddAsync([.. made]);
        // What is sent twice is kept once.
        await store.AddAsync([.. made]);

        TestSilo.ActAs(_tenant, "admin");
        var grain = service.Services.GetRequiredService<IGrainFactory>().GetGrain<IAuditGrain>(GrainKeys.Tenant(_tenant));
        var first = (await grain.ListDeniedAttemptsAsync(null, 3)).Value!;
        Assert.Equal([made[4].Id, made[3].Id, made[1].Id], first.Items.Select(item => item.Id));
        var second = (await grain.ListDeniedAttemptsAsync(first.NextCursor, 3)).Value!;
        Assert.Equal((made[0].Id, null), (Assert.Single(second.Items).Id, second.NextCursor));
        Assert.Equal("invalid_cursor", (await grain.ListDeniedAttemptsAsync("x", 3)).Code);

        clock.Advance(DeniedAttemptCleanup.TimeToLive - TimeSpan.FromDays(3.5));
        await new DeniedAttemptCleanup(store, clock).RunAsync(CancellationToken.None);
        Assert.Equal([made[4].Id, made[3].Id], (await grain.ListDeniedAttemptsAsync(null, 10)).Value!.Items.Select(item => item.Id));
        Assert.Equal(
            [made[2].Id],
            (await store.ListAsync(null, "", "~", 10, default)).Select(item => item.Id).Intersect(made.Select(item => item.Id)));
    }

    [Fact]
    public async Task A_call_for_another_tenant_is_noted_under_the_callers_own_and_says_nothing_of_the_other()
    {
        var service = await services.OfAsync("sqlite");
        using var client = service.CreateClient(_tenant);
        await client.CreatePathAsync(Api.Content(id: "bot"));
        TestSilo.ActAs(_other);
        await Assert.ThrowsAsync<AccessDeniedException>(
            () => service.Services.GetRequiredService<IGrainFactory>().GetGrain<IAgentGrain>(GrainKeys.Agent(_tenant, "bot")).GetAsync());

        using var intruder = service.CreateClient(_other, "admin");
        var refusal = Assert.Single(await ListAsync(intruder, 1));
        Assert.Equal(("tenant_mismatch", "IAgentGrain.GetAsync", 0),
            (refusal.Text("code"), refusal.Text("operation"), refusal.GetProperty("status").GetInt32()));
        Assert.DoesNotContain(_tenant, refusal.GetRawText(), StringComparison.Ordinal);
        using var victim = service.CreateClient(_tenant, "admin");
        Assert.Empty(await ListAsync(victim, 0));
    }

    [Fact]
    public async Task A_token_that_a_socket_brings_is_refused_like_any()
    {
        var service = await services.OfAsync("sqlite");
        using var platform = service.CreateClient(_tenant, "platform_admin");
        var earlier = await ListAsync(platform, 0);
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(service.Address) { Scheme = "ws", Path = "/api/v1/ws" }.Uri, CancellationToken.None);
        await socket.SendAsync(
            """{"action":"authenticate","token":"x"}"""u8.ToArray(), WebSocketMessageType.Text, true, CancellationToken.None);
        await socket.ReceiveAsync(new byte[100], CancellationToken.None);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
        Assert.Equal(("unauthenticated", "GET /api/v1/ws"), Assert.Single(await ListAsync(platform, 1, earlier)) is var refusal
            ? (refusal.Text("code"), refusal.Text("operation")) : default);
    }

    [Fact]
    public async Task A_flood_is_answered_and_only_a_part_of_it_is_kept()
    {
        await using var service = await ServiceHost.StartAsync();
        using var anonymous = service.CreateAnonymousClient();
        for (var number = 0; number < DeniedAttemptLog.MaxOfAMinute * 2; number++) await (await anonymous.SendAsync("GET", Api.Agents))
            .ShouldBeAsync(401);
        using var platform = service.CreateClient("acme", "platform_admin");
        var items = await ListAsync(platform, DeniedAttemptLog.MaxOfAMinute);
        // A minute may end in between: its count is a line of its own, and the next one keeps as many again.
        Assert.InRange(
            items.Count(item => item.Text("code") == "unauthenticated"), DeniedAttemptLog.MaxOfAMinute, 2 * DeniedAttemptLog.MaxOfAMinute);
    }

    [Fact]
    public async Task Without_a_database_requests_are_refused_as_ever_and_the_refusals_wait()
    {
        await using var service = await ServiceHost.StartAsync("postgresql");
        using var viewer = service.CreateClient("acme", "viewer");
        await service.DropDatabaseAsync();
        await (await viewer.SendAsync("POST", Api.Agents, Api.Content())).ShouldBeAsync(403);
        var log = service.Services.GetRequiredService<DeniedAttemptLog>();
        // Between being taken and being put back it is in neither place.
        await Await.Until(
            () => log.Take(10) is { IsEmpty: false } waiting && waiting.Single().Code == "permission_denied", "the refusal is waiting");
    }

    /// <summary>Those that are kept, without those that were there earlier.</summary>
    private static async Task<IReadOnlyList<JsonElement>> ListAsync(
        HttpClient client, int atLeast, IEnumerable<JsonElement>? earlier = null)
    {
        IReadOnlyList<JsonElement> items = [];
        await Await.Until(async () =>
        {
            items = [.. (await client.GetAsync($"{Refusals}?limit=200", 200)).GetProperty("items").EnumerateArray()
                .ExceptBy((earlier ?? []).Select(item => item.Text("id")), item => item.Text("id"))];
            return items.Count >= atLeast;
        }, $"{atLeast} refusals are kept");
        return items;
    }
}
