using AgentManagement.Silo.Orchestrator;

namespace AgentManagement.Tests.Orchestrator;

public sealed class BackoffTests
{
    [Theory]
    [InlineData(1, 0.5, 1), InlineData(2, 0.5, 1.5), InlineData(3, 0.5, 2.25), InlineData(9, 0.5, 25.628_906_25), InlineData(10, 0.5, 30)]
    [InlineData(10_000, 0.5, 30), InlineData(3, 1, 2.7), InlineData(3, 0, 1.8), InlineData(1, 0, 1), InlineData(50, 1, 30),
        InlineData(50, 0, 24)]
    public void Pauses_grow_by_half_from_one_second_to_thirty(int failures, double random, double seconds) =>
        Assert.Equal(seconds, Backoff.After(failures, random).TotalSeconds, 3);
}
