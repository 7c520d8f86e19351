using System.CommandLine;
using System.Globalization;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Silo.Maintenance;
using AgentManagement.Silo.Settings;
using AgentManagement.Silo.Storage;

namespace AgentManagement.Silo.Commands;

/// <summary><c>maintenance [on|off]</c>: stops the writes of the whole cluster for a while, or says whether they are.</summary>
public static class MaintenanceCommand
{
    private const int MaxMinutes = 24 * 60;
    private const int MaxReasonCharacters = 200;

    public static Command Create()
    {
        var minutes = new Argument<int>("minutes") { Description = $"After how many it ends by itself, 1 to {MaxMinutes}" };
        minutes.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && (!int.TryParse(token.Value, CultureInfo.InvariantCulture, out var number)
                || number is < 1 or > MaxMinutes)) result.AddError($"Minutes must be 1 to {MaxMinutes}.");
        });
        var reason = new Option<string>("--reason") { Description = "Told by /health", DefaultValueFactory = _ => "maintenance" };
        reason.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } text && (text.Length is 0 or > MaxReasonCharacters || text.Any(char.IsControl)))
            {
                result.AddError($"The reason must have 1 to {MaxReasonCharacters} characters, none of them a control character.");
            }
        });
        var on = new Command("on", "Stops all writes of all tenants; reading goes on") { minutes, reason };
        on.SetAction((parsed, _) => RunAsync(
            Running.Environment,
            windows => windows.OpenAsync(new(DateTimeOffset.UtcNow.AddMinutes(parsed.GetValue(minutes)), parsed.GetValue(reason)!)),
            Console.Out));
        var off = new Command("off", "Lets writes go on");
        off.SetAction((_, _) => RunAsync(Running.Environment, windows => windows.CloseAsync(), Console.Out, "Writes are allowed again."));
        var command = new Command("maintenance", "Says whether writes are stopped") { on, off };
        command.SetAction((_, _) => RunAsync(Running.Environment, _ => Task.CompletedTask, Console.Out));
        return command;
    }

    /// <returns>0, and <see cref="Running.Failed"/> when there is no database of this program's schema.</returns>
    internal static Task<int> RunAsync(IConfiguration environment, Func<MaintenanceStore, Task> change, TextWriter output,
        string allowed = "Writes are allowed.") => Running.RunAsync(async () =>
    {
        await using var database = await Database.OpenAsync(DatabaseSettings.Read(environment));
        await new SchemaMigrator(database).VerifyAsync();
        var windows = new MaintenanceStore(database, TimeProvider.System);
        await change(windows);
        await output.WriteLineAsync(await windows.FindAsync() is { } open
            ? $"Writes are stopped until {open.Until.UtcDateTime.ToString("u", CultureInfo.InvariantCulture)}: {open.Reason}"
            : allowed);
        if (new EnvironmentReader(environment).Schedule("MAINTENANCE_WINDOW")?.At(DateTimeOffset.UtcNow) is { } next)
        {
            await output.WriteLineAsync(
                $"The window that is announced: {next.From.ToString("u", CultureInfo.InvariantCulture)} "
                    + $"to {next.Until.ToString("u", CultureInfo.InvariantCulture)}");
        }
        return 0;
    });
}
