namespace AgentManagement.Tests.Support;

/// <summary>The trait of collections that <c>./test</c> runs in a second process, beside the one of all others.</summary>
internal static class Apart
{
    public const string Name = "Run";

    public const string Value = "Apart";
}
