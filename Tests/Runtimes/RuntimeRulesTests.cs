using AgentManagement.Domain.Runtimes;
using AgentManagement.Runtimes;

namespace AgentManagement.Tests.Runtimes;

/// <summary>What runtimes may say of themselves.</summary>
public sealed class RuntimeRulesTests
{
    private static readonly RuntimeReport Fine = new("one", "production", 1, "sdk", [new("bot", 1), new("bot", 2), new("desk", 1)]);

    public static TheoryData<string, RuntimeReport> Reports => new()
    {
        { "", Fine },
        { "", Fine with { Label = null, LabelRevision = null, Sdk = null, Applied = [] } },
        { "", Fine with { Instance = new('a', 100), Sdk = new('a', 100), Applied = Many(2_000) } },
        { "wrong_format /instance, out_of_range /sdk, out_of_range /applied", new("", null, null, new('a', 101), Many(2_001)) },
        { "wrong_format /instance, wrong_format /label, out_of_range /applied", new("a/b", "v1", 1, null, default) },
        { "wrong_format /instance, required /labelRevision", Fine with { Instance = new('a', 101), LabelRevision = null } },
        { "not_allowed /labelRevision, wrong_format /applied/1/agent", new("one", null, 1, null, [new("bot", 1), new("Bot", 0)]) },
        {
            "out_of_range /applied/0/version, duplicate /applied/3",
            Fine with { Applied = [new("bot", 0), new("bot", 1), new("bot", 2), new("bot", 1)] }
        },
    };

    [Theory, MemberData(nameof(Reports))]
    public void What_is_wrong_with_a_report_is_told_at_its_place(string told, RuntimeReport report)
    {
        var issues = RuntimeRules.Check(report).ToList();
        Assert.Equal(told, string.Join(", ", issues.Select(issue => $"{issue.Code} {issue.Pointer}")));
        Assert.DoesNotContain("", issues.Select(issue => issue.Message));
    }

    [Theory, InlineData("production", "label production"), InlineData(null, null)]
    public void That_a_runtime_fell_silent_is_a_change_of_the_tenant(string? label, string? note)
    {
        var decided = RuntimeRules.FallSilent(new() { Silences = 6 }, "acme", "one", label, Given.Caller, Given.Now).Value!;
        var (next, change) = (decided.Next!, decided.Next!.Change!);
        Assert.Equal((7, 7, true, 32), (next.Silences, change.Version, decided.Answer, change.EventId.Length));
        Assert.Equal(("runtime_silent", "silent", "runtime", "runtime/one", "one", note),
            (change.Kind, change.Status, change.Resource, change.AgentId, change.AgentName, change.Note));
        Assert.Equal(("acme", "ana", "editor", "correlation-1", Given.Now),
            (change.TenantId, change.Actor, change.Role, change.CorrelationId, change.At));
        Assert.Equal((default, null), (change.Delta, change.Limits));
    }

    private static ImmutableArray<RunningVersion> Many(int count) =>
        [.. Enumerable.Range(1, count).Select(number => new RunningVersion("bot", number))];
}
