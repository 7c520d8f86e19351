using System.Reflection;
using AgentManagement.Catalog;
using AgentManagement.Changes;
using AgentManagement.WebGateway.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace AgentManagement.WebGateway.Audit;

/// <summary>The query parameters of the change log, as a handler's parameter.</summary>
internal sealed record AuditQuery(ChangeQuery Changes) : IBindableFromHttpContext<AuditQuery>, IEndpointParameterMetadataProvider
{
    private static readonly QueryParameter<string?> AgentId = QueryParameter.Text("agentId", "Changes of this agent.", maxCharacters: 256);
    private static readonly QueryParameter<string?> Actor =
        QueryParameter.Text("actor", "Changes by this user or service.", maxCharacters: 256);
    private static readonly QueryParameter<string?> Kind = QueryParameter.Choice("kind", "Changes of this kind.", ChangeKind.All);
    private static readonly QueryParameter<DateTimeOffset?> From = QueryParameter.Time("from", "From this time on, included.");
    private static readonly QueryParameter<DateTimeOffset?> To = QueryParameter.Time("to", "Up to this time, excluded.");

    public static ValueTask<AuditQuery?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        ValueTask.FromResult<AuditQuery?>(new(new ChangeQuery
        {
            Limit = PageQuery.LimitParameter.Read(context),
            Cursor = PageQuery.CursorParameter.Read(context),
            AgentId = AgentId.Read(context),
            Actor = Actor.Read(context),
            Kind = Kind.Read(context),
            From = From.Read(context),
            To = To.Read(context),
        }));

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        PageQuery.PopulateMetadata(parameter, builder);
        foreach (var each in (RequestParameter[])[AgentId, Actor, Kind, From, To]) builder.Metadata.Add(each);
    }
}
