using AgentManagement.Bench.Client;
using AgentManagement.Bench.Import;

namespace AgentManagement.Tests.Bench;

/// <summary>Real agents, which are not part of the repository; made-up ones of the same shape for the mapping itself.</summary>
[Collection(nameof(BenchTests))]
public sealed class ImportTests(BenchServices services)
{
    private const string Source = """
        {"identifier":"made-up","schemaVersion":1,"createdAt":"2024-01-01","examples":[{"role":"user","content":"héllo \uD83D\uDE00"}],
         "config":{"systemRole":"Be  brief.\n\tAlways.","openingMessage":"Hi","openingQuestions":["a","b"],"model":"gpt-4","plugins":["web"]},
         "meta":{"title":"Made up","description":"For a test","avatar":"x","tags":["one","two"],"category":"test"}}
        """;

    [Fact]
    public void What_has_a_typed_home_is_moved_there()
    {
        var body = Map(Source);

        Assert.Equal("made-up", body.GetProperty("id").GetString());
        Assert.Equal("Be  brief.\n\tAlways.", body.GetProperty("config").GetProperty("instructions").GetProperty("template").GetString());
        Assert.Equal("web", body.GetProperty("config").GetProperty("tools")[0].GetProperty("id").GetString());
        Assert.Equal("gpt-4", body.GetProperty("config").GetProperty("model").GetProperty("id").GetString());
        Assert.Equal(2, body.GetProperty("metadata").GetProperty("config").GetProperty("openingQuestions").GetArrayLength());
    }

    [Theory]
    [InlineData(Source)]
    [InlineData(
        """{"identifier":"Not A Slug","meta":{"title":"a\nb","tags":["x","x",""]},"config":{"plugins":["no id"],"openingMessage":"Hi"}}""")]
    [InlineData("""{"identifier":"","extra":{"deep":["x",["y"]]}}""")]
    public void No_text_is_lost(string source)
    {
        using var document = JsonDocument.Parse(source);

        Assert.Superset(RelaxedJson.Texts(document.RootElement).ToHashSet(), RelaxedJson.Texts(Map(source)).ToHashSet());
    }

    [Theory, MemberData(nameof(BenchDatabase.Kinds), MemberType = typeof(BenchDatabase))]
    public async Task Real_agents_come_out_as_they_went_in(string kind)
    {
        var path = RealAgents.FindPath();
        if (path is null) Assert.Skip($"Needs the file of real agents: set {RealAgents.PathVariable}.");

        var database = BenchDatabase.Of(kind);
        var report = await new ImportExperiment().RunAsync(
            new(database, path, MaxAgents: 20, Tenants: 2), await services.OnAsync(database), TextWriter.Null);

        Assert.True(report.IsGood, string.Join('\n', report.Problems));
        Assert.Equal(3 * 20, report.Changes);
    }

    private static JsonElement Map(string source)
    {
        using var document = JsonDocument.Parse(source);
        using var body = JsonDocument.Parse(RealAgentMapping.Map(document.RootElement, "agent-1").Body);
        return body.RootElement.Clone();
    }
}
