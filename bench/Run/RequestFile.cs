namespace AgentManagement.Bench.Run;

/// <summary>A request that wrk sends.</summary>
/// <param name="Method">GET or PUT.</param>
/// <param name="Path">With its query.</param>
/// <param name="Token">Of whom it is sent for.</param>
/// <param name="Body">JSON in one line; <c>@@</c> becomes another text each time. Empty for none.</param>
internal sealed record FileRequest(string Method, string Path, string Token, string Body = "");

/// <summary>Requests in a file that requests.lua reads; gone afterwards.</summary>
internal sealed class RequestFile : IDisposable
{
    private RequestFile(string path) => Path = path;

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Writes one.</summary>
    public static async Task<RequestFile> WriteAsync(IEnumerable<FileRequest> requests)
    {
        var file = new RequestFile(System.IO.Path.GetTempFileName());
        await File.WriteAllLinesAsync(file.Path, requests.Select(each => $"{each.Method}\t{each.Path}\t{each.Token}\t{each.Body}"));
        return file;
    }

    public void Dispose() => File.Delete(Path);
}
