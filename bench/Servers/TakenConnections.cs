using Npgsql;

namespace AgentManagement.Bench.Servers;

/// <summary>All connections of a PostgreSQL, held so that nobody else gets one.</summary>
internal sealed class TakenConnections(string connectionString) : IAsyncDisposable
{
    private const string EndOthers =
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE backend_type = 'client backend' AND application_name <> "
            + "'taken'";

    private readonly List<NpgsqlConnection> _connections = [];

    /// <summary>Takes what is free, ends the connections of others, and goes on until there are none.</summary>
    public async Task TakeAsync(int most)
    {
        await TakeFreeAsync(most);
        while (_connections.Count < most)
        {
            await using (var end = new NpgsqlCommand(EndOthers, _connections[0])) await end.ExecuteNonQueryAsync();
            await TakeFreeAsync(most);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections) await connection.DisposeAsync();
    }

    private async Task TakeFreeAsync(int most)
    {
        while (_connections.Count < most)
        {
            var connection = new NpgsqlConnection($"{connectionString};Application Name=taken");
            try
            {
                await connection.OpenAsync();
                _connections.Add(connection);
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.TooManyConnections)
            {
                await connection.DisposeAsync();
                return;
            }
        }
    }
}
