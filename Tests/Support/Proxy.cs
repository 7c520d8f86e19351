using System.Reflection;

namespace AgentManagement.Tests.Support;

/// <summary>Any interface, answered by a function.</summary>
#pragma warning disable CA1852 // The proxy is made to derive from it.
internal class Proxy : DispatchProxy
#pragma warning restore CA1852
{
    private Func<MethodInfo, object?[], object?> _answer = null!;

    public static T Of<T>(Func<MethodInfo, object?[], object?> answer) where T : class
    {
        var made = Create<T, Proxy>();
        ((Proxy)(object)made)._answer = answer;
        return made;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _answer(targetMethod!, args ?? []);
}
