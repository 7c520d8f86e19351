using System.Reflection;
using AgentManagement.Catalog;
using AgentManagement.Changes;
using AgentManagement.WebGateway.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace AgentManagement.WebGateway.Audit;

/// <summary>The query parameters of the change log, as a handler's parameter.</summary>
internal sealed record AuditQuery(ChangeQuery Changes) : IBindableFromHttpContext<AuditQuery>, IEndpointParameterMetadataProvider
{
    private const int MostCharacters = 256;
    private const string TimeSchema = """{"type":"string","format":"date-time"}""";

    private static readonly RequestParameter AgentId = RequestParameter.Query("agentId", "Changes of this agent.");
    private static readonly RequestParameter Actor = RequestParameter.Query("actor", "Changes by this user or service.");
    private static readonly RequestParameter Kind = RequestParameter.Query(
        "kind", "Changes of this kind.", RequestParameter.OneOf(ChangeKind.All));
    private static readonly RequestParameter From = RequestParameter.Query("from", "From this time on, included.", TimeSchema);
    private static readonly RequestParameter To = RequestParameter.Query("to", "Up to this time, excluded.", TimeSchema);

    public static ValueTask<AuditQuery?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var read = new QueryReader(context.Request.Query);
        return ValueTask.FromResult<AuditQuery?>(new(new ChangeQuery
        {
            Limit = Paging.ReadLimit(read),
            Cursor = Paging.ReadCursor(read),
            AgentId = read.Text(AgentId, MostCharacters),
            Actor = read.Text(Actor, MostCharacters),
            Kind = read.Choice(Kind, ChangeKind.All),
            From = read.Time(From),
            To = read.Time(To),
        }));
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        foreach (var each in (RequestParameter[])[Paging.Limit, Paging.Cursor, AgentId, Actor, Kind, From, To]) builder.Metadata.Add(each);
    }
}
