using AgentManagement.Configuration;
using AgentManagement.Domain.Configuration;
using AgentManagement.Json;
using AgentManagement.Outcomes;
using AgentManagement.Templates;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentManagement.WebGateway.Templates;

/// <summary>The content of a template; what is valid is decided in the silo.</summary>
internal sealed record TemplateBody(JsonText Content) : IBody<TemplateBody>
{
    public static BodyMetadata Description { get; } =
        new(RequestBody.Json, IsRequired: true, ContractSchema.TemplateContent, nameof(TemplateContent));

    public static Outcome<TemplateBody> Read(JsonText text) => Outcome.Ok(new TemplateBody(text));
}

/// <summary>Making, changing and deleting the tenant's own templates.</summary>
internal static class TemplateEditing
{
    /// <summary>Makes a template.</summary>
    public static async Task<Results<Created<TemplateResponse>, Ok<TemplateDryRunResponse>, Problem>> Create(
        WriteRequest<TemplateBody> request, HttpContext http, CallerGrains grains)
    {
        var outcome = await grains.Tenant.ApplyTemplateAsync(null, new CreateTemplate(request.Body.Content) { Options = request.Options });
        if (DryRun(request, outcome) is { } dryRun) return TypedResults.Ok(dryRun);
        return outcome.IsOk
            ? TypedResults.Created(Describe(http, outcome.Value), TemplateResponse.Of(outcome.Value.Template!)) : Problem.For(outcome);
    }

    /// <summary>
    /// Replaces a template's content, as a new version; makes the template when it is absent. Agents made from it stay as they are.
    /// </summary>
    public static async Task<Results<Ok<TemplateResponse>, Created<TemplateResponse>, Ok<TemplateDryRunResponse>, Problem>> Replace(
        string template, WriteRequest<TemplateBody> request, HttpContext http, CallerGrains grains)
    {
        var outcome = await grains.Tenant.ApplyTemplateAsync(
            template, new ReplaceTemplate(request.Body.Content) { Options = request.Options });
        if (DryRun(request, outcome) is { } dryRun) return TypedResults.Ok(dryRun);
        if (!outcome.IsOk) return Problem.For(outcome);
        var location = Describe(http, outcome.Value);
        var body = TemplateResponse.Of(outcome.Value.Template!);
        return outcome.Value.Kind == AgentManagement.Changes.ChangeKind.TemplateCreated
            ? TypedResults.Created(location, body) : TypedResults.Ok(body);
    }

    /// <summary>
    /// Deletes a template. While agents are there that were made from it, it stays, unless it is forced: they can be upgraded to one
    /// that is made anew under its id.
    /// </summary>
    public static async Task<Results<NoContent, Ok<TemplateDryRunResponse>,
    Problem>> Delete(string template, WriteRequest request, HttpContext http, CallerGrains grains)
    {
        var options = request.Options with { Note = WriteConditions.Note.Read(http) };
        var (isForced, refused) = Forced.Read(http);
        if (refused is not null) return refused;
        var outcome = await grains.Tenant.ApplyTemplateAsync(
            template, new DeleteTemplate { Options = options, Force = isForced });
        if (DryRun(request, outcome) is { } dryRun) return TypedResults.Ok(dryRun);
        if (!outcome.IsOk) return Problem.For(outcome);
        if (outcome.Value.Replayed) WriteConditions.MarkReplay(http);
        return TypedResults.NoContent();
    }

    private static TemplateDryRunResponse? DryRun(WriteRequest request, Outcome<TemplateChange> outcome) =>
        request.IsDryRun ? TemplateDryRunResponse.Of(outcome) : null;

    private static string Describe(HttpContext http, TemplateChange change)
    {
        http.Response.Headers.ETag = EntityTag.Of(change.Template!.Version);
        if (change.Replayed) WriteConditions.MarkReplay(http);
        return $"/api/v1/templates/{change.Template.Id}";
    }
}
