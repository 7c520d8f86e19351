using System.Data.Common;
using Orleans.Runtime;

namespace Orleans.Storage;

/// <summary>The statements that the database prescribes, read from its table OrleansQuery.</summary>
internal sealed record AdoNetQueries(string Write, string Read, string Clear)
{
    /// <exception cref="BadProviderConfigException">The table lacks a statement.</exception>
    public static async Task<AdoNetQueries> LoadAsync(DbDataSource database)
    {
        await using var command = database.CreateCommand("SELECT QueryKey, QueryText FROM OrleansQuery");
        await using var reader = await command.ExecuteReaderAsync();
        var found = new Dictionary<string, string>();
        while (await reader.ReadAsync()) found[reader.GetString(0)] = reader.GetString(1);
        return new(Get("WriteToStorageKey"), Get("ReadFromStorageKey"), Get("ClearStorageKey"));

        string Get(string name) => found.TryGetValue(name, out var text)
            ? text : throw new BadProviderConfigException($"The table OrleansQuery has no row \"{name}\".");
    }
}
