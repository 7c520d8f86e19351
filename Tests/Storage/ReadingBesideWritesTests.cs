using Dapper;

namespace AgentManagement.Tests.Storage;

/// <summary>A write that waits for the database keeps nobody else waiting.</summary>
public sealed class ReadingBesideWritesTests
{
    [Fact]
    public async Task An_agent_is_read_as_it_was_while_its_write_waits()
    {
        await using var silo = await TestSilo.StartAsync("postgresql");
        await silo.Tenant("acme").ApplyAsync("bot", new CreateAgent(Sample.Content()));
        await using var connection = await silo.Database.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync("SELECT FROM tenant FOR UPDATE", transaction: transaction);

        var write = silo.Tenant("acme").ApplyAsync("bot", new ReplaceAgent(Sample.Content(text: "New.")));
        await Await.Until(async () => await connection.ExecuteScalarAsync<long>(
            "SELECT count(*) FROM pg_locks WHERE NOT granted", transaction: transaction) > 0, "the write waits");
        Assert.Equal(1, (await Await.For(silo.Agent("acme", "bot").GetAsync(), "the reading")).Value!.Version);
        Assert.False(write.IsCompleted);

        await transaction.RollbackAsync();
        Assert.True((await write).IsOk);
        Assert.Equal(2, (await silo.Agent("acme", "bot").GetAsync()).Value!.Version);
    }
}
