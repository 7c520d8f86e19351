using AgentManagement.ClusterClient.Hosting;
using System.Reflection;
using System.Runtime.CompilerServices;
using AgentManagement.Grains.Access;
using AgentManagement.ServiceDefaults.Audit;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace AgentManagement.Tests.Access;

/// <summary>What the filter makes of a method's attributes.</summary>
public sealed class AccessPolicyTests
{
    [Fact]
    public async Task A_method_without_a_rule_is_denied()
    {
        Caller.Current = Callers.Sign(new("acme", "tester", "admin", null, "test"));
        foreach (var method in typeof(IUnmarked).GetMethods())
        {
            Assert.False(AccessPolicy.Of(method).IsOpen);
            Assert.Null(AccessPolicy.Of(method).PermissionOf(CallOf(new RulelessCommand())));
            await DeniedAsync(method);
        }
    }

    [Fact]
    public void Orleans_own_grains_are_open() => Assert.True(AccessPolicy.Of(typeof(IManagementGrain).GetMethods()[0]).IsOpen);

    /// <summary>The permission of every method and command of the golden list, as the filter finds it.</summary>
    internal static IEnumerable<string> All() =>
        ContractRulesTests.GrainInterfaces.SelectMany(type => type.GetMethods()).SelectMany(method =>
            method.IsDefined(typeof(RequiresOfCommandAttribute))
            ? CommandsOf(method).Select(command => $"{command.Name}: {PermissionOf(method, command)}")
            : AccessPolicy.Of(method).IsOpen ? [] : [$"{method.DeclaringType!.Name}.{method.Name}: {PermissionOf(method, null)}"]);

    private static IEnumerable<Type> CommandsOf(MethodInfo method)
    {
        var kind = method.GetParameters().Single(parameter => typeof(ICommand).IsAssignableFrom(parameter.ParameterType)).ParameterType;
        return kind.Assembly.GetTypes().Where(type => kind.IsAssignableFrom(type) && !type.IsAbstract);
    }

    private static string? PermissionOf(MethodInfo method, Type? command) =>
        AccessPolicy.Of(method).PermissionOf(CallOf([.. method.GetParameters().Select(parameter =>
            typeof(ICommand).IsAssignableFrom(parameter.ParameterType) ? RuntimeHelpers.GetUninitializedObject(command!) : null)]));

    private static Task<AccessDeniedException> DeniedAsync(MethodInfo method) => Assert.ThrowsAsync<AccessDeniedException>(() =>
        new AccessFilter(Callers, new DeniedAttemptLog(TimeProvider.System), NullLogger<AccessFilter>.Instance).Invoke(
            Proxy.Of<IIncomingGrainCallContext>((member, _) => member.Name switch
            {
                "get_InterfaceMethod" => method,
                "get_Request" => Proxy.Of<IInvokable>((called, _) => called.Name == nameof(IInvokable.GetMethod)
                    ? method : new RulelessCommand()),
                "get_TargetId" => GrainId.Create("unmarked", "tenant/acme"),
                "Invoke" => throw new InvalidOperationException("The call was let through."),
                _ => "",
            })));

    private static CallerSigner Callers { get; } = new(CallerKeys.OfPlatform(new byte[32], null), TimeProvider.System);

    private static IInvokable CallOf(params object?[] arguments) => Proxy.Of<IInvokable>((_, positions) => arguments[(int)positions[0]!]);

    private interface IUnmarked
    {
        Task CallAsync();

        [RequiresOfCommand]
        Task ApplyAsync(ICommand command);

        [RequiresOfCommand]
        Task ApplyNothingAsync();
    }

    private sealed record RulelessCommand : ICommand;
}
