using AgentManagement.Access;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Http;

namespace AgentManagement.WebGateway.Templates;

/// <summary>The templates that the caller's tenant may use: the table of contents.</summary>
internal static class TemplateApi
{
    private static readonly RequestParameter Id = RequestParameter.Path(
        "template", "The template's id; one with '_' is the system's.", """{"type":"string","pattern":"^[a-z0-9][a-z0-9_-]{0,62}$"}""");

    public static void MapTemplates(this IEndpointRouteBuilder api)
    {
        var templates = api.MapGroup("/templates").WithTags("Templates").RequirePermission(Permissions.AgentsRead);
        templates.MapGet("/", TemplateReads.List).WithName("listTemplates").WithMetadata(TemplateReads.Scope);
        templates.MapPost("/", TemplateEditing.Create).WithName("createTemplate").RequirePermission(Permissions.TemplatesWrite);

        var template = templates.MapGroup("/{template}").WithMetadata(Id);
        template.MapGet("/", TemplateReads.Get).WithName("getTemplate");
        template.MapGet("/versions", TemplateReads.ListVersions).WithName("listTemplateVersions");
        template.MapGet("/versions/{version}", TemplateReads.GetVersion).WithName("getTemplateVersion");
        template.MapPut("/", TemplateEditing.Replace).WithName("replaceTemplate").RequirePermission(Permissions.TemplatesWrite);
        template.MapDelete("/", TemplateEditing.Delete).WithName("deleteTemplate").RequirePermission(Permissions.TemplatesWrite)
            .WithMetadata(Forced.Parameter, WriteConditions.Note);

        template.MapPost("/instantiate", DerivedAgents.Instantiate).WithName("instantiateTemplate")
            .RequirePermission(Permissions.AgentsWrite);
        template.MapPost("/upgrade", DerivedAgents.UpgradeAll).WithName("upgradeAgentsOfTemplate")
            .RequirePermission(Permissions.AgentsWrite)
            .WithMetadata(Tasks.TaskStart.Key);
    }
}
