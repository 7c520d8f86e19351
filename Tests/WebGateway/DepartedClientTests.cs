using AgentManagement.ClusterClient.Hosting;
using Dapper;
using Npgsql;

namespace AgentManagement.Tests.WebGateway;

/// <summary>A client that goes away takes its queries with it.</summary>
public sealed class DepartedClientTests
{
    // What is asked, the table that the database is made to wait for, and the query that then waits.
    private static readonly (string Path, string Table, string Query)[] Reads =
    [
        ("/api/v1/agents", "agent_index", "SELECT count(*) FROM agent_index%"),
        ("/api/v1/export", "agent_version", "SELECT document FROM agent_index%"),
        ("/api/v1/audit", "change_log", "SELECT%FROM change_log%ORDER BY revision DESC%"),
        ("/api/v1/agents/bot/versions", "change_log", "SELECT agent_version,%"),
        ("/api/v1/agents/bot/versions/1", "agent_version", "SELECT document FROM agent_version%"),
        ("/api/v1/files", "file_index", "SELECT%FROM file_index%"),
        ("/api/v1/templates", "template_index", "SELECT%FROM template_index%"),
        ("/api/v1/tasks", "task", "SELECT%FROM task%ORDER BY created_at DESC%"),
        ("/api/v1/audit/refusals", "denied_attempt", "SELECT%FROM denied_attempt%"),
    ];

    /// <summary>With the silo in the gateway's process, and as the client of a cluster.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Its_query_ends_in_the_database(bool isClusters)
    {
        await using var service = isClusters ? await ServiceHost.StartClusterAsync(2) : await ServiceHost.StartAsync("postgresql");
        using var client = service.CreateClient(role: "admin");
        await client.CreateAsync(Api.Content(id: "bot"));
        await (await client.SendAsync("PATCH", "/api/v1/agents/bot", """{"name":"Changed"}""")).ShouldBeAsync(200);
        await using var source = NpgsqlDataSource.Create(Silo.Storage.PostgreSqlAddress.ToConnectionString(service.DatabaseUrl!));
        foreach (var (path, table, query) in Reads)
        {
            await using var connection = await source.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await connection.ExecuteAsync($"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE", transaction: transaction);

            using var leaving = new CancellationTokenSource();
            var answer = client.GetAsync(path, leaving.Token);
            await Await.Until(async () => await CountWaitingAsync() == 1, $"the query of {path} waits");
            await leaving.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
            // The table is still locked, and a call that nobody cancels is given up only after its timeout.
            await UntilNoneWaitsAsync().WaitAsync(ClusterNames.ResponseTimeout / 2);

            async Task UntilNoneWaitsAsync()
            {
                while (await CountWaitingAsync() > 0) await Task.Delay(10);
            }

            async Task<long> CountWaitingAsync()
            {
                await using var watch = await source.OpenConnectionAsync();
                return await watch.ExecuteScalarAsync<long>(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query "
                        + "LIKE @query",
                    new { query });
            }
        }
        // Nobody is told of a failure: there was none. The lines are the message, so that they are seen whole.
        var errors = service.Logs.Lines.Where(line =>
            line.Contains("\"level\":\"ERROR\"", StringComparison.Ordinal)
            && line.Contains("\"logger\":\"AgentManagement.", StringComparison.Ordinal)).ToList();
        Assert.True(errors.Count == 0, string.Join('\n', errors));
    }
}
