using Dapper;

namespace AgentManagement.Tests.Storage;

/// <summary>One change is one statement: state, log, counters, read model and idempotency record, or nothing.</summary>
public sealed class DurableChangeTests(SharedSilos silos) : IClassFixture<SharedSilos>
{
    private readonly string _tenant = WebGateway.Gateway.NewTenant();

    public static TheoryData<string> Kinds => TestDatabase.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_created_agent_is_still_there_after_a_restart(string kind)
    {
        var silo = await silos.OfAsync(kind);
        var made = await silo.Tenant(_tenant).ApplyAsync("bot", new CreateAgent(Sample.Content()));
        Assert.True(made.IsOk, made.Detail);
        await silos.StopAsync(kind);
        var again = await silos.OfAsync(kind);
        var agent = await again.Agent(_tenant, "bot").GetAsync();
        Assert.Equal("Support bot", agent.Value!.Name);
        Assert.Equal("""{"z":1,"a":null}""", agent.Value.Metadata.Text);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Every_change_makes_one_version_one_log_row_and_one_revision(string kind)
    {
        var silo = await silos.OfAsync(kind);
        AgentCommand[] commands =
        [
            new CreateAgent(Sample.Content()), new ReplaceAgent(Sample.Content(text: "Other.")),
            new ReplaceAgent(Sample.Content(text: "Other.")), new ActivateAgent("go"), new DeactivateAgent(null),
            new RollbackAgent(1, null), new ArchiveAgent(), new RestoreAgent(), new ArchiveAgent(),
            new PurgeAgent(),
        ];
        foreach (var command in commands)
        {
            var outcome = await silo.Tenant(_tenant).ApplyAsync("bot", command);
            Assert.True(outcome.IsOk, $"{command.GetType().Name}: {outcome.Code} {outcome.Detail}");
        }

        await using var connection = await silo.Database.Source.OpenConnectionAsync();
        var log = (await connection.QueryAsync<(string Kind, long Revision, long Version)>(
            """
            SELECT kind, CAST(revision AS bigint), CAST(agent_version AS bigint) FROM change_log
            WHERE tenant_id = @_tenant ORDER BY revision
            """, new { _tenant })).ToList();
        Assert.Equal(
            ["agent_created", "agent_updated", "agent_activated", "agent_deactivated", "agent_rolled_back", "agent_archived",
                "agent_restored", "agent_archived", "agent_purged"],
            log.Select(row => row.Kind));
        Assert.Equal(Enumerable.Range(1, 9).Select(number => (long)number), log.Select(row => row.Revision));
        Assert.Equal(Enumerable.Range(1, 9).Select(number => (long)number), log.Select(row => row.Version));
        Assert.Equal(9, (await silo.Tenant(_tenant).GetAsync()).Revision);
        Assert.Equal(OutcomeKind.NotFound, (await silo.Agent(_tenant, "bot").GetAsync()).Kind);
    }
}
