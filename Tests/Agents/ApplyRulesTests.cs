using AgentManagement.Changes;
using AgentManagement.Domain.Agents;

namespace AgentManagement.Tests.Agents;

/// <summary>Agents as code: base is what the same manager applied last.</summary>
public sealed class ApplyRulesTests
{
    [Fact]
    public void A_file_makes_the_agent_that_is_not_there()
    {
        var made = new AgentState().When(Apply(Given.Content())).Written();
        Assert.Equal(("ci", ChangeKind.Created), (made.Agent!.Manager, made.Change!.Kind));
        made.When(Apply(Given.Content())).WritesNothing();
    }

    [Fact]
    public void What_others_changed_elsewhere_is_kept_and_told()
    {
        var edited = Applied(Given.Content()).When(new PatchAgent(new("""{"description":"Theirs"}"""))).Written();
        var next = edited.When(Apply(Given.Content(content => content["name"] = "Mine")));
        Assert.Equal(("Mine", "Theirs"), (next.Value!.Next!.Agent!.Name, next.Value.Next.Agent.Description));
        Assert.Equal(["description"], next.Value.Merged);
        // It stays so: the file does not take back what it did not say.
        var again = next.Value.Next.When(Apply(Given.Content(content => content["name"] = "Mine")));
        Assert.Null(again.Value!.Next);
        Assert.Equal(["description"], again.Value.Merged);
    }

    [Theory, InlineData(ConflictChoice.Mine, "Mine"), InlineData(ConflictChoice.Theirs, "Theirs")]
    public void What_both_changed_is_a_conflict_until_it_is_decided(ConflictChoice decision, string name)
    {
        var edited = Applied(Given.Content()).When(new PatchAgent(new("""{"name":"Theirs"}"""))).Written();
        var file = Given.Content(content => content["name"] = "Mine");
        var refused = edited.When(Apply(file));
        refused.Refused(OutcomeKind.Conflict, "merge_conflict");
        Assert.Equal(("name", "\"Theirs\"", "\"Mine\""),
            refused.Conflicts.Select(conflict => (conflict.Label, conflict.Theirs?.Text, conflict.Mine?.Text)).Single());

        var decided = edited.When(Apply(file) with { Decisions = Decisions("name", decision) }).Written();
        Assert.Equal(name, decided.Agent!.Name);
        decided.When(Apply(file)).WritesNothing();
    }

    [Fact]
    public void What_both_changed_alike_is_none()
    {
        var edited = Applied(Given.Content()).When(new PatchAgent(new("""{"name":"Same"}"""))).Written();
        var next = edited.When(Apply(Given.Content(content => content["name"] = "Same"))).Written();
        // The file is the base of the next from here on: the edit after it is no clash.
        var later = next.When(new PatchAgent(new("""{"name":"Later"}"""))).Written();
        later.When(Apply(Given.Content(content => content["name"] = "Same"))).WritesNothing();
    }

    [Fact]
    public void A_manager_that_never_applied_takes_nothing_over_that_is_otherwise()
    {
        var state = Given.State("active");
        state.When(Apply(Given.Content(content => content["name"] = "Mine"))).Refused(OutcomeKind.Conflict, "merge_conflict");
        var adopted = state.When(Apply(Given.Content())).Written();
        Assert.Equal((null, "As ci has it."), (adopted.Agent!.Manager, adopted.Change!.Note));
        adopted.When(Apply(Given.Content())).WritesNothing();
    }

    [Fact]
    public void Each_manager_has_a_base_of_its_own_and_there_are_few()
    {
        var state = Enumerable.Range(0, ApplyRules.MaxManagers).Aggregate(
            new AgentState(), (state, number) => state.When(Apply(Given.Content(), $"manager-{number}")).Written());
        state.When(Apply(Given.Content(), "one-more")).Refused(OutcomeKind.Conflict, "too_many_managers");
        state.When(Apply(Given.Content(content => content["name"] = "Mine"), "manager-0")).Written();
    }

    [Fact]
    public void What_was_applied_outlives_other_writes_but_not_the_agent()
    {
        var state = Applied(Given.Content());
        state = state.When(new ActivateAgent(null)).Written().When(new DeactivateAgent(null)).Written();
        Assert.NotNull(state.Applied);
        var gone = state.When(new ArchiveAgent()).Written().When(new PurgeAgent()).Written();
        Assert.Null(gone.Applied);
    }

    [Fact]
    public void An_archived_agent_and_a_bad_file_are_refused()
    {
        Applied(Given.Content()).When(new ArchiveAgent()).Written().When(Apply(Given.Content(content => content["name"] = "Mine")))
            .Refused(OutcomeKind.Conflict, "agent_archived");
        Applied(Given.Content()).When(Apply(Given.Content(content => content["more"] = 1))).Refused(OutcomeKind.Invalid, "invalid_content");
        new AgentState().When(Apply(Given.Content(content => content.Remove("name")))).Refused(OutcomeKind.Invalid, "invalid_content");
    }

    [Fact]
    public void Who_must_name_the_version_that_it_changes_names_its_base_by_its_name() =>
        Applied(Given.Content()).When(
            Apply(Given.Content(content => content["name"] = "Mine")) with { Options = new() { IsOfClient = true } },
            Given.Context with { RequiresMatch = true }).Written();

    private static AgentState Applied(JsonText content) => new AgentState().When(Apply(content)).Written();

    private static ApplyAgent Apply(JsonText content, string manager = "ci") =>
        new(manager, content, ImmutableDictionary<string, ConflictChoice>.Empty);

    private static ImmutableDictionary<string, ConflictChoice> Decisions(string label, ConflictChoice choice) =>
        ImmutableDictionary<string, ConflictChoice>.Empty.Add(label, choice);
}
