using System.Reflection;
using AgentManagement.Agents;
using AgentManagement.Catalog;
using AgentManagement.WebGateway.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace AgentManagement.WebGateway.Agents;

/// <summary>The query parameters of the list of agents, as a handler's parameter.</summary>
internal sealed record AgentListQuery(AgentQuery Query) : IBindableFromHttpContext<AgentListQuery>, IEndpointParameterMetadataProvider
{
    private const int MostTags = 50;
    private const int MostTagCharacters = 64;
    private const int MostTextCharacters = 200;

    private static readonly ImmutableArray<string> Sorts = ["name", "-name", "createdAt", "-createdAt", "updatedAt", "-updatedAt"];

    private static readonly RequestParameter Status = RequestParameter.Query(
        "status", "Agents of this status; without it, all but the archived.", RequestParameter.OneOf(AgentStatus.All));
    private static readonly RequestParameter Type = RequestParameter.Query(
        "type", "Agents of this type.", RequestParameter.OneOf(AgentType.All));
    private static readonly RequestParameter Tag = RequestParameter.Query(
        "tag", "A tag that the agent must have; may come several times, and all must match.",
        """{"type":"array","maxItems":50,"items":{"type":"string","minLength":1,"maxLength":64}}""") with { IsRepeatable = true };
    private static readonly RequestParameter Text = RequestParameter.Query(
        "q", "Text that name, description or a tag must contain, in any case.", """{"type":"string","minLength":1,"maxLength":200}""");
    private static readonly RequestParameter Degraded = RequestParameter.Query(
        "degraded", "Agents that use tools that do not work any more, or with false those that do not.", RequestParameter.OneOf(["true", "false"]));
    private static readonly RequestParameter Sort = RequestParameter.Query(
        "sort", "The order; '-' for descending.", RequestParameter.OneOf(Sorts));

    public static ValueTask<AgentListQuery?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var read = new QueryReader(context.Request.Query);
        var sort = read.Choice(Sort, Sorts) ?? "name";
        var query = new AgentQuery
        {
            Limit = Paging.ReadLimit(read),
            Cursor = Paging.ReadCursor(read),
            Status = read.Choice(Status, AgentStatus.All),
            Type = read.Choice(Type, AgentType.All),
            Tags = read.Texts(Tag, MostTags, MostTagCharacters),
            Text = read.Text(Text, MostTextCharacters),
            Degraded = read.Choice(Degraded, ["true", "false"]) is { } degraded ? degraded == "true" : null,
            Sort = sort.TrimStart('-') switch { "createdAt" => AgentSort.CreatedAt, "updatedAt" => AgentSort.UpdatedAt, _ => AgentSort.Name },
            Descending = sort[0] == '-',
        };
        return ValueTask.FromResult<AgentListQuery?>(new(query));
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        foreach (var each in (RequestParameter[])[Paging.Limit, Paging.Cursor, Status, Type, Tag, Text, Degraded, Sort]) builder.Metadata.Add(each);
    }
}
