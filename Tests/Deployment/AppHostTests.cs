using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace AgentManagement.Tests.Deployment;

/// <summary>What Aspire is told to start is what the service reads; as Aspire itself tells, without starting anything.</summary>
public sealed partial class AppHostTests
{
    // Of a project that is no part of the solution: with it built, -explicit only -class "*AppHostTests".
    [Fact(Explicit = true)]
    public async Task Silos_and_gateway_get_settings_that_they_can_use()
    {
        var resources = await ReadModelAsync();
        foreach (var (name, role) in ((string, ContainerRole)[])
            [("silo-1", ContainerRole.Silo), ("silo-2", ContainerRole.Silo), ("gateway", ContainerRole.Gateway)])
        {
            var settings = HostSettings.Read(
                new ConfigurationBuilder().AddInMemoryCollection(EnvironmentOf(resources.GetProperty(name))).Build(), role);
            Assert.Equal("redis://:1@1:1", settings.RedisUri?.OriginalString);
            if (role == ContainerRole.Gateway) continue;
            Assert.Equal("postgresql://postgres:1@1:1/agent_management", settings.Database.Url?.OriginalString);
            Assert.Equal(2, settings.Database.Silos);
            Assert.Equal("silo", resources.GetProperty(name).GetProperty("args")[0].GetString());
        }
    }

    /// <summary>Its manifest, in which what is known at the start only stands in braces.</summary>
    private static async Task<JsonElement> ReadModelAsync()
    {
        var built = new DirectoryInfo(Repository.PathOf("artifacts/bin/AppHost"));
        var host = built.Exists
            ? built.EnumerateFiles("AgentManagement.AppHost.dll", SearchOption.AllDirectories).FirstOrDefault()?.FullName : null;
        Assert.True(host is not null, "Needs `dotnet build AppHost`, which is no part of the solution.");
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var path = Path.Combine(folder.FullName, "manifest.json");
            using var process = Process.Start(new ProcessStartInfo("dotnet")
            {
                ArgumentList = { host!, "--operation", "publish", "--publisher", "manifest", "--output-path", path },
                WorkingDirectory = Repository.PathOf("AppHost"), RedirectStandardOutput = true,
            })!;
            var output = await Await.For(process.StandardOutput.ReadToEndAsync(), "the manifest");
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, output);
            return JsonDocument.Parse(await File.ReadAllTextAsync(path)).RootElement.GetProperty("resources");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Dictionary<string, string?> EnvironmentOf(JsonElement resource) => resource.GetProperty("env").EnumerateObject()
        .ToDictionary(each => each.Name, each => (string?)Known(each.Value.GetString()!));

    private static string Known(string value) => Placeholders().Replace(value, match =>
        match.Value.EndsWith(".scheme}", StringComparison.Ordinal) ? "redis" : "1");

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Placeholders();
}
