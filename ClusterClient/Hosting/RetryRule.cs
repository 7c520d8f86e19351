using System.Collections.Concurrent;
using System.Reflection;
using AgentManagement.Access;
using Orleans.Serialization.Invocation;

namespace AgentManagement.ClusterClient.Hosting;

/// <summary>Which calls may be made again, as their contracts say.</summary>
public static class RetryRule
{
    private static readonly ConcurrentDictionary<MethodInfo, (bool IsMarked, int? Command)> Rules = new();

    /// <summary>Whether the method is one of the service's own contracts, and not of Orleans' grains.</summary>
    public static bool IsContract(MethodInfo method) => method.DeclaringType?.Assembly == typeof(ICommand).Assembly;

    /// <summary>Whether making the call again does no more than making it once; false where nothing says so.</summary>
    public static bool IsSafe(MethodInfo method, IInvokable call)
    {
        var (isMarked, command) = Rules.GetOrAdd(method, static method => (
            method.IsDefined(typeof(SafeToRetryAttribute)),
            method.GetParameters().SingleOrDefault(parameter => typeof(ICommand).IsAssignableFrom(parameter.ParameterType))?.Position));
        return isMarked || (command is { } position && call.GetArgument(position) is ICommand { IsSafeToRetry: true });
    }
}
