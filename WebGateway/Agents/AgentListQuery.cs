using System.Reflection;
using AgentManagement.Agents;
using AgentManagement.Catalog;
using AgentManagement.WebGateway.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace AgentManagement.WebGateway.Agents;

/// <summary>The query parameters of the list of agents, as a handler's parameter.</summary>
internal sealed record AgentListQuery(AgentQuery Query) : IBindableFromHttpContext<AgentListQuery>, IEndpointParameterMetadataProvider
{
    private static readonly QueryParameter<string?> Status =
        QueryParameter.Choice("status", "Agents of this status; without it, all but the archived.", AgentStatus.All);
    private static readonly QueryParameter<string?> Type = QueryParameter.Choice("type", "Agents of this type.", AgentType.All);
    private static readonly QueryParameter<ImmutableArray<string>> Tag = QueryParameter.Texts(
        "tag", "A tag that the agent must have, in any case; may come several times, and all must match.", maxTexts: 50, maxCharacters: 64);
    private static readonly QueryParameter<string?> Text =
        QueryParameter.Text("q", "Text that name, description or a tag must contain, in any case.", maxCharacters: 200);
    private static readonly QueryParameter<string?> Degraded = QueryParameter.Choice(
        "degraded",
        "Agents that use what does not work any more, such as a tool that was retired, or with false those that do not.",
        ["true", "false"]);
    private static readonly QueryParameter<string?> Template =
        QueryParameter.Text("template", "Agents that were made from this template.", maxCharacters: 63);
    private static readonly QueryParameter<string?> Behind = QueryParameter.Choice(
        "behind", "Agents whose template has a newer version than they were made from, or with false all others.", ["true", "false"]);
    private static readonly QueryParameter<string?> Manager = QueryParameter.Text(
        "manager", "Agents that were made of this manager's files; see applyAgent.", maxCharacters: 63);
    private static readonly QueryParameter<string?> Sort = QueryParameter.Choice(
        "sort", "The order; '-' for descending. Without it by creation, the only one in which an agent that is changed between two pages "
            + "neither comes twice nor is left out.", ["name", "-name", "createdAt", "-createdAt", "updatedAt", "-updatedAt"]);

    public static ValueTask<AgentListQuery?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var sort = Sort.Read(context) ?? "createdAt";
        return ValueTask.FromResult<AgentListQuery?>(new(new AgentQuery
        {
            Limit = PageQuery.LimitParameter.Read(context),
            Cursor = PageQuery.CursorParameter.Read(context),
            Status = Status.Read(context),
            Type = Type.Read(context),
            Tags = Tag.Read(context),
            Text = Text.Read(context),
            Degraded = Degraded.Read(context) is { } degraded ? degraded == "true" : null,
            TemplateId = Template.Read(context),
            Behind = Behind.Read(context) is { } behind ? behind == "true" : null,
            Manager = Manager.Read(context),
            Sort = sort.TrimStart('-') switch
            {
                "name" => AgentSort.Name,
                "updatedAt" => AgentSort.UpdatedAt,
                _ => AgentSort.CreatedAt,
            },
            Descending = sort[0] == '-',
        }));
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        PageQuery.PopulateMetadata(parameter, builder);
        RequestParameter[] all = [Status, Type, Tag, Text, Degraded, Template, Behind, Manager, Sort];
        foreach (var each in all) builder.Metadata.Add(each);
    }
}
