using System.CommandLine;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using AgentManagement.Client;
using AgentManagement.Formats;

namespace AgentManagement.Cli;

/// <summary>Opens an agent in the user's editor, and saves what comes back.</summary>
internal static class EditCommand
{
    private const string Mark = "# ";

    public static Command Edit()
    {
        var id = ReadCommands.AgentId();
        return new Command("edit", "Opens an agent as YAML in $VISUAL or $EDITOR, and saves it; others' changes meanwhile are kept.") { id }
            .Runs((parsed, client, output, stopping) =>
                EditAsync(parsed.GetRequiredValue(id), CliInvocation.Of(parsed).Variable, client, output, stopping));
    }

    private static async Task<int> EditAsync(
        string id, Func<string, string?> variable, AgentManagementClient client, Output output, CancellationToken stopping)
    {
        var agent = await ReadCommands.FindAsync(client, id, version: null, stopping);
        var folder = Directory.CreateTempSubdirectory("agents-");
        var path = Path.Combine(folder.FullName, $"{id}.yaml");
        var before = Output.YamlOf(JsonSerializer.SerializeToNode(agent.ToContent(), Output.Indented)!);
        var text = before;
        while (true)
        {
            await File.WriteAllTextAsync(path, text, stopping);
            await RunEditorAsync(variable, path, stopping);
            var edited = await File.ReadAllTextAsync(path, stopping);
            if (WithoutMarks(edited) == before)
            {
                folder.Delete(recursive: true);
                output.Say("Nothing was changed.");
                return ExitCodes.Done;
            }
            // Whoever leaves the editor without a change has seen what is wrong and gives up.
            if (text != before && WithoutMarks(edited) == WithoutMarks(text))
            {
                throw new CliException($"Nothing was saved. What you wrote is in {path}");
            }
            var (saved, problems) = await TrySaveAsync(client, agent, edited, path, stopping);
            if (saved is not null)
            {
                folder.Delete(recursive: true);
                output.Say($"{saved.Id} is {saved.Status}, version {saved.Version}.");
                foreach (var label in saved.Merged ?? []) output.Say($"  kept: {label}, which somebody changed meanwhile");
                return ExitCodes.Done;
            }
            text = string.Concat(problems.Select(problem => $"{Mark}{Plain.Line(problem)}\n")) + WithoutMarks(edited);
        }
    }

    private static async Task<(Agent? Saved, IReadOnlyList<string> Problems)> TrySaveAsync(
        AgentManagementClient client, Agent agent, string text, string path, CancellationToken stopping)
    {
        var (document, error) = AgentFormats.ReadDocument(new(path, Encoding.UTF8.GetBytes(text)));
        if (document is null) return (null, [error!]);
        try
        {
            var options = new WriteOptions { IfMatch = agent.Version, Merge = true };
            return (await client.Agents.ReplaceAsync(agent.Id, JsonSerializer.SerializeToElement(document), options, stopping), []);
        }
        catch (ApiException refusal) when (refusal.Problem.Errors is { Count: > 0 } errors)
        {
            return (null, [.. errors.Select(each => $"{each.Pointer}: {each.Message}")]);
        }
        catch (ApiException refusal) when (refusal.Problem.Conflicts is { Count: > 0 } conflicts)
        {
            var places = conflicts.Select(each => Plain.Text($"  {each.Label}\n{each.Text}"));
            throw new CliException(
                $"Somebody changed the same meanwhile:\n{string.Join('\n', places)}\nWhat you wrote is in {path}", ExitCodes.Conflict);
        }
    }

    private static async Task RunEditorAsync(Func<string, string?> variable, string path, CancellationToken stopping)
    {
        var editor = First(variable("VISUAL"), variable("EDITOR"), OperatingSystem.IsWindows() ? "notepad" : "vi");
        // An editor may come with arguments, which the shell tells from its name.
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo(editor, [path]) : new ProcessStartInfo("/bin/sh", ["-c", $"{editor} \"$1\"", "sh", path]);
        using var process = Process.Start(start) ?? throw new CliException($"{editor} could not be started.");
        await process.WaitForExitAsync(stopping);
        if (process.ExitCode != 0) throw new CliException($"{editor} ended with {process.ExitCode}: nothing was saved.");
    }

    private static string First(params string?[] texts) => texts.First(text => !string.IsNullOrWhiteSpace(text))!;

    private static string WithoutMarks(string text)
    {
        var lines = text.Split('\n');
        return string.Join('\n', lines.SkipWhile(line => line.StartsWith(Mark, StringComparison.Ordinal)));
    }
}
