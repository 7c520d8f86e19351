namespace AgentManagement.Tests.Orleans;

/// <summary>
/// One cluster whose directory has lost a grain, so that it is active on two silos: what no directory can exclude at the
/// moment when a silo is taken for dead.
/// </summary>
public sealed class DuplicateActivationTests
{
    [Fact]
    public async Task A_stale_activation_of_an_agent_decides_again_on_what_the_other_wrote()
    {
        await using var cluster = await SplitCluster.StartAsync();
        await cluster.Tenant(0).ApplyAsync("bot", new CreateAgent(Sample.Content(text: "Version 1")));
        await cluster.ActivateTwiceAsync(cluster.Agent(0));

        // The tenant is active once: wherever it is it reaches the activation of the agent there, which knows less and less.
        for (var version = 2; version <= 7; version++)
        {
            var written = await cluster.Tenant(version % 2).ApplyAsync("bot", new ReplaceAgent(Sample.Content(text: $"Version {version}")));
            Assert.Equal((OutcomeKind.Ok, version), (written.Kind, written.Value?.Agent?.Version));
            await cluster.DeactivateTenantAsync();
        }

        // The first write found its activation up to date.
        Assert.Equal(5, cluster.Conflicts);
        await cluster.AssertActiveTwiceAsync(cluster.Agent(0));
        await cluster.AssertLogAsync(7);
        for (var version = 1; version <= 7; version++)
        {
            var agent = (await cluster.Agent(0).GetVersionAsync(version)).Value!;
            Assert.Contains($"Version {version}", agent.Config.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_stale_activation_does_not_meet_a_condition_that_it_believes_to_meet()
    {
        await using var cluster = await SplitCluster.StartAsync();
        await cluster.Tenant(0).ApplyAsync("bot", new CreateAgent(Sample.Content()));
        await cluster.ActivateTwiceAsync(cluster.Agent(0));
        await cluster.Tenant(0).ApplyAsync("bot", new ReplaceAgent(Sample.Content(text: "From silo 0.")));
        await cluster.DeactivateTenantAsync();

        var refused = await cluster.Tenant(1).ApplyAsync(
            "bot", new ReplaceAgent(Sample.Content(text: "From silo 1.")) { Options = new() { IfMatch = [1] } });

        Assert.Equal((OutcomeKind.PreconditionFailed, 1), (refused.Kind, cluster.Conflicts));
        await cluster.AssertActiveTwiceAsync(cluster.Agent(0));
        await cluster.AssertLogAsync(2);
    }

    [Fact]
    public async Task A_second_conflict_in_a_row_is_the_callers_to_know()
    {
        await using var cluster = await SplitCluster.StartAsync();
        await cluster.Tenant(0).ApplyAsync("bot", new CreateAgent(Sample.Content()));
        await cluster.Tenant(0).ApplyAsync("bot", new ReplaceAgent(Sample.Content(text: "Version 2")));
        await cluster.ActivateTwiceAsync(cluster.Tenant(0));
        await cluster.ActivateTwiceAsync(cluster.Agent(0));
        await cluster.Tenant(1).ApplyAsync("bot", new ReplaceAgent(Sample.Content(text: "Version 3")));

        // Silo 0 is refused, reads version 3, and is about to write when silo 1 writes once more.
        var checkpoint = cluster.Reading.Stop(number: 2);
        var rollback = cluster.Tenant(0).ApplyAsync("bot", new RollbackAgent(1, null));
        await checkpoint.Reached("the second attempt");
        var written = await cluster.Tenant(1).ApplyAsync("bot", new ReplaceAgent(Sample.Content(text: "Version 4")));
        checkpoint.Open();

        (await rollback).Refused(OutcomeKind.Conflict, "write_conflict");
        Assert.Equal(4, written.Value!.Agent!.Version);
        Assert.Equal(2, cluster.Conflicts);
        await cluster.AssertLogAsync(4);
        Assert.Contains("Version 4", (await cluster.Agent(0).GetAsync()).Value!.Config.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Writers_to_both_activations_lose_nothing_that_was_acknowledged()
    {
        const int Writes = 40;
        await using var cluster = await SplitCluster.StartAsync();
        await cluster.Tenant(0).ApplyAsync("bot", new CreateAgent(Sample.Content()));
        await cluster.ActivateTwiceAsync(cluster.Tenant(0));
        await cluster.ActivateTwiceAsync(cluster.Agent(0));

        var outcomes = await Task.WhenAll(Enumerable.Range(0, Writes).Select(async number =>
            (Text: $"Write {number}.", Outcome: await cluster.Tenant(number % 2)
                .ApplyAsync("bot", new ReplaceAgent(Sample.Content(text: $"Write {number}."))))));

        var written = outcomes.Where(each => each.Outcome.IsOk).ToList();
        Assert.All(outcomes.Except(written), each => each.Outcome.Refused(OutcomeKind.Conflict, "write_conflict"));
        Assert.NotEqual(0, cluster.Conflicts);
        Assert.Equal(Enumerable.Range(2, written.Count), written.Select(each => each.Outcome.Value!.Agent!.Version).Order());
        await cluster.AssertLogAsync(1 + written.Count);
        foreach (var (text, outcome) in written)
        {
            var kept = (await cluster.Agent(0).GetVersionAsync(outcome.Value!.Agent!.Version)).Value!;
            Assert.Contains(text, kept.Config.Text, StringComparison.Ordinal);
        }
        await cluster.AssertActiveTwiceAsync(cluster.Agent(0));
        await cluster.AssertActiveTwiceAsync(cluster.Tenant(0));
    }

    [Fact]
    public async Task A_tenant_that_is_active_twice_never_passes_its_quotas()
    {
        await using var cluster = await SplitCluster.StartAsync(maximumAgents: 10);
        await cluster.Tenant(0).GetAsync();
        await cluster.ActivateTwiceAsync(cluster.Tenant(0));

        var created = await Task.WhenAll(Enumerable.Range(0, 40).Select(number =>
            cluster.Tenant(number % 2).ApplyAsync($"bot-{number}", new CreateAgent(Sample.Content()))));

        Assert.Equal(10, created.Count(outcome => outcome.IsOk));
        Assert.All(created.Where(outcome => !outcome.IsOk), outcome => outcome.Refused(OutcomeKind.QuotaExceeded, "quota_exceeded"));
        Assert.Equal(10, (await cluster.Tenant(0).GetAsync()).Usage.Agents);
        await cluster.AssertActiveTwiceAsync(cluster.Tenant(0));
        await cluster.AssertLogAsync(10);
    }

    [Fact]
    public async Task A_tenant_that_is_active_twice_has_no_more_active_agents_than_its_tier()
    {
        await using var cluster = await SplitCluster.StartAsync();
        foreach (var id in new[] { "a", "b", "c" }) await cluster.Tenant(0, "free").ApplyAsync(id, new CreateAgent(Sample.Content()));
        await cluster.ActivateTwiceAsync(cluster.Tenant(0, "free"), "free");

        var activated = await Task.WhenAll(new[] { "a", "b", "c" }.Select((id, number) =>
            cluster.Tenant(number % 2, "free").ApplyAsync(id, new ActivateAgent(null))));

        Assert.Single(activated, outcome => outcome.IsOk);
        Assert.Equal(1, (await cluster.Tenant(1, "free").GetAsync()).Usage.ActiveAgents);
        await cluster.AssertActiveTwiceAsync(cluster.Tenant(0, "free"));
        await cluster.AssertLogAsync(4);
    }

    [Fact]
    public async Task A_tenant_that_is_active_twice_does_under_one_key_one_change()
    {
        await using var cluster = await SplitCluster.StartAsync();
        await cluster.Tenant(0).GetAsync();
        await cluster.ActivateTwiceAsync(cluster.Tenant(0));
        var command = new CreateAgent(Sample.Content()) { Options = new() { Idempotency = new("key", "print") } };

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => cluster.Tenant(number % 2).ApplyAsync(null, command)));

        Assert.All(outcomes, outcome => Assert.True(outcome.IsOk, outcome.Detail));
        Assert.Single(outcomes, outcome => !outcome.Value!.Replayed);
        await cluster.AssertActiveTwiceAsync(cluster.Tenant(0));
        await cluster.AssertLogAsync(1);
    }
}
