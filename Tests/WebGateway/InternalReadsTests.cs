using System.Reflection;
using AgentManagement.Catalog;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Internal;
using AgentManagement.WebGateway.Runtimes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AgentManagement.Tests.WebGateway;

/// <summary>What the platform's services reach can change nothing: not by rules, but because there is nothing to do it with.</summary>
[Collection(typeof(GatewayTests))]
public sealed class InternalReadsTests(Gateway gateway)
{
    /// <summary>What comes with a request, and the one thing that may be asked of.</summary>
    private static readonly Type[] Harmless = [typeof(string), typeof(CurrentCaller), typeof(InternalReads), typeof(CancellationToken)];

    [Fact]
    public void Handlers_of_readings_are_given_readings_only()
    {
        var handlers = gateway.Service.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith(InternalApi.Base, StringComparison.Ordinal))
            .Select(endpoint => endpoint.Metadata.GetRequiredMetadata<MethodInfo>()).Distinct()
            // The platform's administrators set tiers, which no service may; and what a service runs, it alone can say.
            .Where(handler => handler.Name != nameof(InternalApi.Configure) && handler.DeclaringType != typeof(RuntimeApi)).ToArray();
        Assert.Equal(4, handlers.Length);
        foreach (var type in handlers.SelectMany(handler => handler.GetParameters()).Select(parameter => parameter.ParameterType)
            .Distinct())
        {
            Assert.True(Harmless.Contains(type) || IsBoundFromRequest(type), $"A handler is given {type}.");
            // A property of it must not lead further: the request's services are all services.
            Assert.DoesNotContain(type.GetProperties(), property => property.PropertyType == typeof(HttpContext)
                || property.PropertyType == typeof(HttpRequest));
        }
    }

    [Fact]
    public void Readings_take_no_command_and_hand_out_no_grain()
    {
        var members = typeof(InternalReads)
            .GetMembers(
            BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .OfType<MethodInfo>().Where(method => method.IsPublic || method.IsAssembly);
        Assert.Equal(
            [
                "BindAsync(HttpContext)", "GetAsync(String)", "GetDefaultsAsync()", "GetRulesAsync(String)",
                "GetVersionAsync(String, Int32, CancellationToken)", "LabelOfAsync(String)",
                $"ListAgentsAsync({nameof(AgentQuery)}, CancellationToken)", "ResolveAsync(String, ImmutableArray`1, String)",
            ],
            members.Select(method =>
                $"{method.Name}({string.Join(", ", method.GetParameters().Select(parameter => parameter.ParameterType.Name))})")
                .Order(StringComparer.Ordinal));
        Assert.Empty(typeof(InternalReads).GetProperties());
    }

    private static bool IsBoundFromRequest(Type type) =>
        type.GetInterfaces().Any(each => each.IsGenericType && each.GetGenericTypeDefinition() == typeof(IBindableFromHttpContext<>));
}
