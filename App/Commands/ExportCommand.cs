using System.CommandLine;
using AgentManagement.Domain.Tasks;
using AgentManagement.ServiceDefaults.Hosting;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Silo.Commands;

namespace AgentManagement.App.Commands;

/// <summary><c>export</c>: all agents and files of the token's tenant, as one file and a folder for what is too large for a line.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var file = new Argument<FileInfo>("file") { Description = "Where to; what is there is replaced when the export is whole" };
        var service = RemoteService.NewOption();
        var command = new Command("export",
            "Writes the agents and files of a tenant to a file, a line of JSON each, and large files to a folder beside it") { file,
            service };
        command.SetAction((parsed, stopping) => Running.RunAsync(async () =>
        {
            using var remote = new RemoteService(
                parsed.GetValue(service)!, Environment.GetEnvironmentVariable(RemoteService.TokenVariable));
            return await RunAsync(remote, parsed.GetValue(file)!, Console.Error, stopping);
        }));
        return command;
    }

    /// <returns>0 when the file is whole.</returns>
    /// <exception cref="SettingsException">The service cannot be reached, refuses, or broke off; the file is as it was, and what the folder
    /// has by then need not be brought again.</exception>
    internal static async Task<int> RunAsync(RemoteService service, FileInfo file, TextWriter said, CancellationToken stopping)
    {
        if (file.Directory is not { Exists: true } || Directory.Exists(file.FullName))
        {
            throw new SettingsException($"There can be no file {file.FullName}: its folder does not exist, or it is a folder itself.");
        }
        var draft = $"{file.FullName}.{Guid.NewGuid():n}.part";
        var progress = new Progress(said);
        var (lines, files) = (0L, 0L);
        var folder = FileFolder.Beside(file);
        var large = new List<string>();
        try
        {
            using var response = await service.SendAsync(HttpMethod.Get, "/api/v1/export", null, stopping);
            await using (var target = new StreamWriter(draft))
            {
                using var source = new StreamReader(await response.Content.ReadAsStreamAsync(stopping));
                while (await source.ReadLineAsync(stopping) is { } line)
                {
                    await target.WriteLineAsync(line.AsMemory(), stopping);
                    progress.Report(++lines, null);
                    if (FileLine.IsOne(line)) files++;
                    if (FileTransfer.WithoutBytes(line) is { } left) large.Add(left.Id);
                }
            }
            // After the lines: a service does not wait long for who stops reading.
            foreach (var id in large) await FileTransfer.DownloadAsync(service, id, folder, stopping);
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
        await said.WriteLineAsync(
            $"{lines - files} agents{(files == 0 ? "" : $" and {files} files")} "
                + $"exported{(large.Count == 0 ? "" : $", {large.Count} of them into {folder.Path}")}.");
        return 0;
    }
}
