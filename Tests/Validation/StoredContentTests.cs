using AgentManagement.Tasks;
using AgentManagement.Tests.Tasks;
using Dapper;

namespace AgentManagement.Tests.Validation;

/// <summary>Content that was written before there was a rule against it.</summary>
public sealed class StoredContentTests
{
    private const string Marker = "\"metadata\":{\"marker\":1}";

    [Theory, MemberData(nameof(InvalidConfigurations.All), MemberType = typeof(InvalidConfigurations))]
    public async Task It_is_not_made_live_copied_or_gone_back_to_and_a_revalidation_finds_it(string code, string pointer, string section)
    {
        await using var database = await TestDatabase.CreateAsync("sqlite");
        await using (var silo = await TestSilo.StartAsync(database))
        {
            var content = Given.Content(content => content["config"]!["metadata"] = new JsonObject { ["marker"] = 1 });
            Assert.True((await silo.Tenant("acme").ApplyAsync("bot", new CreateAgent(content))).IsOk);
            await using var connection = await silo.Database.Source.OpenConnectionAsync();
            var tables = new[] { ("grain_state", "payload", "BLOB"), ("agent_version", "document", "TEXT") };
            foreach (var (table, column, type) in tables)
            {
                Assert.Equal(1, await connection.ExecuteAsync(
                    $"UPDATE {table} SET {column} = CAST(replace(CAST({column} AS TEXT), @Marker, @section) AS {type}) WHERE "
                        + $"instr(CAST({column} AS TEXT), @Marker) > 0",
                    new { Marker, section = section.Trim() }));
            }
        }

        await using var tasks = await TaskSilo.StartAsync(database);
        Expect(await tasks.Silo.Tenant("acme").ApplyAsync("bot", new ActivateAgent(null)));
        Expect(await tasks.Silo.Tenant("acme").ApplyAsync("bot", new PatchAgent(new("""{"name":"Other"}"""))));
        // A copy of one that hands over to itself hands over to the other.
        if (code != "handoff_self") Expect(await tasks.Silo.Tenant("acme").ApplyAsync(null, new CloneAgent("bot", "Copy")));

        var id = TaskId.New();
        await tasks.StartAsync(id, new RevalidateAgents());
        var invalid = Assert.Single((await tasks.FinishAsync(id)).Json().GetProperty("invalid").EnumerateArray());
        Assert.Contains(
            (code, pointer), invalid.GetProperty("issues").EnumerateArray()
                .Select(issue => (issue.GetProperty("code").GetString()!, issue.GetProperty("pointer").GetString()!)));

        Assert.True((await tasks.Silo.Tenant("acme").ApplyAsync("bot", new ReplaceAgent(Given.Content()))).IsOk);
        Expect(await tasks.Silo.Tenant("acme").ApplyAsync("bot", new RollbackAgent(1, null)));

        void Expect(Outcome<AgentChange> outcome)
        {
            outcome.Refused(OutcomeKind.Invalid, "invalid_content");
            Assert.Contains((code, pointer), outcome.Issues.Select(issue => (issue.Code, issue.Pointer)));
        }
    }
}
