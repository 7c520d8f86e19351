using System.Reflection;
using AgentManagement.Agents;
using Microsoft.AspNetCore.Http.Metadata;

namespace AgentManagement.WebGateway.Http;

/// <summary>A write without a body, as a handler's parameter.</summary>
/// <param name="Options">The conditions of the write.</param>
internal record WriteRequest(WriteOptions Options) : IBindableFromHttpContext<WriteRequest>, IEndpointParameterMetadataProvider
{
    /// <summary>Only tell what the write would do.</summary>
    public bool IsDryRun => Options.DryRun;

    public static ValueTask<WriteRequest?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        ValueTask.FromResult<WriteRequest?>(new(WriteConditions.Read(context, body: null)));

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) => WriteConditions.Describe(builder);
}

/// <summary>A write with a body, as a handler's parameter.</summary>
/// <param name="Body">The body.</param>
/// <param name="Options">The conditions of the write.</param>
internal sealed record WriteRequest<T>(T Body, WriteOptions Options)
    : WriteRequest(Options), IBindableFromHttpContext<WriteRequest<T>>, IEndpointParameterMetadataProvider
    where T : IBody<T>
{
    public static new async ValueTask<WriteRequest<T>?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var body = (await Body<T>.BindAsync(context, parameter))!;
        return new WriteRequest<T>(body.Value, WriteConditions.Read(context, body.Text));
    }

    public static new void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        WriteConditions.Describe(builder);
        Body<T>.PopulateMetadata(parameter, builder);
    }
}
