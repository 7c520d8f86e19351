using System.Globalization;
using System.Text.RegularExpressions;
using AgentManagement.Tests.Deployment;

namespace AgentManagement.Tests.Sdk;

/// <summary>The SDK for Python, with the client that blocks and the one that is awaited.</summary>
[Collection(typeof(SdkTests))]
public sealed partial class PythonSdkTests(SdkService service)
{
    private const string Folder = "sdk/python";
    private static readonly Version Oldest = new(3, 11);

    [Fact]
    public async Task It_passes_the_conformance_suite_against_a_service_that_is_killed_slowed_and_restarted()
    {
        var python = await FindPythonAsync();
        // The server of the scripted cases.
        SdkProgram.Find("node");

        var said = await SdkProgram.RunAsync(
            Folder, python, ["-W", "error::ResourceWarning", "-m", "unittest", "discover", "-s", "tests"], service.Environment);

        Assert.DoesNotContain("skipped", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_types_are_those_of_the_OpenAPI_document()
    {
        var python = await FindPythonAsync();

        var made = await SdkProgram.RunAsync(Folder, python, ["generate.py", new Uri(service.Address, "openapi/v1.json").ToString()]);

        Assert.True(made == Repository.Read($"{Folder}/src/agent_management/models.py"), SdkProgram.Stale);
    }

    private static async Task<string> FindPythonAsync()
    {
        var python = SdkProgram.Find("python3");
        var version = VersionNumber().Match(await SdkProgram.RunAsync(Folder, python, ["--version"])).Value;
        if (Version.Parse(version) < Oldest) Assert.Skip(string.Create(CultureInfo.InvariantCulture, $"Needs Python {Oldest}."));
        return python;
    }

    [GeneratedRegex(@"\d+\.\d+")]
    private static partial Regex VersionNumber();
}
