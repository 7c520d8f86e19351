namespace AgentManagement.Tests.Support;

/// <summary>
/// On which grain runtime a test runs when <c>./test</c> runs on both: on one of them only, where it says nothing of the runtime or
/// takes long. Alone, each runtime runs all.
/// </summary>
internal static class RuntimeTrait
{
    public const string Name = "runtime";

    /// <summary>Runs on Embedded, which comes first.</summary>
    public const string Any = "any";

    /// <summary>Runs on Orleans.</summary>
    public const string Orleans = "Orleans";
}
