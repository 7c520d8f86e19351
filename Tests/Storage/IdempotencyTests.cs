namespace AgentManagement.Tests.Storage;

public sealed class IdempotencyTests(SharedSilos silos) : IClassFixture<SharedSilos>
{
    private readonly string _tenant = WebGateway.Gateway.NewTenant();

    public static TheoryData<string> Kinds => TestDatabase.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task The_first_answer_is_replayed_after_a_restart_and_later_changes(string kind)
    {
        var silo = await silos.OfAsync(kind);
        var first = (await silo.Tenant(_tenant).ApplyAsync(null, Create("key"))).Value!.Agent!;
        await silo.Tenant(_tenant).ApplyAsync(first.Id, new ReplaceAgent(Sample.Content(text: "Other.")));
        await silos.StopAsync(kind);
        var again = await silos.OfAsync(kind);
        var replayed = (await again.Tenant(_tenant).ApplyAsync(null, Create("key"))).Value!;
        Assert.True(replayed is { Replayed: true, Created: true });
        Assert.Equal(first with { Tags = default }, replayed.Agent! with { Tags = default });
        Assert.Equal(first.Tags, replayed.Agent!.Tags);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Another_request_with_the_same_key_is_refused(string kind)
    {
        var silo = await silos.OfAsync(kind);
        await silo.Tenant(_tenant).ApplyAsync("bot", Create("key"));
        var other = await silo.Tenant(_tenant).ApplyAsync("bot-2", Create("key", fingerprint: "other"));
        Assert.Equal((OutcomeKind.Invalid, "idempotency_key_reused"), (other.Kind, other.Code));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task The_same_key_in_another_tenant_is_another_key(string kind)
    {
        var silo = await silos.OfAsync(kind);
        await silo.Tenant(_tenant).ApplyAsync("bot", Create("key"));
        Assert.False((await silo.Tenant($"{_tenant}-other").ApplyAsync("bot", Create("key"))).Value!.Replayed);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_key_is_kept_for_24_hours(string kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var clock = new ShiftedClock();
        await using var silo = await TestSilo.StartAsync(database, configure: services => services.AddSingleton<TimeProvider>(clock));
        await silo.Tenant(_tenant).ApplyAsync(null, Create("key"));
        clock.Advance(TimeSpan.FromHours(23.9));
        Assert.True((await silo.Tenant(_tenant).ApplyAsync(null, Create("key"))).Value!.Replayed);
        clock.Advance(TimeSpan.FromHours(0.2));
        Assert.False((await silo.Tenant(_tenant).ApplyAsync(null, Create("key"))).Value!.Replayed);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_purge_removes_the_kept_answer_but_not_that_the_key_was_used(string kind)
    {
        var silo = await silos.OfAsync(kind);
        await silo.Tenant(_tenant).ApplyAsync("bot", Create("key"));
        await silo.Tenant(_tenant).ApplyAsync("bot", new ArchiveAgent());
        await silo.Tenant(_tenant).ApplyAsync("bot", new PurgeAgent());
        Assert.Equal("idempotency_answer_gone", (await silo.Tenant(_tenant).ApplyAsync("bot", Create("key"))).Code);
    }

    private static CreateAgent Create(string key, string fingerprint = "print") =>
        new(Sample.Content()) { Options = new() { Idempotency = new(key, fingerprint) } };
}
