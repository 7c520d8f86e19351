using AgentManagement.Tasks;
using AgentManagement.Tests.Tasks;
using Dapper;

namespace AgentManagement.Tests.Validation;

/// <summary>Content that was written before there was a rule against it.</summary>
public sealed class StoredContentTests(StoredContentTests.Stored stored) : IClassFixture<StoredContentTests.Stored>
{
    private const string Marker = "\"metadata\":{\"marker\":1}";

    [Theory, MemberData(nameof(InvalidConfigurations.All), MemberType = typeof(InvalidConfigurations))]
    public async Task It_is_not_made_live_copied_or_gone_back_to_and_a_revalidation_finds_it(string code, string pointer, string section)
    {
        var (tasks, tenant) = (stored.Tasks, stored.TenantOf(section));
        Expect(await tasks.Silo.Tenant(tenant).ApplyAsync("bot", new ActivateAgent(null)));
        Expect(await tasks.Silo.Tenant(tenant).ApplyAsync("bot", new PatchAgent(new("""{"name":"Other"}"""))));
        // A copy of one that hands over to itself hands over to the other.
        if (code != "handoff_self") Expect(await tasks.Silo.Tenant(tenant).ApplyAsync(null, new CloneAgent("bot", "Copy")));

        var id = TaskId.New();
        await tasks.StartAsync(id, new RevalidateAgents(), tenantId: tenant);
        var invalid = Assert.Single((await tasks.FinishAsync(id, tenant)).Json().GetProperty("invalid").EnumerateArray());
        Assert.Contains(
            (code, pointer), invalid.GetProperty("issues").EnumerateArray()
                .Select(issue => (issue.GetProperty("code").GetString()!, issue.GetProperty("pointer").GetString()!)));

        Assert.True((await tasks.Silo.Tenant(tenant).ApplyAsync("bot", new ReplaceAgent(Given.Content()))).IsOk);
        Expect(await tasks.Silo.Tenant(tenant).ApplyAsync("bot", new RollbackAgent(1, null)));

        void Expect(Outcome<AgentChange> outcome)
        {
            outcome.Refused(OutcomeKind.Invalid, "invalid_content");
            Assert.Contains((code, pointer), outcome.Issues.Select(issue => (issue.Code, issue.Pointer)));
        }
    }

    /// <summary>An agent with each of the configurations, of a tenant of its own, and a silo that has read none of them yet.</summary>
    public sealed class Stored : IAsyncLifetime
    {
        private static readonly ImmutableArray<string> Sections = [.. InvalidConfigurations.All.Select(row => row.Data.Item3)];
        private TestDatabase _database = null!;

        internal TaskSilo Tasks { get; private set; } = null!;

        internal string TenantOf(string section) => $"tenant-{Sections.IndexOf(section)}";

        public async ValueTask InitializeAsync()
        {
            _database = await TestDatabase.CreateAsync("sqlite");
            await using (var silo = await TestSilo.StartAsync(_database))
            {
                foreach (var section in Sections) await StoreAsync(silo, TenantOf(section), section.Trim());
            }
            Tasks = await TaskSilo.StartAsync(_database);
        }

        public async ValueTask DisposeAsync()
        {
            await Tasks.DisposeAsync();
            await _database.DisposeAsync();
        }

        private static async Task StoreAsync(TestSilo silo, string tenant, string section)
        {
            var content = Given.Content(content => content["config"]!["metadata"] = new JsonObject { ["marker"] = 1 });
            Assert.True((await silo.Tenant(tenant).ApplyAsync("bot", new CreateAgent(content))).IsOk);
            await using var connection = await silo.Database.Source.OpenConnectionAsync();
            foreach (var (table, column, type) in new[] { ("grain_state", "payload", "BLOB"), ("agent_version", "document", "TEXT") })
            {
                Assert.Equal(1, await connection.ExecuteAsync(
                    $"UPDATE {table} SET {column} = CAST(replace(CAST({column} AS TEXT), @Marker, @section) AS {type}) WHERE "
                        + $"instr(CAST({column} AS TEXT), @Marker) > 0",
                    new { Marker, section }));
            }
        }
    }
}
