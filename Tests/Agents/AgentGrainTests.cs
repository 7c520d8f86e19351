namespace AgentManagement.Tests.Agents;

/// <summary>What only the grains can show: dry runs, rollbacks to what is kept, versions of their own.</summary>
public sealed class AgentGrainTests(SqliteSilo shared) : IClassFixture<SqliteSilo>
{
    private static readonly WriteOptions Dry = new() { DryRun = true };

    private readonly TestSilo _silo = shared.Silo;
    private readonly string _tenantId = $"{Guid.NewGuid():n}";

    [Fact]
    public async Task A_dry_run_tells_what_would_be_and_changes_nothing()
    {
        var told = await DoAsync(new CreateAgent(Given.Content()) { Options = Dry });
        Assert.Equal(("agent_created", 1), (told.Value!.Kind, told.Value.Agent!.Version));
        Assert.Equal(OutcomeKind.NotFound, (await _silo.Agent(_tenantId, "bot").GetAsync()).Kind);

        await DoAsync(new CreateAgent(Given.Content()));
        AgentCommand[] commands =
        [
            new ReplaceAgent(Given.Content(content => content["name"] = "x")) { Options = Dry },
            new PatchAgent(new("""{"name":"x"}""")) { Options = Dry },
            new ActivateAgent(null) { Options = Dry }, new ArchiveAgent { Options = Dry },
        ];
        foreach (var command in commands) Assert.NotNull((await DoAsync(command)).Value!.Kind);
        var agent = (await _silo.Agent(_tenantId, "bot").GetAsync()).Value!;
        Assert.Equal((1, "draft", "Support bot"), (agent.Version, agent.Status, agent.Name));
        var tenant = await _silo.Tenant(_tenantId).GetAsync();
        Assert.Equal((1, 1, 0, 1), (tenant.Revision, tenant.Usage.Agents, tenant.Usage.ActiveAgents, tenant.Usage.CreatesToday));
    }

    [Fact]
    public async Task A_dry_run_gives_its_places_back()
    {
        for (var round = 0; round < 7; round++) Assert.True(
            (await DoAsync(new CreateAgent(Given.Content()) { Options = Dry }, tier: "free")).IsOk);
        Assert.True((await DoAsync(new CreateAgent(Given.Content()), tier: "free")).IsOk);
    }

    [Fact]
    public async Task A_dry_run_leaves_its_idempotency_key_free()
    {
        var options = new WriteOptions { DryRun = true, Idempotency = new("key", "print") };
        await DoAsync(new CreateAgent(Given.Content()) { Options = options });
        Assert.False((await DoAsync(new CreateAgent(Given.Content()) { Options = options with { DryRun = false } })).Value!.Replayed);
        Assert.True((await DoAsync(new CreateAgent(Given.Content()) { Options = options with { DryRun = false } })).Value!.Replayed);
    }

    [Fact]
    public async Task A_rollback_finds_kept_versions_its_own_included_and_no_others()
    {
        await DoAsync(new CreateAgent(Given.Content()));
        await DoAsync(new PatchAgent(new("""{"name":"Second"}""")));
        Assert.Null((await DoAsync(new RollbackAgent(2, null))).Value!.Kind);
        (await DoAsync(new RollbackAgent(3, null))).Refused(OutcomeKind.Conflict, "version_not_kept");
        (await DoAsync(new RollbackAgent(0, null))).Refused(OutcomeKind.Conflict, "version_not_kept");
        var back = (await DoAsync(new RollbackAgent(1, null))).Value!;
        Assert.Equal((3, "Support bot"), (back.Agent!.Version, back.Agent.Name));
    }

    [Fact]
    public async Task The_versions_from_before_a_purge_are_not_found_when_the_agent_is_made_again()
    {
        await DoAsync(new CreateAgent(Given.Content()));
        await DoAsync(new ArchiveAgent());
        Assert.NotNull((await DoAsync(new PurgeAgent { Options = Dry })).Value!.Kind);
        Assert.NotNull((await _silo.Agent(_tenantId, "bot").GetAsync()).Value);
        await DoAsync(new PurgeAgent());
        Assert.Equal(4, (await DoAsync(new CreateAgent(Given.Content(content => content["name"] = "Again")))).Value!.Agent!.Version);
        (await DoAsync(new RollbackAgent(1, null))).Refused(OutcomeKind.Conflict, "version_not_kept");
        Assert.Equal(OutcomeKind.NotFound, (await _silo.Agent(_tenantId, "bot").GetVersionAsync(1)).Kind);
    }

    [Fact]
    public async Task A_refused_creation_gives_its_place_back()
    {
        for (var round = 0; round < 7; round++) (await DoAsync(new CreateAgent(new("{}")), tier: "free"))
            .Refused(OutcomeKind.Invalid, "invalid_content");
        Assert.True((await DoAsync(new CreateAgent(Given.Content()), tier: "free")).IsOk);
    }

    private Task<Outcome<AgentChange>> DoAsync(AgentCommand command, string tier = "enterprise") => _silo.Tenant(_tenantId, tier: tier)
        .ApplyAsync("bot", command);
}
