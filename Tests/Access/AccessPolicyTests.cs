using System.Reflection;
using System.Runtime.CompilerServices;
using AgentManagement.Access;
using AgentManagement.Audit;
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
        Caller.Current = new("acme", "tester", "admin", null, "test");
        foreach (var method in typeof(IUnmarked).GetMethods())
        {
            Assert.False(AccessPolicy.Of(method).IsOpen);
            Assert.Null(AccessPolicy.Of(method).PermissionOf(new Call(new RulelessCommand())));
            await DeniedAsync(method);
        }
    }

    [Fact]
    public void Orleans_own_grains_are_open() => Assert.True(AccessPolicy.Of(typeof(IManagementGrain).GetMethods()[0]).IsOpen);

    /// <summary>The permission of every method and command of the golden list, as the filter finds it.</summary>
    internal static IEnumerable<string> All() =>
        ContractRulesTests.GrainInterfaces.SelectMany(type => type.GetMethods()).SelectMany(method => method.IsDefined(typeof(RequiresOfCommandAttribute))
            ? CommandsOf(method).Select(command => $"{command.Name}: {PermissionOf(method, command)}")
            : AccessPolicy.Of(method).IsOpen ? [] : [$"{method.DeclaringType!.Name}.{method.Name}: {PermissionOf(method, null)}"]);

    private static IEnumerable<Type> CommandsOf(MethodInfo method)
    {
        var kind = method.GetParameters().Single(parameter => typeof(ICommand).IsAssignableFrom(parameter.ParameterType)).ParameterType;
        return kind.Assembly.GetTypes().Where(type => kind.IsAssignableFrom(type) && !type.IsAbstract);
    }

    private static string? PermissionOf(MethodInfo method, Type? command) =>
        AccessPolicy.Of(method).PermissionOf(new Call([.. method.GetParameters().Select(parameter =>
            typeof(ICommand).IsAssignableFrom(parameter.ParameterType) ? RuntimeHelpers.GetUninitializedObject(command!) : null)]));

    private static async Task DeniedAsync(MethodInfo method)
    {
        var context = DispatchProxy.Create<IIncomingGrainCallContext, Context>();
        ((Context)(object)context).Method = method;
        await Assert.ThrowsAsync<AccessDeniedException>(() =>
            new AccessFilter(new RefusalLog(TimeProvider.System), NullLogger<AccessFilter>.Instance).Invoke(context));
    }

    private interface IUnmarked
    {
        Task CallAsync();

        [RequiresOfCommand]
        Task ApplyAsync(ICommand command);

        [RequiresOfCommand]
        Task ApplyNothingAsync();
    }

    private sealed record RulelessCommand : ICommand;

    /// <summary>A call of a grain of acme; that it is carried out fails the test.</summary>
    internal class Context : DispatchProxy
    {
        public MethodInfo? Method { get; set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
        {
            "get_InterfaceMethod" => Method,
            "get_Request" => new Call(new RulelessCommand()),
            "get_TargetId" => GrainId.Create("unmarked", "tenant/acme"),
            "Invoke" => throw new InvalidOperationException("The call was let through."),
            _ => "",
        };
    }

    private sealed class Call(params object?[] arguments) : IInvokable
    {
        public int GetArgumentCount() => arguments.Length;

        public object? GetArgument(int index) => arguments[index];

        public object GetTarget() => throw new NotSupportedException();

        public void SetTarget(ITargetHolder holder) => throw new NotSupportedException();

        public ValueTask<Response> Invoke() => throw new NotSupportedException();

        public void SetArgument(int index, object value) => throw new NotSupportedException();

        public string GetMethodName() => throw new NotSupportedException();

        public string GetInterfaceName() => throw new NotSupportedException();

        public string GetActivityName() => throw new NotSupportedException();

        public MethodInfo GetMethod() => throw new NotSupportedException();

        public Type GetInterfaceType() => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
