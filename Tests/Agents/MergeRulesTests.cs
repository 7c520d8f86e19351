using AgentManagement.Changes;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Json;
using AgentManagement.Templates;

namespace AgentManagement.Tests.Agents;

/// <summary>Edits brought together with what others did to the agent, and to its template.</summary>
public sealed class MergeRulesTests
{
    private static readonly Derivation From = new("desk", 1, new("""{"brand":"A"}"""), JsonText.EmptyObject);
    private static readonly Derivation To = From with { Version = 2 };

    [Fact]
    public void An_edit_of_an_older_version_is_put_over_the_newer_one()
    {
        var next = Edited(content => content["description"] = "Mine", current: agent => agent with { Name = "Theirs" });
        Assert.Equal(
            ("Theirs", "Mine", ChangeKind.Updated), (next.Value!.Next!.Agent!.Name, next.Value.Next.Agent.Description, next.Value.Kind));
        Assert.Equal(["name"], next.Value.Merged);
    }

    [Fact]
    public void Without_the_content_of_the_edited_version_there_is_no_merge() =>
        Given.State("draft").When(Replace(content => content["name"] = "Mine"), Given.Context)
            .Refused(OutcomeKind.PreconditionFailed, "version_mismatch");

    [Fact]
    public void An_edit_that_says_nothing_new_changes_nothing()
    {
        var next = Edited(_ => { }, current: agent => agent with { Name = "Theirs" });
        Assert.Null(next.Value!.Next);
    }

    [Fact]
    public void An_archived_agent_is_not_merged_into() =>
        Edited(content => content["description"] = "Mine", status: "archived").Refused(OutcomeKind.Conflict, "agent_archived");

    [Fact]
    public void An_upgrade_takes_over_content_and_derivation()
    {
        var next = Upgrade(agent => agent with { Derivation = StoredDerivation.Of(From) });
        Assert.Equal(("New", StoredDerivation.Of(To), ChangeKind.Upgraded),
            (next.Value!.Next!.Agent!.Description, next.Value.Next.Agent.Derivation, next.Value.Kind));
        Assert.Equal("desk 1 to 2.", next.Value.Next.Change!.Note);
    }

    [Fact]
    public void An_upgrade_that_changes_no_content_still_makes_the_agent_one_of_the_new_version()
    {
        var next = Upgrade(agent => agent with { Derivation = StoredDerivation.Of(From), Description = "New" });
        Assert.Equal(2, next.Value!.Next!.Agent!.Derivation!.Version);
    }

    [Fact]
    public void An_agent_that_was_made_from_something_else_meanwhile_is_not_upgraded()
    {
        var refused = Upgrade(agent => agent);
        refused.Refused(OutcomeKind.Conflict, "write_conflict");
        Assert.Equal("The agent was changed at the same moment; try again.", refused.Detail);
        Upgrade(agent => agent with { Derivation = StoredDerivation.Of(To) }).Refused(OutcomeKind.Conflict, "write_conflict");
    }

    [Fact]
    public void A_rollback_brings_back_what_the_agent_was_made_from()
    {
        var old = Given.State("draft", agent => agent with { Version = 3, Derivation = StoredDerivation.Of(From) }).Agent!;
        var next = Given.State("draft", agent => agent with { Derivation = StoredDerivation.Of(To) })
            .When(new RollbackAgent(3, null), Given.Context with { OldVersion = old }).Value!.Next!;
        Assert.Equal(1, next.Agent!.Derivation!.Version);
    }

    [Fact]
    public void A_merge_is_asked_for_by_naming_one_version_that_is_not_the_current_one()
    {
        var asked = new WriteOptions { IfMatch = [3], MergeFields = true };
        Assert.Equal(3, VersionAsked("draft", new ReplaceAgent(Given.Content()) { Options = asked }));
        Assert.Equal(3, VersionAsked("draft", new PatchAgent(JsonText.EmptyObject) { Options = asked }));
        Assert.Null(VersionAsked("draft", new RollbackAgent(3, null) { Options = asked }));
        Assert.Null(VersionAsked("purged", new ReplaceAgent(Given.Content()) { Options = asked }));
        WriteOptions[] others =
        [
            asked with { MergeFields = false }, asked with { IfMatch = [Given.Version] }, asked with { IfMatch = [3, 4] },
            asked with { IfMatch = [] }, asked with { IfMatch = null },
        ];
        Assert.All(others, options => Assert.Null(VersionAsked("draft", new ReplaceAgent(Given.Content()) { Options = options })));

        static int? VersionAsked(string status, AgentCommand command)
        {
            var isAsked = MergeRules.IsAsked(Given.State(status), command, out var version);
            Assert.Equal(isAsked, version != 0);
            return isAsked ? version : null;
        }
    }

    [Fact]
    public void A_patch_is_of_the_version_that_it_names()
    {
        var edited = Given.State("draft").Agent! with { Version = 3, Description = "Old" };
        var patch = new PatchAgent(new("""{"tags":["c"]}""")) { Options = new() { IfMatch = [3], MergeFields = true } };
        var next = Given.State("draft", agent => agent with { Description = "Theirs" })
            .When(patch, Given.Context with { OldVersion = edited }).Written().Agent!;
        Assert.Equal(("Theirs", "c"), (next.Description, Assert.Single(next.Tags)));
    }

