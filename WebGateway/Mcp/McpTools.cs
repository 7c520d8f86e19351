using AgentManagement.Access;
using AgentManagement.Agents;
using AgentManagement.Json;
using AgentManagement.WebGateway.Agents;
using AgentManagement.WebGateway.Audit;
using AgentManagement.WebGateway.Templates;
using AgentManagement.WebGateway.Tenants;

namespace AgentManagement.WebGateway.Mcp;

/// <summary>The tools of the protocol: the table of contents.</summary>
internal static class McpTools
{
    private const string First = "Tells what it would do; call it again with dryRun false and the expectedVersion that was read to write.";

    public static ImmutableArray<McpTool> All { get; } =
    [
        McpTool.Of<ListAgentsArguments>("list_agents", "List agents", Permissions.AgentsRead,
            "Lists and searches the tenant's agents, without their configurations.", McpEffect.None,
            async (call, asked) => McpCall.Read(
                await call.Grains.Catalog.ListAgentsAsync(asked.ToQuery(), call.Aborted), AgentListResponse.Of)),
        McpTool.Of<GetAgentArguments>("get_agent", "Read an agent", Permissions.AgentsRead,
            "Reads an agent with its configuration, as it is or as it was at a version.", McpEffect.None,
            async (call, asked) => McpCall.Read(
                await (asked.Version is { } version
                    ? call.Grains.Agent(asked.Id).GetVersionAsync(version, call.Aborted) : call.Grains.Agent(asked.Id).GetAsync()),
                AgentResponse.Of)),
        McpTool.Of<ListVersionsArguments>("list_versions", "List an agent's versions", Permissions.AgentsRead,
            "Lists an agent's history, newest first: who changed what, when and why.", McpEffect.None,
            async (call, asked) => McpCall.Read(
                await call.Grains.Agent(asked.Id).ListVersionsAsync(asked.Cursor, asked.Limit ?? PageArguments.DefaultLimit, call.Aborted),
                VersionListResponse.Of)),
        McpTool.Of<CompareVersionsArguments>("compare_versions", "Compare two versions", Permissions.AgentsRead,
            "Says what changed in an agent's content from one version to another, place by place, and what that means.", McpEffect.None,
            async (call, asked) => McpCall.Read(
                await call.Grains.Agent(asked.Id).DiffAsync(asked.From, asked.To, call.Aborted),
                ComparisonResponse.Of)),
        McpTool.Of<ValidateArguments>("validate_agent", "Validate a content", Permissions.AgentsRead,
            "Says everything that a write of a content would be refused or warned for; writes nothing.", McpEffect.None,
            async (call, asked) =>
                ValidationResponse.Of(await call.Grains.Tenant.ValidateAsync(asked.Content ?? JsonText.EmptyObject))),
        McpTool.Of<NoArguments>("list_templates", "List templates", Permissions.AgentsRead,
            "Lists the templates that agents can be made from, with how many were and how many of those are behind.", McpEffect.None,
            async (call, _) => new TemplateListResponse(
                [.. (await call.Grains.Catalog.ListTemplatesAsync(call.Aborted)).Select(TemplateSummaryResponse.Of)])),
        McpTool.Of<GetTemplateArguments>("get_template", "Read a template", Permissions.AgentsRead,
            "Reads a template with its variables and configuration.", McpEffect.None,
            async (call, asked) => McpCall.Read(await call.Grains.Template(asked.Template).GetAsync(), TemplateResponse.Of)),
        McpTool.Of<NoArguments>("get_tenant", "Read the tenant", Permissions.TenantRead,
            "Reads tier, limits and use of the tenant.", McpEffect.None,
            async (call, _) => TenantResponse.Of(await call.Grains.Tenant.GetAsync())),
        McpTool.Of<ListChangesArguments>("list_changes", "Read the audit trail", Permissions.AuditRead,
            "Lists the changes of all agents and templates, newest first, with who made them.", McpEffect.None,
            async (call, asked) => McpCall.Read(
                await call.Grains.Catalog.ListChangesAsync(asked.ToQuery(), call.Aborted), AuditListResponse.Of)),

        McpTool.Of<CreateAgentArguments>("create_agent", "Create an agent", Permissions.AgentsWrite,
            "Makes an agent, as a draft. Tells what it would make; call it again with dryRun false to write.", McpEffect.Adds,
            (call, asked) => call.ApplyAsync(null, new CreateAgent(asked.Content ?? JsonText.EmptyObject) { Options = asked.Options() })),
        McpTool.Of<InstantiateArguments>("instantiate_template", "Create an agent from a template", Permissions.AgentsWrite,
            "Makes a draft from a template. Tells what it would make; call it again with dryRun false to write.", McpEffect.Adds,
            (call, asked) => call.ApplyAsync(asked.Id, new InstantiateTemplate(
                asked.Template, asked.Name, asked.Variables ?? JsonText.EmptyObject, JsonText.EmptyObject)
            { Options = asked.Options() })),
        McpTool.Of<ReplaceAgentArguments>("replace_agent", "Replace an agent's content", Permissions.AgentsWrite,
            $"Replaces an agent's whole content. {First}", McpEffect.Changes,
            (call, asked) => call.ApplyAsync(asked.Id, new ReplaceAgent(asked.Content ?? JsonText.EmptyObject)
            {
                Options = asked.Options(asked.ExpectedVersion),
            })),
        McpTool.Of<PatchAgentArguments>("patch_agent", "Change an agent's content", Permissions.AgentsWrite,
            $"Changes what a JSON merge patch names. {First}", McpEffect.Changes,
            (call, asked) => call.ApplyAsync(asked.Id, new PatchAgent(asked.Patch ?? JsonText.EmptyObject)
            {
                Options = asked.Options(asked.ExpectedVersion),
            })),
        McpTool.Of<RollBackArguments>("roll_back_agent", "Bring an old version back", Permissions.AgentsWrite,
            $"Makes a new version with the content of an old one. {First}", McpEffect.Changes,
            (call, asked) => call.ApplyAsync(asked.Id, new RollbackAgent(asked.ToVersion, asked.Note)
            {
                Options = asked.Options(asked.ExpectedVersion),
            })),
        McpTool.Of<ChangeStatusArguments>("activate_agent", "Make an agent live", Permissions.AgentsActivate,
            $"Makes an agent live; its configuration must be complete. {First}", McpEffect.Changes,
            (call, asked) => call.ApplyAsync(asked.Id, new ActivateAgent(asked.Note) { Options = asked.Options(asked.ExpectedVersion) })),
        McpTool.Of<ChangeStatusArguments>("deactivate_agent", "Take an agent out of service", Permissions.AgentsActivate,
            $"Takes an agent out of service. {First}", McpEffect.Changes,
            (call, asked) => call.ApplyAsync(asked.Id, new DeactivateAgent(asked.Note) { Options = asked.Options(asked.ExpectedVersion) })),
        McpTool.Of<ChangeStatusArguments>("archive_agent", "Archive an agent", Permissions.AgentsDelete,
            $"Archives an agent; it can be restored for 30 days. {First}", McpEffect.Destroys,
            (call, asked) => call.ApplyAsync(asked.Id, new ArchiveAgent { Options = asked.Options(asked.ExpectedVersion) })),
    ];
}
