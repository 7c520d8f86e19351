using AgentManagement.Domain.Releases;
using AgentManagement.Tests.Deployment;

namespace AgentManagement.Tests.Labels;

/// <summary>The table of states that people read is the one that decides.</summary>
public sealed class ReleaseTransitionTests
{
    [Fact]
    public void The_table_of_the_documentation_is_that_of_the_code()
    {
        var lines = Repository.Read("docs/releases.md").Split('\n').SkipWhile(line => line != "| action | from | to |").Skip(2)
            .TakeWhile(line => line.StartsWith('|'));
        Assert.Equal(
            ReleaseTransitions.All.OrderBy(pair => pair.Key).Select(
                pair => $"| {pair.Key.ToString().ToLowerInvariant()} | {Words(pair.Value.From)} | {Words(pair.Value.To)} |"),
            lines);

        static string Words(ImmutableArray<string> words) => string.Join(", ", words);
    }
}
