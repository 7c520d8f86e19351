using AgentManagement.Tests.Deployment;
using AgentManagement.WebGateway.WebConsole;
using Microsoft.Extensions.FileProviders;

namespace AgentManagement.Tests.WebConsole;

/// <summary>
/// The console as images have it, trimmed and compressed, as <c>./test</c> publishes it: what people get is what is tested. Where it was
/// not published since the last build, the build's files are served.
/// </summary>
internal static class PublishedConsole
{
    public static string Folder { get; } = Repository.PathOf("artifacts/publish/Console/release/wwwroot");

    public static bool IsThere { get; } = IsNewerThanBuild();

    /// <summary>Null where the build's files are to be served.</summary>
    public static ConsoleFiles? Files { get; } = IsThere ? new(new PhysicalFileProvider(Folder)) : null;

    private static bool IsNewerThanBuild()
    {
        var framework = new DirectoryInfo(Path.Combine(Folder, "_framework"));
        var built = new FileInfo(Repository.PathOf("artifacts/bin/Console/release/AgentManagement.Console.dll"));
        return framework.Exists && framework.EnumerateFiles().Max(file => file.LastWriteTimeUtc) >= built.LastWriteTimeUtc;
    }
}
