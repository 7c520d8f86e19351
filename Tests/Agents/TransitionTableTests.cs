using AgentManagement.Domain.Agents;

namespace AgentManagement.Tests.Agents;

/// <summary>Every command in every status. A cell is the status after it, <c>=</c> for "nothing to do", or a refusal's code.</summary>
public sealed class TransitionTableTests
{
    private const string Table = """
        command       absent      purged      draft                active        inactive            archived
        create        draft       draft       !duplicate_id        !duplicate_id !duplicate_id       !duplicate_id
        replace       draft       draft       draft                active        inactive            !agent_archived
        replace-same  draft       draft       =                    =             =                   !agent_archived
        apply         draft       draft       draft                active        inactive            !agent_archived
        patch         !not_found  !not_found  draft                active        inactive            !agent_archived
        patch-same    !not_found  !not_found  =                    =             =                   !agent_archived
        rollback      !not_found  !not_found  draft                active        inactive            !agent_archived
        upgrade       !not_found  !not_found  !write_conflict      !write_conflict !write_conflict   !write_conflict
        activate      !not_found  !not_found  active               =             active              !illegal_transition
        deactivate    !not_found  !not_found  !illegal_transition  inactive      =                   !illegal_transition
        archive       !not_found  !not_found  archived             archived      archived            =
        restore       !not_found  !not_found  !illegal_transition  !illegal_transition !illegal_transition inactive
        purge         !not_found  !not_found  !illegal_transition  !illegal_transition !illegal_transition gone
        mark          !not_found  !not_found  =                    =             =                   =
        mark-gone     !not_found  !not_found  =                    =             =                   =
        """;

    private static readonly Dictionary<string, AgentCommand> Commands = new()
    {
        ["create"] = new CreateAgent(Given.Content()),
        ["replace"] = new ReplaceAgent(Given.Content(content => content["name"] = "Other")),
        ["replace-same"] = new ReplaceAgent(Given.Content()),
        // By a manager that has not applied before: that is new, though the content is not.
        ["apply"] = new ApplyAgent("cli", Given.Content(), ImmutableDictionary<string, ConflictChoice>.Empty),
        ["patch"] = new PatchAgent(new("""{"name":"Other"}""")),
        ["patch-same"] = new PatchAgent(new("{}")),
        ["rollback"] = new RollbackAgent(3, null),
        // From another template than the agent is of; see MergeRulesTests for the others.
        ["upgrade"] = new UpgradeAgent(null, JsonText.EmptyObject, ConflictChoice.Refuse, ImmutableDictionary<string, ConflictChoice>.Empty,
            null)
        {
            Step = new(new("other", 1, JsonText.EmptyObject, JsonText.EmptyObject),
                new("other", 2, JsonText.EmptyObject, JsonText.EmptyObject), new("{}"), new("{}")),
        },
        ["activate"] = new ActivateAgent(null),
        ["deactivate"] = new DeactivateAgent(null),
        ["archive"] = new ArchiveAgent(),
        ["restore"] = new RestoreAgent(),
        ["purge"] = new PurgeAgent(),
        // Of a tool that the agent does not use; see MarkRulesTests for the others.
        ["mark"] = new MarkDegraded(["search"]),
        ["mark-gone"] = new MarkReference("agent/other", IsGone: true),
    };

    public static TheoryData<string, string, string> Cells
    {
        get
        {
            var rows = Table.Split('\n').Select(row => row.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
            var cells = rows.Skip(1).SelectMany(row => row.Skip(1).Select((cell, index) => (row[0], rows[0][index + 1], cell)));
            return [.. cells];
        }
    }

    [Theory, MemberData(nameof(Cells))]
    public void Every_command_in_every_status_does_what_the_table_says(string command, string status, string expected)
    {
        var state = Given.State(status);
        var outcome = state.When(Commands[command], Given.Context with { OldVersion = OldVersion });
        Assert.Equal(expected, Describe(outcome.IsOk, outcome.Code, outcome.Value));
        if (outcome.Value?.Next is { } next) Assert.Equal(state.Version + 1, next.Version);
    }

    [Fact]
    public void The_table_has_every_status_and_every_command()
    {
        Assert.Equal(Given.Statuses, Table.Split('\n')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..]);
        // These are creations by the time they reach an agent.
        Type[] creations = [typeof(CloneAgent), typeof(InstantiateTemplate)];
        var all = typeof(AgentCommand).Assembly.GetTypes().Where(type => type.BaseType == typeof(AgentCommand)).Except(creations);
        Assert.Equal(all.ToHashSet(), Commands.Values.Select(command => command.GetType()).ToHashSet());
        Assert.Equal(Commands.Count * Given.Statuses.Length, Cells.Count);
    }

    [Fact]
    public void A_command_without_a_rule_is_a_fault_and_not_an_answer() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Given.State("draft").When(new CloneAgent("other", "Copy")));

    private static AgentDocument OldVersion => Given.State("draft", agent => agent with { Name = "Old", Version = 3 }).Agent!;

    private static string Describe(bool isOk, string code, Decision? decision) =>
        !isOk ? $"!{code}" : decision!.Next is not { } next ? "=" : next.Agent?.Status ?? "gone";
}
