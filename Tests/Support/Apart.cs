namespace AgentManagement.Tests.Support;

/// <summary>
/// The trait of what <c>./test</c> runs in a second process: what measures its own process, the gateway's tests, and as much else as lets
/// both end at the same time.
/// </summary>
internal static class Apart
{
    public const string Name = "Run";

    public const string Value = "Apart";
}
