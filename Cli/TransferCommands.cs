using System.CommandLine;
using System.Text;
using System.Text.Json;
using AgentManagement.Client;
using Spectre.Console;

namespace AgentManagement.Cli;

/// <summary>All agents out as lines, and in again.</summary>
internal static class TransferCommands
{
    public static IEnumerable<Command> All() => [Export(), Import()];

    private static Command Export()
    {
        var path = new Option<string?>("--file", "-f") { Description = "Where to write; the standard output by default." };
        return new Command("export", "Writes all files and agents of the tenant, a line of JSON each.") { path }
            .Runs(async (parsed, client, output, stopping) =>
            {
                await using var lines = await client.Tasks.ExportAsync(stopping);
                if (parsed.GetValue(path) is { } file)
                {
                    await using var target = File.Create(file);
                    await lines.CopyToAsync(target, stopping);
                    return ExitCodes.Done;
                }
                using var reader = new StreamReader(lines, Encoding.UTF8);
                while (await reader.ReadLineAsync(stopping) is { } line) await output.Writer.WriteLineAsync(line);
                return ExitCodes.Done;
            });
    }

    private static Command Import()
    {
        var path = new Argument<string>("FILE") { Description = "Lines as an export has them; - for the standard input." };
        return new Command("import", "Makes or replaces an agent for each line.") { path }.Runs(async (parsed, client, output, stopping) =>
        {
            var file = parsed.GetValue(path)!;
            if (file != "-" && !File.Exists(file)) throw new CliException($"There is no file {file}.", ExitCodes.Usage);
            var lines = file == "-"
                ? Encoding.UTF8.GetBytes(await CliInvocation.Of(parsed).Input.ReadToEndAsync(stopping))
                : await File.ReadAllBytesAsync(file, stopping);
            var started = await client.Tasks.ImportAsync(lines, cancellationToken: stopping);
            var task = await WaitAsync(client, started, output, stopping);
            var result = task.Result is { ValueKind: JsonValueKind.Object } told ? told : JsonDocument.Parse("{}").RootElement;
            if (!output.IsForPeople) output.Write(JsonSerializer.SerializeToNode(task, JsonSerializerOptions.Web)!);
            output.Say($"{task.Status}: {Count(result, "created")} created, {Count(result, "updated")} updated, "
                + $"{Count(result, "unchanged")} unchanged, {Count(result, "failedCount")} refused");
            if (task.Error is { } error) output.Say($"  {error.Code}: {error.Message}");
            foreach (var refused in result.TryGetProperty("failed", out var failed) ? failed.EnumerateArray().ToList() : [])
            {
                output.Say($"  line {refused.GetProperty("line")}: {refused.GetProperty("message").GetString()}");
            }
            return task.Status == "completed" && Count(result, "failedCount") == 0 ? ExitCodes.Done : ExitCodes.Error;
        });
    }

    private static int Count(JsonElement result, string name) =>
        result.TryGetProperty(name, out var figure) && figure.ValueKind == JsonValueKind.Number ? figure.GetInt32() : 0;

    private static async Task<ServiceTask> WaitAsync(
        AgentManagementClient client, ServiceTask task, Output output, CancellationToken stopping)
    {
        // A bar on a terminal only: in a file it would be noise.
        if (!output.IsForPeople || Console.IsErrorRedirected) return await client.Tasks.WaitAsync(task.Id, cancellationToken: stopping);
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return await console.Progress().StartAsync(async progress =>
        {
            var bar = progress.AddTask(task.Kind, maxValue: Math.Max(1, task.Progress.Total));
            return await client.Tasks.WaitAsync(task.Id, new Reporter(told => bar.Value = told.Done), stopping);
        });
    }

    /// <summary>Reports at once, where <see cref="Progress{T}"/> reports later.</summary>
    private sealed class Reporter(Action<TaskProgress> report) : IProgress<TaskProgress>
    {
        public void Report(TaskProgress value) => report(value);
    }
}
