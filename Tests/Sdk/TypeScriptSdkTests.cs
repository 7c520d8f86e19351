using AgentManagement.Tests.Deployment;

namespace AgentManagement.Tests.Sdk;

/// <summary>The SDK for TypeScript, compiled and run as its users do.</summary>
[Collection(typeof(SdkTests))]
public sealed class TypeScriptSdkTests(SdkService service)
{
    private const string Folder = "sdk/typescript";
    private const int OldestMajor = 20;

    [Fact]
    public async Task It_passes_the_conformance_suite_against_a_service_that_is_killed_slowed_and_restarted()
    {
        var node = await FindNodeAsync();
        await RunToolAsync("tsc");
        var tests = Directory.EnumerateFiles(Repository.PathOf($"{Folder}/test"), "*.test.mjs");

        var said = await SdkProgram.RunAsync(Folder, node, ["--test", "--test-reporter=tap", .. tests], service.Environment);

        Assert.Contains("\n# skipped 0\n", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_types_are_those_of_the_OpenAPI_document()
    {
        await FindNodeAsync();
        var made = Path.Combine(Directory.CreateTempSubdirectory("sdk-").FullName, "api.ts");
        try
        {
            await RunToolAsync("openapi-typescript", new Uri(service.Address, "openapi/v1.json").ToString(), "-o", made);
            Assert.True(await File.ReadAllTextAsync(made) == Repository.Read($"{Folder}/src/api.ts"), SdkProgram.Stale);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(made)!, recursive: true);
        }
    }

    private static async Task<string> FindNodeAsync()
    {
        var node = SdkProgram.Find("node");
        var version = (await SdkProgram.RunAsync(Folder, node, ["--version"])).Trim().TrimStart('v');
        if (Version.Parse(version).Major < OldestMajor) Assert.Skip($"Needs Node.js {OldestMajor}.");
        return node;
    }

    /// <summary>One of the packages that the SDK is made with; <c>./test</c> installs them.</summary>
    private static async Task RunToolAsync(string tool, params string[] arguments)
    {
        var path = Repository.PathOf($"{Folder}/node_modules/.bin/{tool}");
        if (!File.Exists(path)) Assert.Skip($"Needs {tool}: run npm ci in {Folder}; ./test does where there is npm.");
        await SdkProgram.RunAsync(Folder, path, arguments);
    }
}
