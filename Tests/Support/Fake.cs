using System.Reflection;

namespace AgentManagement.Tests.Support;

/// <summary>An interface of which only some members are called.</summary>
internal static class Fake
{
    /// <param name="answer">Answers every call, by its method.</param>
    public static T Of<T>(Func<MethodInfo, object?> answer) where T : class
    {
        var fake = DispatchProxy.Create<T, Proxy>();
        ((Proxy)(object)fake).Answer = answer;
        return fake;
    }

#pragma warning disable CA1852 // The proxy is made to derive from it.
    internal class Proxy : DispatchProxy
#pragma warning restore CA1852
    {
        public Func<MethodInfo, object?> Answer { get; set; } = null!;

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => Answer(targetMethod!);
    }
}
