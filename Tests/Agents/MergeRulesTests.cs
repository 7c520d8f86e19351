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
        Upgrade(agent => agent).Refused(OutcomeKind.Conflict, "write_conflict");
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

    private static Outcome<Decision> Edited(
        Action<System.Text.Json.Nodes.JsonObject> edit, Func<AgentDocument, AgentDocument>? current = null, string status = "draft")
    {
        var edited = Given.State(status).Agent! with { Version = 3 };
        return Given.State(status, current).When(Replace(edit), Given.Context with { OldVersion = edited });
    }

    private static ReplaceAgent Replace(Action<System.Text.Json.Nodes.JsonObject> edit) =>
        new(Given.Content(edit)) { Options = new() { IfMatch = [3], MergeFields = true } };

    private static Outcome<Decision> Upgrade(Func<AgentDocument, AgentDocument> with)
    {
        var before = AgentParts.Of(Given.State("draft").Agent!);
        var command = new UpgradeAgent(
            null, JsonText.EmptyObject, ConflictChoice.Refuse, ImmutableDictionary<string, ConflictChoice>.Empty, null)
        {
            Step = new(From, To, before.ToContent(), (before with { Description = "New" }).ToContent()),
        };
        return Given.State("draft", with).When(command);
    }
}
