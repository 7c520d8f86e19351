namespace AgentManagement.Tests.Agents;

/// <summary>If-Match and If-None-Match hold for every command alike.</summary>
public sealed class WriteConditionTests
{
    public static TheoryData<string> Commands => ["replace", "patch", "rollback", "activate", "deactivate", "archive", "restore", "purge",
        "create"];

    [Theory, MemberData(nameof(Commands))]
    public void Another_version_than_If_Match_names_refuses_every_command(string command)
    {
        foreach (var status in Given.Statuses)
        {
            Given.State(status).When(Make(command, new() { IfMatch = [Given.Version - 1, Given.Version + 1] }))
                .Refused(OutcomeKind.PreconditionFailed, "version_mismatch");
        }
    }

    [Theory, MemberData(nameof(Commands))]
    public void If_Match_of_anything_refuses_every_command_on_what_does_not_exist(string command)
    {
        Given.State("absent").When(Make(command, new() { IfMatch = [] })).Refused(OutcomeKind.PreconditionFailed, "version_mismatch");
        Given.State("purged").When(Make(command, new() { IfMatch = [] })).Refused(OutcomeKind.PreconditionFailed, "version_mismatch");
    }

    [Theory, MemberData(nameof(Commands))]
    public void If_None_Match_refuses_every_command_on_what_exists(string command)
    {
        foreach (var status in AgentStatus.All)
        {
            Given.State(status).When(Make(command, new() { MustNotExist = true }))
                .Refused(OutcomeKind.PreconditionFailed, "already_exists");
        }
    }

    [Fact]
    public void The_refusal_says_which_version_there_is()
    {
        var options = new WriteOptions { IfMatch = [1] };
        var other = Given.State("draft").When(Make("archive", options));
        Assert.Equal((Given.Version, "The current version is 7, which If-Match does not name."), (other.CurrentVersion, other.Detail));
        var none = Given.State("absent").When(Make("archive", options));
        Assert.Equal((null, "It does not exist, and If-Match asked for a version of it."), (none.CurrentVersion, none.Detail));
    }

    [Fact]
    public void The_named_version_passes_and_so_does_any_one_of_several()
    {
        Assert.NotNull(Given.State("draft").When(Make("archive", new() { IfMatch = [Given.Version] })).Written());
        Assert.NotNull(Given.State("draft").When(Make("archive", new() { IfMatch = [2, Given.Version] })).Written());
        Assert.NotNull(Given.State("draft").When(Make("archive", new() { IfMatch = [] })).Written());
    }

    [Theory, InlineData("absent"), InlineData("purged")]
    public void If_None_Match_passes_where_there_is_nothing(string status) =>
        Assert.NotNull(Given.State(status).When(Make("replace", new() { MustNotExist = true })).Written());

    [Fact]
    public void A_condition_that_fails_refuses_even_what_would_change_nothing() =>
        Given.State("active").When(Make("activate", new() { IfMatch = [1] })).Refused(OutcomeKind.PreconditionFailed, "version_mismatch");

    private static AgentCommand Make(string command, WriteOptions options) => command switch
    {
        "create" => new CreateAgent(Given.Content()) { Options = options },
        "replace" => new ReplaceAgent(Given.Content()) { Options = options },
        "patch" => new PatchAgent(new("{}")) { Options = options },
        "rollback" => new RollbackAgent(1, null) { Options = options },
        "activate" => new ActivateAgent(null) { Options = options },
        "deactivate" => new DeactivateAgent(null) { Options = options },
        "archive" => new ArchiveAgent { Options = options },
        "restore" => new RestoreAgent { Options = options },
        _ => new PurgeAgent { Options = options },
    };
}
