using System.Collections.Concurrent;
using System.Reflection;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime;

/// <summary>Takes a request through the silo's filters, the grain's own, and the grain.</summary>
internal sealed class IncomingCall(Activation activation, Request request, IIncomingGrainCallFilter[] filters) : IIncomingGrainCallContext
{
    private static readonly ConcurrentDictionary<(Type, MethodInfo), MethodInfo> implementations = new();
    private int stage;

    public IInvokable Request => request;

    public object Grain => activation.GrainInstance!;

    public IGrainContext TargetContext => activation;

    public GrainId? SourceId => request.Source.IsDefault ? null : request.Source;

    public GrainId TargetId => activation.GrainId;

    public string InterfaceName => request.GetInterfaceName();

    public string MethodName => request.GetMethodName();

    public MethodInfo InterfaceMethod => request.GetMethod();

    public MethodInfo ImplementationMethod =>
        implementations.GetOrAdd((request.ImplementationType, request.GetMethod()), static key => Implementation(key.Item1, key.Item2));

    public object? Result
    {
        get => Response is { Exception: null } response ? response.Result : null;
        set => Response = Response.FromResult(value);
    }

    public Response? Response { get; set; }

    public async Task Invoke()
    {
        var current = stage++;
        try
        {
            var filter = current < filters.Length ? filters[current]
                : current == filters.Length ? Grain as IIncomingGrainCallFilter
                : null;
            if (filter is not null)
            {
                await filter.Invoke(this);
                if (Response is null)
                {
                    throw new InvalidOperationException($"The call filter {filter.GetType()} neither went on nor set a result.");
                }
            }
            else if (current == filters.Length)
            {
                await Invoke();
            }
            else if (current == filters.Length + 1)
            {
                try
                {
                    Response = Response.FromResult(await request.InvokeAsync(Grain));
                }
                catch (Exception exception)
                {
                    Response = Response.FromException(exception);
                    throw;
                }
            }
            else
            {
                throw new InvalidOperationException("A call filter went on more often than there are filters.");
            }
        }
        finally
        {
            stage--;
        }
    }

    private static MethodInfo Implementation(Type type, MethodInfo method)
    {
        var generic = method.IsGenericMethod ? method.GetGenericMethodDefinition() : method;
        var map = type.GetInterfaceMap(method.DeclaringType!);
        var implementation = map.TargetMethods[Array.IndexOf(map.InterfaceMethods, generic)];
        return method.IsGenericMethod ? implementation.MakeGenericMethod(method.GetGenericArguments()) : implementation;
    }
}
