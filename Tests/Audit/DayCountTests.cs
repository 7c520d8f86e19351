using AgentManagement.Audit;
using AgentManagement.Silo.Storage;
using AgentManagement.Tests.WebGateway;

namespace AgentManagement.Tests.Audit;

/// <summary>How many changes and refusals there were of each day, on both databases.</summary>
public sealed class DayCountTests
{
    public static TheoryData<string> Kinds => TestDatabase.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task Changes_are_counted_by_the_day_they_were_made_on(string kind)
    {
        var clock = new ShiftedClock();
        await using var silo = await TestSilo.StartAsync(kind, configure: services => services.AddSingleton<TimeProvider>(clock));
        // At noon, so that no day ends in between.
        clock.Advance(clock.GetUtcNow().UtcDateTime.Date.AddDays(1.5) - clock.GetUtcNow().UtcDateTime);
        await MakeAsync("acme", 3);
        clock.Advance(TimeSpan.FromDays(2));
        await MakeAsync("acme", 1);
        await MakeAsync("other", 4);
        clock.Advance(TimeSpan.FromDays(2));
        await MakeAsync("acme", 2);

        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        Assert.Equal(
            Enumerable.Zip([0, 0, 3, 0, 1, 0, 2], Enumerable.Range(0, 7), (count, day) => new DayCount(today.AddDays(day - 6), count)),
            await CountAsync("acme", 7));
        Assert.Equal([0, 2], (await CountAsync("acme", 2)).Select(each => each.Count));
        Assert.Equal(6, (await CountAsync("acme", DayCount.MaxDays)).Sum(each => each.Count));
        Assert.Equal([0, 0, 4, 0, 0], (await CountAsync("other", 5)).Select(each => each.Count));
        Assert.Equal([0], (await CountAsync("nobody", 1)).Select(each => each.Count));

        async Task MakeAsync(string tenantId, int count)
        {
            for (var number = 0; number < count; number++)
            {
                TestSilo.ActAs(tenantId);
                Assert.True((await silo.Tenant(tenantId).ApplyAsync($"bot-{Guid.NewGuid():n}", new CreateAgent(Sample.Content()))).IsOk);
            }
        }

        Task<ImmutableArray<DayCount>> CountAsync(string tenantId, int days)
        {
            TestSilo.ActAs(tenantId);
            return silo.Grains.GetGrain<IAuditGrain>(GrainKeys.Tenant(tenantId)).CountChangesAsync(days);
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Refusals_are_counted_with_those_that_are_left_out_and_what_is_read_is_none(string kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        await database.ApplySchemaAsync();
        await using var opened = await database.OpenAsync();
        var store = new SqlDeniedAttemptStore(opened);
        var noon = new DateTimeOffset(2026, 5, 20, 12, 0, 0, TimeSpan.Zero);
        await store.AddAsync(
        [
            Attempt("1", "acme", noon), Attempt("2", "acme", noon.AddHours(11.9), 40), Attempt("3", "acme", noon.AddDays(2)),
            Attempt("4", "other", noon), Attempt("5", null, noon, 7), Attempt($"{DeniedAttempt.ReadPrefix}6", "acme", noon),
            Attempt("7", "acme", noon.AddDays(-1)),
        ]);
        Assert.Equal([41, 0, 1], await CountAsync("acme"));
        Assert.Equal([1, 0, 0], await CountAsync("other"));
        Assert.Equal([7, 0, 0], await CountAsync(null));

        async Task<IEnumerable<long>> CountAsync(string? tenantId) =>
            (await store.CountDaysAsync(tenantId, new(2026, 5, 20), 3, CancellationToken.None)).Select(each => each.Count);

        static DeniedAttempt Attempt(string id, string? tenantId, DateTimeOffset at, long count = 1) =>
            new() { Id = id, TenantId = tenantId, At = at, Code = "permission_denied", Count = count };
    }

    [Fact]
    public async Task Both_are_asked_for_by_http()
    {
        await using var service = await ServiceHost.StartAsync();
        using var admin = service.CreateClient(role: "admin");
        await admin.CreateAsync(Api.Content(id: "bot"));
        await (await service.CreateClient(role: "viewer").SendAsync("DELETE", $"{Api.Agents}/bot")).ShouldBeAsync(403);

        var days = (await admin.GetAsync("/api/v1/audit/days?days=2", 200)).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(1, days.Sum(day => day.GetProperty("count").GetInt64()));
        Assert.Equal(2, days.Count);
        await Await.Until(
            async () => (await admin.GetAsync("/api/v1/audit/refusals/days", 200)).GetProperty("items").EnumerateArray()
                .Sum(day => day.GetProperty("count").GetInt64()) == 1,
            "the refusal is counted");
        await (await admin.SendAsync("GET", "/api/v1/audit/days?days=91")).ShouldBeProblemAsync(400, "invalid_parameter");
    }
}
