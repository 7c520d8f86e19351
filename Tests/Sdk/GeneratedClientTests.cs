using System.Runtime.Loader;
using AgentManagement.Tests.Deployment;
using AgentManagement.Tests.WebGateway;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using NSwag;
using NSwag.CodeGeneration.CSharp;

namespace AgentManagement.Tests.Sdk;

/// <summary>A client for C# that a generator makes of the OpenAPI document, as others make theirs.</summary>
[Collection(typeof(GatewayTests))]
public sealed class GeneratedClientTests(Gateway gateway)
{
    private const string Usings = """
        global using System; global using System.Collections.Generic; global using System.Linq; global using System.Net.Http;
        global using System.Threading.Tasks;
        """;

    [Fact]
    public async Task An_agent_lives_from_its_creation_to_its_purge_by_a_client_that_NSwag_makes()
    {
        using var http = gateway.Client("admin", Gateway.NewTenant());
        var document = await OpenApiDocument.FromJsonAsync(await http.GetStringAsync("/openapi/v1.json"));
        // The settings that docs/http.md names.
        var generator = new CSharpClientGenerator(document, new()
        {
            ClassName = "AgentsClient",
            UseBaseUrl = false,
            GenerateOptionalParameters = true,
            CSharpGeneratorSettings =
            {
                Namespace = "AgentManagement.Generated",
                GenerateNullableReferenceTypes = true,
                GenerateOptionalPropertiesAsNullable = true,
            },
        });
        var program = Compile(generator.GenerateFile(), Repository.Read("samples/generated-client/AgentLife.cs"), Usings);
        var life = new AssemblyLoadContext(nameof(GeneratedClientTests), isCollectible: true);
        try
        {
            var run = life.LoadFromStream(program).GetType("AgentLife")!.GetMethod("RunAsync")!;
            Assert.Equal(
                [
                    "made 1 Draft, read Bot Conversational Help.",
                    "replaced 2 Bot 2",
                    "refused 412 version_mismatch",
                    "patched 3 Patched",
                    "tried True, live 4 Active",
                    "versions 4:Agent_activated 3:Agent_updated 2:Agent_updated 1:Agent_created",
                    "back 5 Bot Active",
                    "listed bot",
                    "archived Archived",
                    "gone 404 not_found",
                ],
                await (Task<List<string>>)run.Invoke(null, [http])!);
        }
        finally
        {
            life.Unload();
        }
    }

    private static MemoryStream Compile(params string[] files)
    {
        var options = new CSharpParseOptions(LanguageVersion.Latest);
        var libraries = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        var compilation = CSharpCompilation.Create(
            "GeneratedClient", files.Select(file => CSharpSyntaxTree.ParseText(file, options)),
            libraries.Select(library => MetadataReference.CreateFromFile(library)), new(OutputKind.DynamicallyLinkedLibrary));
        var program = new MemoryStream();
        var emitted = compilation.Emit(program);
        Assert.True(emitted.Success, string.Join('\n', emitted.Diagnostics.Where(each => each.Severity == DiagnosticSeverity.Error)));
        program.Position = 0;
        return program;
    }
}