    [Fact]
    public void What_both_changed_is_refused_with_the_conflicts_and_the_current_version()
    {
        var outcome = Edited(content => content["name"] = "Mine", current: agent => agent with { Name = "Theirs" });
        outcome.Refused(OutcomeKind.Conflict, "merge_conflict");
        Assert.Equal(("name", Given.Version), (Assert.Single(outcome.Conflicts).Label, outcome.CurrentVersion));
        Assert.StartsWith("Others changed the same fields", outcome.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Content_that_is_not_valid_is_not_merged()
    {
        Edited(content => content["name"] = 7).Refused(OutcomeKind.Invalid, "invalid_content");
        // A draft may lack what a live agent may not, in a merge too.
        Assert.True(Edited(content => content["config"]!.AsObject().Remove("instructions")).IsOk);
    }

    [Fact]
    public void Contents_that_differ_in_more_places_than_can_be_told_are_not_merged()
    {
        var (older, theirs) = (Many(1), Many(2));
        var edited = Given.State("draft").Agent! with { Version = 3, Metadata = older };
        Given.State("draft", agent => agent with { Metadata = theirs })
            .When(Replace(content => content["metadata"] = JsonNode.Parse(older.Text)), Given.Context with { OldVersion = edited })
            .Refused(OutcomeKind.Conflict, "too_different");
        Upgrade(agent => agent with { Derivation = StoredDerivation.Of(From), Metadata = older },
            before => before with { Metadata = older }, after => after with { Metadata = theirs })
            .Refused(OutcomeKind.Conflict, "too_different");

        static JsonText Many(int value) => new($"{{{string.Join(
            ',', Enumerable.Range(0, DifferenceBudget.MaxPlaces + 1).Select(number => $"\"m{number}\":{value}"))}}}");
    }

    [Fact]
    public void What_template_and_tenant_changed_goes_by_what_was_decided()
    {
        var changed = (AgentDocument agent) => agent with { Derivation = StoredDerivation.Of(From), Description = "Mine" };
        var refused = Upgrade(changed);
        refused.Refused(OutcomeKind.Conflict, "merge_conflict");
        Assert.Equal(("description", Given.Version), (Assert.Single(refused.Conflicts).Label, refused.CurrentVersion));
        Assert.StartsWith("Template and tenant changed the same", refused.Detail, StringComparison.Ordinal);

        Assert.Equal("Mine", DescriptionOf(ConflictChoice.Mine));
        Assert.Equal("New", DescriptionOf(ConflictChoice.Theirs));
        // What is decided of one place goes before what holds for all.
        Assert.Equal("New", DescriptionOf(ConflictChoice.Mine, ConflictChoice.Theirs));
        Assert.Equal("Mine", DescriptionOf(ConflictChoice.Refuse, ConflictChoice.Mine));

        string? DescriptionOf(ConflictChoice onConflict, ConflictChoice? decided = null) =>
            Upgrade(changed, command: command => command with
            {
                OnConflict = onConflict,
                Decisions = decided is { } choice ? command.Decisions.Add("description", choice) : command.Decisions,
            }).Written().Agent!.Description;
    }

    [Fact]
    public void An_upgrade_has_its_own_note_and_needs_an_agent_and_a_step()
    {
        var made = (AgentDocument agent) => agent with { Derivation = StoredDerivation.Of(From) };
        Assert.Equal("Now", Upgrade(made, command: command => command with { Note = "Now" }).Written().Change!.Note);
        Assert.Equal(OutcomeKind.NotFound, Upgrade(agent => agent, status: "purged").Kind);
        Assert.Contains("no step", Assert.Throws<ArgumentException>(() =>
            Upgrade(agent => agent, command: command => command with { Step = null })).Message, StringComparison.Ordinal);
    }

    private static Outcome<Decision> Edited(
        Action<System.Text.Json.Nodes.JsonObject> edit, Func<AgentDocument, AgentDocument>? current = null, string status = "draft")
    {
        var edited = Given.State(status).Agent! with { Version = 3 };
        return Given.State(status, current).When(Replace(edit), Given.Context with { OldVersion = edited });
    }

    private static ReplaceAgent Replace(Action<System.Text.Json.Nodes.JsonObject> edit) =>
        new(Given.Content(edit)) { Options = new() { IfMatch = [3], MergeFields = true } };

    private static Outcome<Decision> Upgrade(
        Func<AgentDocument, AgentDocument> with, Func<AgentParts, AgentParts>? older = null, Func<AgentParts, AgentParts>? newer = null,
        Func<UpgradeAgent, UpgradeAgent>? command = null, string status = "draft")
    {
        var parts = AgentParts.Of(Given.State("draft").Agent!);
        var (before, after) = ((older ?? (same => same))(parts), (newer ?? (same => same with { Description = "New" }))(parts));
        var upgrade = new UpgradeAgent(
            null, JsonText.EmptyObject, ConflictChoice.Refuse, ImmutableDictionary<string, ConflictChoice>.Empty, null)
        {
            Step = new(From, To, before.ToContent(), after.ToContent()),
        };
        return Given.State(status, with).When((command ?? (same => same))(upgrade));
    }
}
