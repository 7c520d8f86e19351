using AgentManagement.Changes;
using AgentManagement.Domain.Agents;

namespace AgentManagement.Tests.Agents;

public sealed class ChangedPartsTests
{
    private const string OneTool = """[{"id":"search"}]""";

    [Fact]
    public void A_new_agent_has_all_its_tools_added_and_nothing_changed()
    {
        var parts = Change("absent", new CreateAgent(Content(tools: OneTool)));
        Assert.Empty(parts.Fields);
        Assert.Equal(["search"], parts.ToolsAdded);
        Assert.Empty(parts.ToolsRemoved);
    }

    [Fact]
    public void Changed_fields_are_named_down_to_the_sections_of_the_configuration()
    {
        var parts = Change(
            "draft", new PatchAgent(new("""{"name":"Other","config":{"memory":{"type":"none"},"instructions":{"template":"New."}}}""")));
        Assert.Equal(["/config/instructions", "/config/memory", "/name"], parts.Fields.Order());
    }

    [Theory]
    [InlineData("name", "\"Other\""), InlineData("description", "\"Other\""), InlineData("type", "\"rag\"")]
    [InlineData("tags", """["other"]"""), InlineData("metadata", """{"other":1}""")]
    [InlineData("icon", "\"🦉\""), InlineData("category", "\"Other\""), InlineData("author", "\"Other\"")]
    [InlineData("licence", "\"MIT\""), InlineData("homepage", "\"https://example.com/\"")]
    public void What_stands_outside_the_configuration_is_named_alone(string name, string value) =>
        Assert.Equal([$"/{name}"], Change("draft", new PatchAgent(new($$"""{"{{name}}":{{value}}}"""))).Fields);

    [Fact]
    public void Content_is_read_and_written_whole()
    {
        JsonText content = new(
            """
            {"name":"Bot","description":"Helps","type":"rag","config":{"model":{"id":"x"}},"tags":["a","b"],"metadata":{"z":1},
            "icon":"★","category":"Support","author":"Ana","licence":"MIT","homepage":"https://example.com/"}
            """.ReplaceLineEndings(""));
        Assert.Equal(content, AgentParts.Read(StrictJson.Parse(content)).ToContent());
        var small = AgentParts.Read(StrictJson.Parse(new("""{"name":"Bot","type":"rag","config":{},"note":"After a talk"}""")));
        Assert.Equal(("After a talk", null), (small.Note, small.Appearance));
    }

    [Fact]
    public void Tools_are_told_apart_by_their_ids()
    {
        var state = Given.State("absent").When(new CreateAgent(Content(tools: """[{"id":"search"},{"id":"mail"}]"""))).Written();
        var parts = state.When(new ReplaceAgent(Content(tools: """[{"id":"mail"},{"id":"calendar"}]""")))
            .Written().Change!.Details!;
        Assert.Equal(["/config/tools"], parts.Fields);
        Assert.Equal(("calendar", "search"), (parts.ToolsAdded.Single(), parts.ToolsRemoved.Single()));
    }

    [Fact]
    public void A_change_of_status_changes_the_status_only() =>
        Assert.Equal(["/status"], Change("draft", new ActivateAgent(null)).Fields);

    [Fact]
    public void The_policy_is_what_the_editor_asked_for()
    {
        var asked = new UpdatePolicy(ApplyToNewInteractions: false, NotifySessions: true, ForceUpdateSessions: true);
        Assert.Equal(asked, Change("draft", new ActivateAgent(null) { Options = new() { Policy = asked } }).ToDetails().Policy);
        Assert.Equal(UpdatePolicy.Default, Change("draft", new ActivateAgent(null)).ToDetails().Policy);
    }

    private static ChangedParts Change(string status, AgentCommand command) => Given.State(status).When(command)
        .Written().Change!.Details!;

    private static JsonText Content(string tools) => new(
        $$$"""{"name":"Bot","type":"conversational","config":{"model":{"provider":"openai","id":"gpt-5-mini"},"instructions":{"template":"Help."},"tools":{{{tools}}}}}""");
}
