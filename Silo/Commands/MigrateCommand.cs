using System.CommandLine;
using AgentManagement.ServiceDefaults.Hosting;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Silo.Settings;
using AgentManagement.Silo.Storage;

namespace AgentManagement.Silo.Commands;

/// <summary><c>migrate</c>: brings the database's schema to this program's version.</summary>
public static class MigrateCommand
{
    public static Command Create()
    {
        var command = new Command("migrate", "Applies the database schema, as its owner, and exits");
        command.SetAction((_, _) => Running.RunAsync(() => RunAsync(Running.Environment)));
        return command;
    }

    /// <exception cref="SettingsException">There is no database to migrate.</exception>
    /// <exception cref="SchemaException">The database's schema is newer than this program.</exception>
    private static async Task<int> RunAsync(IConfiguration environment)
    {
        await using var database = await Database.OpenAsync(DatabaseSettings.Read(environment));
        var progress = new Progress(Console.Error);
        var applied = await new SchemaMigrator(database).ApplyAsync((done, total) => progress.Report(done, total));
        progress.Clear();
        Console.WriteLine(applied.Count == 0 ? "The schema is up to date." : $"Applied: {string.Join(", ", applied)}");
        return 0;
    }
}
