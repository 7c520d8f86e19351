using AgentManagement.Outcomes;
using AgentManagement.Templates;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Agents;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentManagement.WebGateway.Templates;

/// <summary>Listing and reading templates.</summary>
internal static class TemplateReads
{
    public static readonly QueryParameter<string?> Scope =
        QueryParameter.Choice("scope", "Templates of this scope only.", TemplateScope.All);

    /// <summary>
    /// Lists the system's templates and the tenant's own, with how many agents were made from each and how many are behind.
    /// </summary>
    public static async Task<Ok<TemplateListResponse>> List(HttpContext http, CallerGrains grains, CancellationToken cancellationToken)
    {
        var scope = Scope.Read(http);
        var templates = await grains.Catalog.ListTemplatesAsync(cancellationToken);
        return TypedResults.Ok(new TemplateListResponse(
            [.. templates.Where(template => scope is null || template.Scope == scope).Select(TemplateSummaryResponse.Of)]));
    }

    /// <summary>Reads a template at its newest version.</summary>
    public static async Task<Results<Ok<TemplateResponse>, NotModified,
    Problem>> Get(string template, HttpContext http, CallerGrains grains) =>
        Answer(http, await grains.Template(template).GetAsync());

    /// <summary>Lists a template's versions, newest first.</summary>
    public static async Task<Results<Ok<VersionListResponse>, Problem>> ListVersions(
        string template, PageQuery page, CallerGrains grains, CancellationToken cancellationToken)
    {
        var outcome = await grains.Template(template).ListVersionsAsync(page.Cursor, page.Limit, cancellationToken);
        return outcome.IsOk ? TypedResults.Ok(VersionListResponse.Of(outcome.Value)) : Problem.For(outcome);
    }

    /// <summary>Reads a template as it was at a version.</summary>
    public static async Task<Results<Ok<TemplateResponse>, NotModified, Problem>> GetVersion(
        string template, int version, HttpContext http, CallerGrains grains, CancellationToken cancellationToken) =>
        Answer(http, await grains.Template(template).GetVersionAsync(version, cancellationToken));

    private static Results<Ok<TemplateResponse>, NotModified, Problem> Answer(HttpContext http, Outcome<Template> outcome)
    {
        if (!outcome.IsOk) return Problem.For(outcome);
        return NotModified.IfKnown(http, outcome.Value.Version) is { } known ? known : TypedResults.Ok(TemplateResponse.Of(outcome.Value));
    }
}
