using System.CommandLine;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using AgentManagement.ServiceDefaults.Hosting;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Silo.Commands;
using AgentManagement.WebGateway.Http;

namespace AgentManagement.App.Commands;

/// <summary><c>import</c>: an export, of whatever size, into the token's tenant: part by part, each as a task of its own.</summary>
internal static class ImportCommand
{
    // What the service takes at once.
    private const int MaxBytes = 16 * 1024 * 1024;

    /// <summary>Exit code of an import of which some lines were refused; the others are done.</summary>
    public const int SomeRefused = 2;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(500);

    public static Command Create()
    {
        var file = new Argument<FileInfo>("file") { Description = "An export" };
        var key = new Option<string>("--key")
        {
            Description = "Names the import: one that broke off finds by it what it had begun", DefaultValueFactory = _ => NewKey(),
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Tells what would come of it, and changes nothing" };
        var createOnly = new Option<bool>("--create-only") { Description = "Leaves agents that are there as they are" };
        var service = RemoteService.NewOption();
        var command = new Command(
            "import", "Creates or changes what an export has; exits with 2 when lines were refused")
        {
            file, key, dryRun, createOnly, service,
        };
        command.SetAction((parsed, stopping) => Running.RunAsync(async () =>
        {
            using var remote = new RemoteService(
                parsed.GetValue(service)!, Environment.GetEnvironmentVariable(RemoteService.TokenVariable));
            var mode = new ImportMode(parsed.GetValue(dryRun), parsed.GetValue(createOnly));
            return await RunAsync(remote, parsed.GetValue(file)!, parsed.GetValue(key)!, MaxBytes, Console.Error, stopping, mode);
        }));
        return command;
    }

    /// <summary>A name that no other import has: the same file may well be imported again an hour later, after another mistake.</summary>
    internal static string NewKey() => Guid.NewGuid().ToString("n");

    /// <param name="service">The service, as the tenant.</param>
    /// <param name="file">The export.</param>
    /// <param name="key">Names the import.</param>
    /// <param name="maxBytes">Most bytes of a part.</param>
    /// <param name="said">Where the outcome is said.</param>
    /// <param name="stopping">Gives it up; the part that is under way goes on in the service.</param>
    /// <param name="mode">What it may do.</param>
    /// <returns>0 when every line is done, <see cref="SomeRefused"/> when not.</returns>
    /// <exception cref="SettingsException">The file cannot be read, or the service cannot be reached, refuses, or gave a part
    /// up.</exception>
    internal static async Task<int> RunAsync(
        RemoteService service, FileInfo file, string key, int maxBytes, TextWriter said, CancellationToken stopping,
        ImportMode mode = default)
    {
        if (!file.Exists) throw new SettingsException($"There is no file {file.FullName}.");
        await using var lines = file.OpenRead();
        var parts = await ImportPart.DivideAsync(lines, maxBytes, stopping);
        var total = parts.Sum(part => (long)part.Lines);
        var uploaded = mode.DryRun ? 0 : await FileTransfer.UploadAsync(service, file, FileFolder.Beside(file), said, stopping);
        // The lines of these find them there.
        var totals = new ImportTotals { Files = uploaded, Unchanged = -uploaded };
        var progress = new Progress(said);
        foreach (var part in parts)
        {
            // One after the other: a later line may need what an earlier one makes.
            var result = await RunAsync(service, part, await part.ReadAsync(lines, stopping), key, mode,
                done => progress.Report(part.LinesBefore + done, total), stopping);
            totals = totals.Plus(result);
            await PrintRefusedAsync(result, part.LinesBefore, said);
        }
        progress.End();
        await said.WriteLineAsync(totals.ToString());
        return totals.Refused == 0 ? 0 : SomeRefused;
    }

    /// <summary>Has one part done.</summary>
    /// <returns>The result of its task.</returns>
    private static async Task<JsonElement> RunAsync(
        RemoteService service, ImportPart part, byte[] bytes, string key, ImportMode mode, Action<long> tell, CancellationToken stopping)
    {
        JsonElement task;
        try
        {
            task = await ReadAsync(service, () => Start(bytes, $"{key}-{part.Offset}", mode), stopping);
            var path = $"/api/v1/tasks/{task.GetProperty("id").GetString()}";
            while (task.GetProperty("status").GetString() is "queued" or "running")
            {
                await Task.Delay(PollInterval, stopping);
                task = await ReadAsync(service, () => new(HttpMethod.Get, path), stopping);
                tell(task.GetProperty("progress").GetProperty("done").GetInt64());
            }
            tell(part.Lines);
        }
        catch (SettingsException exception) when (part.Offset > 0)
        {
            throw new SettingsException(
                $"{exception.Message} The first {part.LinesBefore} lines are done; the same command with --key {key} goes on from there.");
        }
        if (task.GetProperty("error") is not { ValueKind: JsonValueKind.Object } error) return task.GetProperty("result");
        // By its key this end of it would be found again. Another import finds what is done unchanged.
        throw new SettingsException(
            $"The import was given up after the first {part.LinesBefore} lines: {error.GetProperty("code").GetString()}: "
                + $"{error.GetProperty("message").GetString()}");
    }

    private static HttpRequestMessage Start(byte[] lines, string key, ImportMode mode)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/import{mode.Query}") { Content = new ByteArrayContent(lines) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        // What was accepted, and its answer lost on the way, is not begun anew.
        request.Headers.Add("Idempotency-Key", key);
        return request;
    }

    private static async Task PrintRefusedAsync(JsonElement result, long linesBefore, TextWriter said)
    {
        foreach (var failed in result.GetProperty("failed").EnumerateArray())
        {
            var (line, code) = (linesBefore + failed.GetProperty("line").GetInt64(), failed.GetProperty("code").GetString());
            var place = failed.GetProperty("pointer").GetString() is { Length: > 0 } pointer ? $"{pointer}: " : "";
            await said.WriteLineAsync($"line {line}: {place}{code}: {failed.GetProperty("message").GetString()}");
        }
    }

    private static async Task<JsonElement> ReadAsync(RemoteService service, Func<HttpRequestMessage> request, CancellationToken stopping)
    {
        using var response = await service.SendWithRetriesAsync(request, stopping);
        return await response.Content.ReadFromJsonAsync<JsonElement>(stopping);
    }
}

/// <summary>What an import may do.</summary>
/// <param name="DryRun">Nothing: it only tells.</param>
/// <param name="CreatesOnly">Agents that are there are left as they are.</param>
internal readonly record struct ImportMode(bool DryRun, bool CreatesOnly)
{
    public string Query => (DryRun, CreatesOnly) switch
    {
        (true, true) => "?dryRun=true&mode=create",
        (true, false) => "?dryRun=true",
        (false, true) => "?mode=create",
        _ => "",
    };
}
