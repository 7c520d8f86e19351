using System.CommandLine;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using AgentManagement.Client.Hosting;

namespace AgentManagement.Silo.Commands;

/// <summary><c>import</c>: the agents of an export, into the token's tenant.</summary>
internal static class ImportCommand
{
    /// <summary>Exit code of an import of which some lines were refused; the others are done.</summary>
    public const int SomeRefused = 2;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public static Command Create()
    {
        var file = new Argument<FileInfo>("file") { Description = "An export" };
        var service = RemoteService.NewOption();
        var command = new Command("import", "Creates or changes the agents that an export has; exits with 2 when lines were refused") { file, service };
        command.SetAction((parsed, stopping) => Running.RunAsync(() => RunAsync(
            parsed.GetValue(service)!, Environment.GetEnvironmentVariable(RemoteService.TokenVariable), parsed.GetValue(file)!, Console.Error, stopping)));
        return command;
    }

    /// <returns>0 when every line is done, <see cref="SomeRefused"/> when not.</returns>
    /// <exception cref="SettingsException">The file cannot be read, or the service cannot be reached, refuses, or gave the import up.</exception>
    internal static async Task<int> RunAsync(Uri address, string? token, FileInfo file, TextWriter said, CancellationToken stopping)
    {
        if (!file.Exists) throw new SettingsException($"There is no file {file.FullName}.");
        using var service = new RemoteService(address, token);
        await using var lines = file.OpenRead();
        using var content = new StreamContent(lines);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        var task = await ReadAsync(service, HttpMethod.Post, "/api/v1/import", content, stopping);
        var path = $"/api/v1/tasks/{task.GetProperty("id").GetString()}";
        var progress = new Progress(said);
        while (task.GetProperty("status").GetString() is "queued" or "running")
        {
            await Task.Delay(Pause, stopping);
            task = await ReadAsync(service, HttpMethod.Get, path, null, stopping);
            var part = task.GetProperty("progress");
            progress.Tell(part.GetProperty("done").GetInt64(), part.GetProperty("total").GetInt64());
        }
        progress.End();
        if (task.GetProperty("error") is { ValueKind: JsonValueKind.Object } error)
        {
            throw new SettingsException($"The import was given up: {error.GetProperty("code").GetString()}: {error.GetProperty("message").GetString()}");
        }
        return await TellAsync(task.GetProperty("result"), said);
    }

    private static async Task<int> TellAsync(JsonElement result, TextWriter said)
    {
        foreach (var failed in result.GetProperty("failed").EnumerateArray())
        {
            await said.WriteLineAsync($"line {failed.GetProperty("line")}: {failed.GetProperty("code").GetString()}: {failed.GetProperty("message").GetString()}");
        }
        var refused = result.GetProperty("failedCount").GetInt64();
        await said.WriteLineAsync(
            $"{result.GetProperty("created")} created, {result.GetProperty("updated")} updated, {result.GetProperty("unchanged")} unchanged, {refused} refused.");
        return refused == 0 ? 0 : SomeRefused;
    }

    private static async Task<JsonElement> ReadAsync(RemoteService service, HttpMethod method, string path, HttpContent? content, CancellationToken stopping)
    {
        using var response = await service.SendAsync(method, path, content, stopping);
        return await response.Content.ReadFromJsonAsync<JsonElement>(stopping);
    }
}
