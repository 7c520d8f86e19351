using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentManagement.Client;
using AgentManagement.Formats;
using Spectre.Console;

namespace AgentManagement.Cli;

/// <summary>Agents out, as lines or as files of other systems, and in again.</summary>
internal static class TransferCommands
{
    private const string Auto = "auto";

    public static IEnumerable<Command> All() => [Export(), Import()];

    private static Command Export()
    {
        var path = new Option<string?>("--file", "-f") { Description = "Where to write the lines; the standard output by default." };
        var format = new Option<string?>("--as")
        {
            Description = $"In place of lines a file for each agent, in a format: {Names(AgentFormats.All.Where(each => each.CanExport))}.",
        };
        var folder = new Option<string>("--dir", "-d") { Description = "Where --as writes its files.", DefaultValueFactory = _ => "." };
        var ids = new Argument<string[]>("ID") { Description = "The agents; all of them by default.", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("export", "Writes files and agents of the tenant as lines, or agents as other systems have them.")
        {
            ids, path, format, folder,
        };
        return command.Runs((parsed, client, output, stopping) => parsed.GetValue(format) is { } name
            ? ExportFilesAsync(client, output, Find(name), parsed.GetRequiredValue(folder), parsed.GetValue(ids) ?? [], stopping)
            : ExportLinesAsync(client, output, parsed.GetValue(path), parsed.GetValue(ids) ?? [], stopping));
    }

    private static async Task<int> ExportLinesAsync(
        AgentManagementClient client, Output output, string? path, string[] ids, CancellationToken stopping)
    {
        if (ids.Length > 0) throw new CliException("Lines are of all agents: some of them go out with --as ndjson.", ExitCodes.Usage);
        await using var lines = await client.Tasks.ExportAsync(stopping);
        if (path is not null)
        {
            await using var target = File.Create(path);
            await lines.CopyToAsync(target, stopping);
            return ExitCodes.Done;
        }
        using var reader = new StreamReader(lines, Encoding.UTF8);
        while (await reader.ReadLineAsync(stopping) is { } line) await output.Writer.WriteLineAsync(line);
        return ExitCodes.Done;
    }

    private static async Task<int> ExportFilesAsync(
        AgentManagementClient client, Output output, AgentFormat format, string folder, string[] ids, CancellationToken stopping)
    {
        if (!format.CanExport) throw new CliException($"Agents are not written in the format {format.Name}.", ExitCodes.Usage);
        var all = client.Agents.ListAsync(cancellationToken: stopping).Select(agent => agent.Id);
        if (ids.Length == 0) ids = await all.ToArrayAsync(stopping);
        foreach (var id in ids)
        {
            var agent = await ReadCommands.FindAsync(client, id, version: null, stopping);
            var file = format.Export(ContentOf(agent));
            var path = SourceFiles.Within(folder, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, file.Text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), stopping);
            output.Say($"{id} is in {path}");
            foreach (var pointer in file.NotMapped) output.Say($"  has no place there: {pointer}");
        }
        return ExitCodes.Done;
    }

    private static Command Import()
    {
        var paths = new Argument<string[]>("PATH")
        {
            Description = "Files, or folders of files; - for the standard input.", Arity = ArgumentArity.OneOrMore,
        };
        var from = new Option<string>("--from")
        {
            Description = $"Their format: {Auto} finds out, or {Names(AgentFormats.All)}.", DefaultValueFactory = _ => NdJson,
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Tells what would become of each agent, and changes nothing." };
        var createOnly = new Option<bool>("--create-only") { Description = "Leaves agents alone that are there." };
        var command = new Command("import", "Makes or replaces agents of lines, or of files that other systems have.")
        {
            paths, from, dryRun, createOnly,
        };
        return command.Runs(async (parsed, client, output, stopping) =>
        {
            var name = parsed.GetRequiredValue(from);
            var files = await SourceFiles.ReadAsync(parsed.GetRequiredValue(paths), CliInvocation.Of(parsed).Input, stopping);
            // Lines are the service's own, which says what is wrong with each.
            var lines = name == NdJson ? Together(files) : Convert(files, name == Auto ? null : Find(name), output);
            var task = await WaitAsync(client, await client.Tasks.ImportAsync(
                lines, parsed.GetValue(dryRun), parsed.GetValue(createOnly), cancellationToken: stopping), output, stopping);
            return Report(task, output);
        });
    }

    private const string NdJson = "ndjson";

    /// <summary>Lines of the agents that files hold; tells what has which place here.</summary>
    private static byte[] Convert(IReadOnlyList<ImportSource> files, AgentFormat? format, Output output)
    {
        var results = SourceFiles.AgentsOf(files, format);
        foreach (var (agents, report) in results)
        {
            output.Say($"{report.Path}: {report.Format ?? "no format"}, {agents.Length} agents");
            foreach (var renamed in report.Renamed) output.Say($"  {renamed.Kind} {renamed.From} is {renamed.To} here");
            foreach (var kept in report.NotMapped) output.Say($"  kept aside: {kept.Pointer} ({kept.Reason})");
        }
        return AgentFormats.ToLines(results);
    }

    private static byte[] Together(IReadOnlyList<ImportSource> files)
    {
        using var all = new MemoryStream();
        foreach (var file in files)
        {
            all.Write(file.Bytes.Span);
            if (file.Bytes.Length > 0 && file.Bytes.Span[^1] != (byte)'\n') all.WriteByte((byte)'\n');
        }
        return all.ToArray();
    }

    private static int Report(ServiceTask task, Output output)
    {
        var result = task.Result is { ValueKind: JsonValueKind.Object } told ? told : JsonDocument.Parse("{}").RootElement;
        if (!output.IsForPeople) output.Write(JsonSerializer.SerializeToNode(task, JsonSerializerOptions.Web)!);
        output.Say($"{task.Status}: {Count(result, "created")} created, {Count(result, "updated")} updated, "
            + $"{Count(result, "unchanged")} unchanged, {Count(result, "failedCount")} refused");
        if (task.Error is { } error) output.Say($"  {error.Code}: {error.Message}");
        foreach (var refused in result.TryGetProperty("failed", out var failed) ? failed.EnumerateArray().ToList() : [])
        {
            var (line, pointer, message) = (refused.GetProperty("line"), refused.GetProperty("pointer"), refused.GetProperty("message"));
            output.Say($"  line {line}: {pointer} {message}");
        }
        return task.Status == "completed" && Count(result, "failedCount") == 0 ? ExitCodes.Done : ExitCodes.Error;
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

    private static JsonObject ContentOf(Agent agent)
    {
        var content = JsonSerializer.SerializeToNode(agent.ToContent(), Output.Indented)!.AsObject();
        content["id"] = agent.Id;
        return content;
    }

    private static AgentFormat Find(string name) => AgentFormats.Find(name)
        ?? throw new CliException($"There is no format {Plain.Line(name)}: {Names(AgentFormats.All)}.", ExitCodes.Usage);

    private static string Names(IEnumerable<AgentFormat> formats) => string.Join(", ", formats.Select(format => format.Name));

    /// <summary>Reports at once, where <see cref="Progress{T}"/> reports later.</summary>
    private sealed class Reporter(Action<TaskProgress> report) : IProgress<TaskProgress>
    {
        public void Report(TaskProgress value) => report(value);
    }
}
