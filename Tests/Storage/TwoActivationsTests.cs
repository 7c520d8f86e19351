using Dapper;

namespace AgentManagement.Tests.Storage;

/// <summary>
/// Two silos that do not know of each other, as after a network split: every grain is active twice on one database.
/// The grains' own care is of no use then; the statement's guards must hold.
/// </summary>
public sealed class TwoActivationsTests(TwoActivationsTests.Silos silos) : IClassFixture<TwoActivationsTests.Silos>
{
    private readonly string _tenant = WebGateway.Gateway.NewTenant();

    public static TheoryData<string> Kinds => TestDatabase.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_stale_activation_never_overwrites(string kind)
    {
        var (one, other) = (await silos.OfAsync(kind), await silos.OfAsync(kind, "other"));
        await one.Tenant(_tenant).ApplyAsync("bot", new CreateAgent(Sample.Content()));
        await other.Agent(_tenant, "bot").GetAsync();

        await one.Tenant(_tenant).ApplyAsync("bot", new ReplaceAgent(Sample.Content(text: "From one.")));
        var conditional = await other.Tenant(_tenant).ApplyAsync(
            "bot", new ReplaceAgent(Sample.Content(text: "From other.")) { Options = new() { IfMatch = [1] } });
        Assert.Equal(OutcomeKind.PreconditionFailed, conditional.Kind);

        await one.Tenant(_tenant).ApplyAsync("bot", new ReplaceAgent(Sample.Content(text: "From one again.")));
        var unconditional = await other.Tenant(_tenant).ApplyAsync("bot", new ReplaceAgent(Sample.Content(text: "From other.")));
        Assert.Equal(4, unconditional.Value!.Agent!.Version);
        await AssertLogAsync(one, rows: 4);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task The_limit_of_agents_holds_over_both(string kind)
    {
        var (one, other) = (await silos.OfAsync(kind), await silos.OfAsync(kind, "other"));

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 40).Select(number =>
            (number % 2 == 0 ? one : other).Tenant(_tenant).ApplyAsync($"bot-{number}", new CreateAgent(Sample.Content()))));

        Assert.Equal(10, outcomes.Count(outcome => outcome.IsOk));
        Assert.All(outcomes.Where(outcome => !outcome.IsOk), outcome => Assert.Equal(OutcomeKind.QuotaExceeded, outcome.Kind));
        Assert.Equal(10, (await one.Tenant(_tenant).GetAsync()).Usage.Agents);
        await AssertLogAsync(one, rows: 10);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task The_limits_of_active_agents_and_of_creations_a_day_hold_over_both(string kind)
    {
        var (one, other) = (await silos.OfAsync(kind), await silos.OfAsync(kind, "other"));
        await one.Tenant(_tenant, tier: "free").ApplyAsync("a", new CreateAgent(Sample.Content()));
        await other.Tenant(_tenant, tier: "free").ApplyAsync("b", new CreateAgent(Sample.Content()));
        await one.Tenant(_tenant, tier: "free").GetAsync();

        // Both tenant grains counted no active agent before the other's activation.
        Assert.True((await one.Tenant(_tenant, tier: "free").ApplyAsync("a", new ActivateAgent(null))).IsOk);
        var second = await other.Tenant(_tenant, tier: "free").ApplyAsync("b", new ActivateAgent(null));
        Assert.Equal("active_agents_limit", second.Issues.Single().Code);

        foreach (var (silo, id) in new[] { (one, "c"), (other, "d"), (one, "e") })
        {
            await silo.Tenant(_tenant, tier: "free").ApplyAsync(id, new CreateAgent(Sample.Content()));
            await silo.Tenant(_tenant, tier: "free").ApplyAsync(id, new ArchiveAgent());
        }
        var sixth = await other.Tenant(_tenant, tier: "free").ApplyAsync("f", new CreateAgent(Sample.Content()));
        Assert.Equal("creates_per_day_limit", sixth.Issues.Single().Code);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task One_idempotency_key_makes_one_change_over_both(string kind)
    {
        var (one, other) = (await silos.OfAsync(kind), await silos.OfAsync(kind, "other"));
        var command = new CreateAgent(Sample.Content()) { Options = new() { Idempotency = new("key", "print") } };

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(number =>
            (number % 2 == 0 ? one : other).Tenant(_tenant).ApplyAsync(null, command)));

        Assert.All(outcomes, outcome => Assert.True(outcome.IsOk, outcome.Detail));
        Assert.Single(outcomes.Select(outcome => outcome.Value!.Agent!.Id).Distinct());
        Assert.Single(outcomes, outcome => !outcome.Value!.Replayed);
        await AssertLogAsync(one, rows: 1);
    }

    private async Task AssertLogAsync(TestSilo silo, int rows)
    {
        await using var connection = await silo.Database.Source.OpenConnectionAsync();
        var revisions = await connection.QueryAsync<long>(
            "SELECT CAST(revision AS bigint) FROM change_log WHERE tenant_id = @_tenant ORDER BY revision", new { _tenant });
        Assert.Equal(Enumerable.Range(1, rows).Select(number => (long)number), revisions);
    }

    /// <summary>Silos with a limit of agents that a test reaches.</summary>
    public sealed class Silos : SharedSilos
    {
        internal override Task<TestSilo> StartAsync(TestDatabase database) => TestSilo.StartAsync(database, maximumAgents: 10);
    }
}
