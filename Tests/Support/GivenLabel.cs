using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Releases;
using AgentManagement.Releases;

namespace AgentManagement.Tests.Support;

using Decision = Outcome<Decided<LabelState, LabelChange>>;

/// <summary>A label and its releases for tests of the pure rules: state + command → outcome.</summary>
internal static class GivenLabel
{
    /// <summary>The release that is made, unless a context says otherwise.</summary>
    public const string Id = "rel_1";

    /// <summary>The version of <see cref="State"/>.</summary>
    public const int StateVersion = 20;

    /// <summary>An administrator asks, and all versions are there.</summary>
    public static readonly LabelContext Context = By("ana");

    /// <summary>All that a policy can ask, and none of it is there.</summary>
    public static readonly LabelPolicy Strict = new()
    {
        Approvals = 2, From = "staging", Checks = ["tests"], Freezes = [new(Given.Now, Given.Now.AddDays(1), "Holidays.")],
    };

    public static LabelContext By(string subject, string role = "admin") =>
        new("acme", "production", new("acme", subject, role, "professional", "correlation-1"), Given.Now)
        {
            NewId = Id, NewSeed = "seed-1",
            Facts = new[] { "bot", "desk", "mail" }.ToImmutableDictionary(
                id => id, id => new VersionFacts { IsThere = true, IsKept = true, DocumentHash = $"hash of {id}" }),
        };

    /// <summary>The same later.</summary>
    public static LabelContext After(this LabelContext context, TimeSpan time) => context with { Now = context.Now + time };

    /// <summary>The same where something else is known of an agent's version.</summary>
    public static LabelContext Knowing(this LabelContext context, string agentId, Func<VersionFacts, VersionFacts> change) =>
        context with { Facts = context.Facts.SetItem(agentId, change(context.Facts.GetValueOrDefault(agentId) ?? new())) };

    /// <summary>The label has version 5 of bot and desk, and had version 4 before.</summary>
    public static LabelState State(LabelPolicy? policy = null) => new()
    {
        Version = StateVersion,
        Label = new()
        {
            Name = "production", PolicyVersion = 3, Revision = 12, Policy = policy ?? new(),
            Assignments = new[] { "bot", "desk" }.ToImmutableDictionary(
                id => id, _ => new AssignmentDocument { Stable = 5, Previous = 4, Release = "rel_0", Revision = 12 }),
            CreatedAt = Given.Earlier, CreatedBy = "eva", UpdatedAt = Given.Earlier, UpdatedBy = "eva",
        },
    };

    /// <summary>An agent's part of a plan, whatever the label has of it.</summary>
    public static PlannedItem To(string agentId, int? version) => new(agentId, version, null, ExpectsAny: true);

    public static ReleasePlan Plan(params ImmutableArray<PlannedItem> items) => new() { Items = items };

    /// <summary>A plan for bot's version 7 by steps.</summary>
    public static ReleasePlan Gradual(params ImmutableArray<RolloutStep> steps) =>
        Plan(To("bot", 7)) with { Rollout = new(steps, RollsBack: false) };

    public static RolloutStep Step(int weight, int minutes = 0, string? gate = null) => new(weight, TimeSpan.FromMinutes(minutes), gate);

    /// <summary>The label with a release that is made.</summary>
    public static LabelState Made(ReleasePlan plan, LabelPolicy? policy = null) => State(policy).Then(new CreateRelease(plan));

    /// <summary>The label with a release by steps whose first one is applied.</summary>
    public static LabelState Running(ReleasePlan plan, LabelPolicy? policy = null) => Made(plan, policy).Then(new StartRelease(Id));

    /// <summary>What the rules decide.</summary>
    public static Decision When(this LabelState state, LabelCommand command, LabelContext? context = null) =>
        LabelRules.Decide(state, command, context ?? Context);

    /// <summary>What follows when the command is done.</summary>
    public static LabelState Then(this LabelState state, LabelCommand command, LabelContext? context = null) =>
        state.When(command, context).Written();

    /// <summary>What is due of the release; null when nothing is.</summary>
    public static Decision? Continued(this LabelState state, LabelContext? context = null) =>
        LabelRules.Continue(state, state.Release(), context ?? Context);

    /// <summary>The state that was decided to be written.</summary>
    public static LabelState Written(this Decision outcome)
    {
        Assert.True(outcome.IsOk, $"Refused: {outcome.Code} {outcome.Detail} {string.Join(' ', outcome.Issues)}");
        return outcome.Value!.Next ?? throw new Xunit.Sdk.XunitException("Nothing was to be written.");
    }

    /// <summary>The release as it was written last, also when it has ended.</summary>
    public static ReleaseDocument Release(this LabelState state, string id = Id) =>
        state.Written?.Releases.FirstOrDefault(release => release.Id == id) ?? state.Label!.Releases.Single(release => release.Id == id);

    /// <summary>What the label has of an agent, as <c>5>7@1000</c>.</summary>
    public static string Has(this LabelState state, string agentId) =>
        state.Label!.Assignments.GetValueOrDefault(agentId) is not { } assignment ? "nothing"
        : assignment.Candidate is null ? $"{assignment.Stable}" : $"{assignment.Stable}>{assignment.Candidate}@{assignment.Weight}";

    /// <summary>What a refusal tells, or what keeps the release that a command was about: each code with its place.</summary>
    public static string Told(this Decision outcome)
    {
        var told = outcome.IsOk
            ? outcome.Value.Answer.Gates.Select(gate => (gate.Code, Place: gate.AgentId, Text: gate.Detail)).ToList()
            : outcome.Issues.Select(issue => (issue.Code, Place: (string?)issue.Pointer, Text: issue.Message)).ToList();
        Assert.DoesNotContain("", told.Select(each => each.Text));
        return string.Join(", ", told.Select(each => $"{each.Code} {each.Place}".TrimEnd()));
    }
}
