using System.CommandLine;
using AgentManagement.Client.Hosting;

namespace AgentManagement.Silo.Commands;

/// <summary><c>export</c>: all agents of the token's tenant, as one file.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var file = new Argument<FileInfo>("file") { Description = "Where to; what is there is replaced when the export is whole" };
        var service = RemoteService.NewOption();
        var command = new Command("export", "Writes the agents of a tenant to a file, a line of JSON each") { file, service };
        command.SetAction((parsed, stopping) => Running.RunAsync(() => RunAsync(
            parsed.GetValue(service)!, Environment.GetEnvironmentVariable(RemoteService.TokenVariable), parsed.GetValue(file)!, Console.Error, stopping)));
        return command;
    }

    /// <returns>0 when the file is whole.</returns>
    /// <exception cref="SettingsException">The service cannot be reached, refuses, or broke off; the file is as it was.</exception>
    internal static async Task<int> RunAsync(Uri address, string? token, FileInfo file, TextWriter said, CancellationToken stopping)
    {
        using var service = new RemoteService(address, token);
        var draft = $"{file.FullName}.{Guid.NewGuid():n}.part";
        var progress = new Progress(said);
        var lines = 0L;
        try
        {
            using var response = await service.SendAsync(HttpMethod.Get, "/api/v1/export", null, stopping);
            await using (var target = new StreamWriter(draft))
            {
                using var source = new StreamReader(await response.Content.ReadAsStreamAsync(stopping));
                while (await source.ReadLineAsync(stopping) is { } line)
                {
                    await target.WriteLineAsync(line.AsMemory(), stopping);
                    progress.Tell(++lines, null);
                }
            }
            File.Move(draft, file.FullName, overwrite: true);
        }
        catch (Exception exception) when (exception is HttpIOException or IOException)
        {
            throw new SettingsException($"The export broke off: {exception.Message}");
        }
        finally
        {
            File.Delete(draft);
        }
        progress.End();
        await said.WriteLineAsync($"{lines} agents exported.");
        return 0;
    }
}
