using AgentManagement.Domain.Json;

namespace AgentManagement.Tests.Agents;

public sealed class EditRulesTests
{
    [Theory, InlineData("draft"), InlineData("active"), InlineData("inactive")]
    public void An_edit_keeps_everything_that_is_not_content(string status)
    {
        var before = Given.State(status).Agent!;
        var after = Given.State(status).When(new PatchAgent(new("""{"name":"Other"}"""))).Written().Agent!;
        var expected = before with
        {
            Name = "Other",
            Version = Given.Version + 1,
            UpdatedAt = Given.Now,
            UpdatedBy = "ana",
            Tags = after.Tags
        };
        Assert.Equal(expected, after);
        Assert.Equal(before.Tags, after.Tags);
    }

    [Theory, InlineData("PUT"), InlineData("PATCH"), InlineData("rollback")]
    public void Unchanged_content_writes_nothing(string way) =>
        Given.State("active").When(Edit(way, "{}"), Given.Context with { OldVersion = Given.State("active").Agent }).WritesNothing();

    [Fact]
    public void An_unchanged_incomplete_draft_still_tells_its_warnings()
    {
        var outcome = Given.State("draft", agent => agent with { Config = new("{}") }).When(new PatchAgent(new("{}")));
        outcome.WritesNothing();
        Assert.Equal(2, outcome.Issues.Length);
    }

    [Theory]
    [InlineData("""{"config":{"model":{"params":{"temperature":0.0}}}}""")]
    [InlineData("""{"tags":["a","b"]}""")]
    [InlineData("""{"metadata":{"a":null,"z":2}}""")]
    [InlineData("""{"description":null}""")]
    [InlineData("""{"type":"rag"}""")]
    public void The_slightest_change_of_any_part_is_a_new_version(string patch) =>
        Assert.Equal(Given.Version + 1, Given.State("draft").When(new PatchAgent(new(patch))).Written().Version);

    [Fact]
    public void A_replacement_removes_what_it_does_not_name()
    {
        var content = Given.Content(content => { content.Remove("description"); content.Remove("tags"); content.Remove("metadata"); });
        var agent = Given.State("draft").When(new ReplaceAgent(content)).Written().Agent!;
        Assert.Null(agent.Description);
        Assert.Empty(agent.Tags);
        Assert.Equal("{}", agent.Metadata.Text);
    }

    [Fact]
    public void A_patch_reaches_into_the_configuration_and_keeps_the_rest_as_written()
    {
        var agent = Given.State("draft").When(new PatchAgent(new("""{"config":{"model":{"params":{"topP":1.0}}}}"""))).Written().Agent!;
        Assert.Equal(
            """{"model":{"provider":"openai","id":"gpt-5-mini","params":{"temperature":0,"topP":1.0}},"instructions":{"template":"Help."}}""",
            agent.Config.Text);
        Assert.Equal("""{"z":1,"a":null}""", agent.Metadata.Text);
    }

    [Theory, InlineData("null"), InlineData("[]"), InlineData("\"text\""), InlineData("""{"name":null}"""),
        InlineData("""{"config":null}""")]
    public void A_patch_that_destroys_the_content_is_refused(string patch) =>
        Given.State("draft").When(new PatchAgent(new(patch))).Refused(OutcomeKind.Invalid, "invalid_content");

    [Theory, InlineData("PUT"), InlineData("PATCH")]
    public void An_update_is_validated_like_a_creation(string way)
    {
        var outcome = Given.State("draft").When(Edit(way, """{"config":{"model":{"params":{"temperature":3}}}}"""));
        outcome.Refused(OutcomeKind.Invalid, "invalid_content");
        Assert.Equal("/config/model/params/temperature", outcome.Issues.Single().Pointer);
    }

    [Theory, InlineData("PUT"), InlineData("PATCH")]
    public void The_id_may_be_repeated_and_never_changed(string way)
    {
        Given.State("draft").When(Edit(way, """{"id":"bot"}""")).WritesNothing();
        var outcome = Given.State("draft").When(Edit(way, """{"id":"other"}"""));
        Assert.Equal(("immutable_field", "/id"), (outcome.Issues.Single().Code, outcome.Issues.Single().Pointer));
    }

    [Theory, InlineData("PUT"), InlineData("PATCH"), InlineData("rollback")]
    public void An_active_agent_must_stay_complete_and_others_need_not_be(string way)
    {
        var edit = Edit(way, """{"config":{"instructions":null}}""");
        var context = Given.Context with { OldVersion = Given.State("draft", agent => agent with { Config = new("{}") }).Agent };
        var refusal = Given.State("active").When(edit, context);
        refusal.Refused(OutcomeKind.Invalid, "invalid_content");
        Assert.Contains(refusal.Issues, issue => issue is { Code: "required_for_activation", Pointer: "/config/instructions" });
        Assert.NotNull(Given.State("inactive").When(edit, context).Written());
    }

    [Fact]
    public void A_rollback_brings_back_the_old_content_as_a_new_version_and_keeps_status_and_origin()
    {
        var old = Given.State("draft", agent => agent with
        {
            Version = 3,
            Name = "Old",
            Config = new("{\"schemaVersion\":1}"),
            CreatedBy = "x"
        }).Agent;
        var agent = Given.State("inactive").When(new RollbackAgent(3, null), Given.Context with { OldVersion = old }).Written().Agent!;
        Assert.Equal(("Old", "{\"schemaVersion\":1}"), (agent.Name, agent.Config.Text));
        Assert.Equal(("inactive", Given.Version + 1, "eva", "ana"), (agent.Status, agent.Version, agent.CreatedBy, agent.UpdatedBy));
    }

    [Fact]
    public void A_rollback_to_a_version_that_is_not_kept_is_refused() =>
        Given.State("draft").When(new RollbackAgent(3, null)).Refused(OutcomeKind.Conflict, "version_not_kept");

    [Fact]
    public void A_rollback_to_content_that_the_tier_no_longer_allows_is_refused()
    {
        var old = Given.State("draft", agent => agent with { Config = new("""{"model":{"provider":"xai","id":"grok"}}""") }).Agent;
        var admission = Given.Admission with { Limits = Given.Tiers.Find("free") };
        Given.State("draft").When(new RollbackAgent(3, null), Given.Context with { OldVersion = old, Admission = admission })
            .Refused(OutcomeKind.Invalid, "invalid_content");
    }

    [Theory, InlineData(null, "Back to version 3."), InlineData("Bad answers.", "Bad answers.")]
    public void A_rollback_is_logged_with_its_note(string? note, string expected)
    {
        var old = Given.State("draft", agent => agent with { Name = "Old" }).Agent;
        var entry = Given.State("draft").When(new RollbackAgent(3, note), Given.Context with { OldVersion = old })
            .Written().Change!;
        Assert.Equal(("agent_rolled_back", expected), (entry.Kind, entry.Note));
    }

    /// <summary>
    /// The same edit, as a merge patch says it, done in another way; a rollback goes to the context's old version or stays.
    /// </summary>
    private static AgentCommand Edit(string way, string patch) => way switch
    {
        "PUT" => new ReplaceAgent(Given.Text(MergePatch.Apply(JsonNode.Parse(Given.Content().Text), JsonNode.Parse(patch)))),
        "PATCH" => new PatchAgent(new(patch)),
        _ => new RollbackAgent(Given.Version, null),
    };
}
