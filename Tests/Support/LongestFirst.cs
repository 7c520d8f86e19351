using AgentManagement.Tests.Bench;
using AgentManagement.Tests.Changes;
using AgentManagement.Tests.Labels;
using AgentManagement.Tests.WebConsole;
using AgentManagement.Tests.WebGateway;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace AgentManagement.Tests.Support;

/// <summary>Starts what takes minutes first, so that it does not run alone in the end; the rest stays as it comes.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    /// <summary>Tests of clusters whose parts fail.</summary>
    public const string Clusters = "Clusters";

    private static readonly string[] Longest =
    [
        Clusters, nameof(BenchTests), nameof(ConsoleTests), nameof(GatewayTests), nameof(OutageTests), nameof(RollbackAloneTests),
        nameof(DocumentedClientsTests),
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderByDescending(collection => Longest.Any(
            name => collection.TestCollectionDisplayName.Contains(name, StringComparison.Ordinal)))];
}
