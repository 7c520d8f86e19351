using AgentManagement.Silo.Storage;
using Dapper;
using Npgsql;

namespace AgentManagement.Tests.Storage;

public sealed class ConnectionPoolTests
{
    private static readonly int[] Servers = [20, 50, 97, 100, 200, 500, 5_000];

    [Theory]
    [InlineData(100, 1, 45)]
    [InlineData(100, 2, 30)]
    [InlineData(100, 3, 22)]
    [InlineData(200, 3, 45)]
    [InlineData(1_000, 2, 100)]
    [InlineData(100, 50, 4)]
    public void A_silo_has_its_part_but_neither_too_few_nor_too_many(int connections, int silos, int expected) =>
        Assert.Equal(expected, ConnectionPool.SizeOf(connections, silos));

    [Fact]
    public void All_silos_and_one_that_is_replacing_another_find_a_connection_each_time()
    {
        foreach (var connections in Servers)
        {
            for (var silos = 1; 4 * (silos + 1) <= connections; silos++)
            {
                Assert.InRange((silos + 1) * ConnectionPool.SizeOf(connections, silos), 1, connections);
            }
        }
    }

    [Fact]
    public async Task What_the_address_says_wins_and_nobody_is_asked()
    {
        var given = PostgreSqlAddress.ToConnectionString(new("postgresql://nobody@nowhere.invalid/agents?Maximum%20Pool%20Size=7"));
        Assert.Equal(7, new NpgsqlConnectionStringBuilder(await ConnectionPool.SizeAsync(given, silos: 3)).MaxPoolSize);
    }

    [Fact]
    public async Task Otherwise_the_server_is_asked_how_many_it_has()
    {
        var given = PostgreSqlAddress.ToConnectionString(TestServers.PostgreSql);
        await using var connection = new NpgsqlConnection(given);
        var connections = int.Parse((await connection.ExecuteScalarAsync<string>("SHOW max_connections"))!, null);

        var sized = new NpgsqlConnectionStringBuilder(await ConnectionPool.SizeAsync(given, silos: 5));
        Assert.Equal(ConnectionPool.SizeOf(connections, 5), sized.MaxPoolSize);
        Assert.Equal(new NpgsqlConnectionStringBuilder(given).Database, sized.Database);
    }
}
