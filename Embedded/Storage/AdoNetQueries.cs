using System.Data.Common;
using Orleans.Runtime;

namespace Orleans.Storage;

/// <summary>The statements that the database prescribes, read from its table OrleansQuery.</summary>
internal sealed record AdoNetQueries(string Write, string Read, string Clear)
{
    private const string Statement =
        "SELECT QueryKey, QueryText FROM OrleansQuery WHERE QueryKey IN ('WriteToStorageKey', 'ReadFromStorageKey', 'ClearStorageKey')";

    /// <exception cref="BadProviderConfigException">The table lacks a statement.</exception>
    public static async Task<AdoNetQueries> LoadAsync(DbDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(Statement);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new Dictionary<string, string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            found[reader.GetString(0)] = reader.GetString(1);
        }

        return new(Get("WriteToStorageKey"), Get("ReadFromStorageKey"), Get("ClearStorageKey"));

        string Get(string name) => found.TryGetValue(name, out var text)
            ? text : throw new BadProviderConfigException($"The table OrleansQuery has no row \"{name}\".");
    }
}
