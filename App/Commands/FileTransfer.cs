using System.Net;
using AgentManagement.Domain.Tasks;
using AgentManagement.Files;
using AgentManagement.ServiceDefaults.Settings;

namespace AgentManagement.App.Commands;

/// <summary>Brings the files whose bytes an export leaves out: each by its own route, beside the lines.</summary>
internal static class FileTransfer
{
    private const string Route = "/api/v1/files";

    /// <summary>The file of a line that has no bytes; null for every other line.</summary>
    public static FileLine? WithoutBytes(string line) => FileLine.IsOne(line) && FileLine.Read(line).Line is { Content: null } file
        ? file : null;

    /// <summary>Downloads a file into the folder, unless it is there.</summary>
    /// <exception cref="SettingsException">The service cannot be reached or refuses, or the bytes are others.</exception>
    /// <exception cref="IOException">The download broke off.</exception>
    public static async Task DownloadAsync(RemoteService service, string fileId, FileFolder folder, CancellationToken stopping)
    {
        if (await folder.HasAsync(fileId, stopping)) return;
        using var response = await service.SendAsync(HttpMethod.Get, $"{Route}/{fileId}/content", null, stopping);
        await folder.AddAsync(fileId, await response.Content.ReadAsStreamAsync(stopping), stopping);
    }

    /// <summary>Uploads the files of an export that the folder has and the tenant has not. Tells of those that are refused.</summary>
    /// <returns>How many were added.</returns>
    /// <exception cref="SettingsException">The service cannot be reached, or refuses whatever the file is.</exception>
    public static async Task<int> UploadAsync(
        RemoteService service, FileInfo export, FileFolder folder, TextWriter said, CancellationToken stopping)
    {
        var (added, number) = (0, 0L);
        using var lines = export.OpenText();
        while (await lines.ReadLineAsync(stopping) is { } line)
        {
            number++;
            if (WithoutBytes(line) is not { } file || folder.Find(file.Id) is not { Exists: true } bytes) continue;
            if (await HasAsync(service, file.Id, stopping)) continue;
            using var response = await service.AskWithRetriesAsync(() => Upload(file, bytes), stopping);
            if (response.StatusCode == HttpStatusCode.Created) added++;
            if (response.IsSuccessStatusCode) continue;
            var refusal = await RemoteService.RefusedAsync(response, stopping);
            if (!IsAboutTheFile(response.StatusCode)) throw refusal;
            await said.WriteLineAsync($"line {number}: {refusal.Message}");
        }
        return added;
    }

    private static async Task<bool> HasAsync(RemoteService service, string fileId, CancellationToken stopping)
    {
        using var response = await service.AskWithRetriesAsync(() => new(HttpMethod.Get, $"{Route}/{fileId}"), stopping);
        return response.IsSuccessStatusCode
            || (response.StatusCode == HttpStatusCode.NotFound ? false : throw await RemoteService.RefusedAsync(response, stopping));
    }

    private static HttpRequestMessage Upload(FileLine file, FileInfo bytes)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"{Route}?name={Uri.EscapeDataString(file.Name)}")
        {
            Content = new StreamContent(bytes.OpenRead()),
        };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", file.MediaType);
        var digest = Convert.ToBase64String(Convert.FromHexString(FileId.HashOf(file.Id)));
        request.Content.Headers.TryAddWithoutValidation("Content-Digest", $"sha-256=:{digest}:");
        // What is too large or of a type that is not allowed is refused before its bytes are sent.
        request.Headers.ExpectContinue = true;
        return request;
    }

    /// <summary>Whether another file might be taken: these bytes, their size, type or the room for them.</summary>
    private static bool IsAboutTheFile(HttpStatusCode status) =>
        status is HttpStatusCode.BadRequest or HttpStatusCode.Conflict or HttpStatusCode.RequestEntityTooLarge
            or HttpStatusCode.UnsupportedMediaType;
}
