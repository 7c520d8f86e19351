using System.Reflection;
using System.Text.Json.Serialization;
using AgentManagement.Domain.Agents;
using AgentManagement.Silo.Storage;

namespace AgentManagement.Tests.Agents;

/// <summary>
/// States as earlier versions of the program stored them. The files are never changed: a new member gets a new file.
/// </summary>
public sealed class GoldenStateTests
{
    private static readonly GrainStateSerializer Serializer = new();

    public static TheoryData<string> Files => ["full.json", "minimal.json", "tombstone.json", "derived.json", "degraded.json", "files.json",
        "addressed.json", "shown.json", "applied.json"];

    [Theory, MemberData(nameof(Files))]
    public void A_stored_state_is_read_and_written_again_with_the_same_meaning(string file)
    {
        var written = JsonNode.Parse(Serializer.Serialize(Load(file)).ToString())!;
        AssertHolds(written, JsonNode.Parse(Text(file))!, "");
    }

    [Fact]
    public void Every_member_of_the_stored_records_is_in_a_golden_file_under_its_json_name()
    {
        var golden = Files.Select(file => file.Data).Append("details.json").SelectMany(
            file => JsonNode.Parse(Text(file))!.DescendantObjects()
            .SelectMany(node => node.Select(member => member.Key))).ToHashSet();
        foreach (var type in new[] { typeof(AgentState), typeof(AgentDocument), typeof(StoredDerivation), typeof(ChangedParts) })
        {
            foreach (var property in type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
                .Where(property => property.GetCustomAttribute<JsonIgnoreAttribute>() is null))
            {
                var name = property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name
                    ?? char.ToLowerInvariant(property.Name[0]) + property.Name[1..];
                Assert.True(golden.Contains(name),
                    $"{type.Name}.{property.Name} is new: add a golden file that holds '{name}'; or it was renamed: it must not be.");
            }
        }
    }

    [Fact]
    public void The_full_state_means_what_its_text_says()
    {
        var state = Load("full.json");
        var agent = state.Agent!;
        Assert.Equal((1, 7, 7), (state.SchemaVersion, state.Version, agent.Version));
        Assert.Equal(
            """{"model":{"provider":"openai","id":"gpt-5-mini","params":{"temperature":0,"topP":1.0}},"instructions":{"template":"Hälp <b>."}}""", agent.Config.Text);
        Assert.Equal("""{"z":1e5,"a":null,"n":123456789012345678901234567890}""", agent.Metadata.Text);
        Assert.Equal(["b", "a"], agent.Tags);
        Assert.Equal(new DateTimeOffset(2026, 1, 31, 8, 30, 0, 5, TimeSpan.Zero), agent.ArchivedAt);
    }

    [Fact]
    public void A_stored_agent_without_a_configuration_is_refused()
    {
        var stored = JsonNode.Parse(Text("minimal.json"))!;
        stored["agent"]!.AsObject().Remove("config");
        Assert.Throws<JsonException>(() => Serializer.Deserialize<AgentState>(new BinaryData(stored.ToJsonString())));
    }

    [Fact]
    public void The_rules_go_on_from_a_stored_state()
    {
        Assert.Equal(8, Load("full.json").When(new PurgeAgent()).Written().Version);
        Assert.Equal(2, Load("minimal.json").When(new ActivateAgent(null)).Written().Version);
        Assert.Equal(10, Load("tombstone.json").When(new CreateAgent(Given.Content())).Written().Version);
    }

    [Fact]
    public void Absent_lists_are_empty_and_not_missing()
    {
        var agent = Load("minimal.json").Agent!;
        Assert.Equal((0, "{}"), (agent.Tags.Length, agent.Metadata.Text));
    }

    /// <summary>Everything that the older text holds must be in the newer one, which may hold more.</summary>
    private static void AssertHolds(JsonNode? newer, JsonNode? older, string path)
    {
        if (older is JsonObject members)
        {
            foreach (var (name, value) in members) AssertHolds(newer?[name], value, $"{path}/{name}");
        }
        else if (older is JsonArray items)
        {
            Assert.Equal(items.Count, newer?.AsArray().Count);
            for (var index = 0; index < items.Count; index++) AssertHolds(newer![index], items[index], $"{path}/{index}");
        }
        else Assert.True(older?.ToJsonString() == newer?.ToJsonString(),
            $"{path}: {older?.ToJsonString()} became {newer?.ToJsonString() ?? "nothing"}.");
    }

    private static AgentState Load(string file) => Serializer.Deserialize<AgentState>(new BinaryData(Text(file)));

    private static string Text(string file) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Agents", "Golden", file));
}
