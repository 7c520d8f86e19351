using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Hosting.StaticWebAssets;
using Microsoft.Extensions.FileProviders;

namespace AgentManagement.WebGateway.WebConsole;

/// <summary>
/// The files of the console, wherever they are: beside the program, where they were published with it as in an image, or where the build
/// left them.
/// </summary>
internal sealed partial class ConsoleFiles
{
    private const string Name = "AgentManagement.Console";
    private const string Index = "index.html";

    private readonly string _scripts;

    internal ConsoleFiles(IFileProvider provider)
    {
        Provider = provider;
        using var reader = new StreamReader(provider.GetFileInfo(Index).CreateReadStream());
        Page = reader.ReadToEnd();
        // The page's own scripts by their hashes: nothing else that stands in it would run.
        _scripts = string.Concat(InlineScript().Matches(Page)
            .Select(script => $" 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script.Groups[1].Value)))}'"));
    }

    public IFileProvider Provider { get; }

    /// <summary>The page that starts the console, whatever the path below it.</summary>
    public string Page { get; }

    /// <summary>What the page may run, load and ask.</summary>
    /// <param name="identity">The Identity Service, where people sign in there: the one other that the page may ask.</param>
    public string ContentSecurityPolicy(Uri? identity)
    {
        var asked = identity is null ? "" : $" {identity.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped)}";
        return $"default-src 'none'; base-uri 'self'; connect-src 'self'{asked}; font-src 'self'; form-action 'none'; "
            + "frame-ancestors 'none'; img-src 'self' data:; manifest-src 'self'; style-src 'self' 'unsafe-inline'; "
            + $"script-src 'self' 'wasm-unsafe-eval'{_scripts}";
    }

    /// <summary>Null where the program was built or published without them.</summary>
    public static ConsoleFiles? Find()
    {
        var published = Path.Combine(AppContext.BaseDirectory, "console");
        if (File.Exists(Path.Combine(published, Index))) return new(new PhysicalFileProvider(published));
        var built = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "Console", Configuration()));
        var manifest = Path.Combine(built, $"{Name}.staticwebassets.runtime.json");
        if (!File.Exists(manifest)) return null;
        var environment = new BuildEnvironment();
        StaticWebAssetsLoader.UseStaticWebAssets(
            environment, new ConfigurationBuilder().AddInMemoryCollection([new(WebHostDefaults.StaticWebAssetsKey, manifest)]).Build());
        return environment.WebRootFileProvider.GetFileInfo(Index).Exists ? new(environment.WebRootFileProvider) : null;
    }

    // The folder of the build is called by its configuration.
    private static string Configuration() => new DirectoryInfo(AppContext.BaseDirectory).Name;

    [GeneratedRegex(@"<script(?:(?!\ssrc=)[^>])*>(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex InlineScript();

    /// <summary>What the loader of the build's files asks for.</summary>
    private sealed class BuildEnvironment : IWebHostEnvironment
    {
        public string ApplicationName { get; set; } = Name;
        public string EnvironmentName { get; set; } = Environments.Development;
        public string ContentRootPath { get; set; } = AppContext.BaseDirectory;
        public string WebRootPath { get; set; } = AppContext.BaseDirectory;
        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
        public IFileProvider WebRootFileProvider { get; set; } = new NullFileProvider();
    }
}
