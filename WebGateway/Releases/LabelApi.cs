using AgentManagement.Access;
using AgentManagement.Changes;
using AgentManagement.Outcomes;
using AgentManagement.Releases;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Agents;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentManagement.WebGateway.Releases;

/// <summary>The tenant's labels, and which versions they have.</summary>
internal static class LabelApi
{
    private static readonly RequestParameter Name = RequestParameter.Path(
        "label", "The label.", $$"""{"type":"string","pattern":"{{LabelName.Pattern}}"}""");

    private static readonly QueryParameter<bool> Force = QueryParameter.Flag("force", "Also when it has versions of agents.");

    public static void MapLabels(this IEndpointRouteBuilder api)
    {
        var labels = api.MapGroup("/labels").WithTags("Releases").RequirePermission(Permissions.AgentsRead);
        labels.MapGet("/", List).WithName("listLabels");
        var label = labels.MapGroup("/{label}").WithMetadata(Name);
        label.MapGet("/", Get).WithName("getLabel");
        label.MapGet("/assignments", ListAssignments).WithName("listAssignments");
        label.MapFlags();
        label.MapPut("/", Set).WithName("setLabel").RequirePermission(Permissions.LabelsManage);
        label.MapDelete("/", Delete).WithName("deleteLabel").RequirePermission(Permissions.LabelsManage)
            .WithMetadata(Force, WriteConditions.Note);
        api.MapPut("/agents/{id}/labels/{label}", Assign).WithName("assignVersion").WithTags("Releases").WithMetadata(Name)
            .RequirePermission(Permissions.ReleasesRun);
    }

    /// <summary>Lists the tenant's labels. The service's own, latest, is none of them: it has each agent's current version.</summary>
    public static async Task<Ok<LabelListResponse>> List(CallerGrains grains, CancellationToken cancellationToken)
    {
        var names = await grains.Catalog.ListLabelsAsync(cancellationToken);
        var labels = await Task.WhenAll(names.Select(name => grains.Label(name).GetAsync()));
        return TypedResults.Ok(new LabelListResponse(
            [.. labels.Select(label => label.Value).OfType<Label>().Select(LabelResponse.Of)]));
    }

    /// <summary>Reads a label with its policy.</summary>
    public static async Task<Results<Ok<LabelResponse>, NotModified, Problem>> Get(string label, HttpContext http, CallerGrains grains)
    {
        var outcome = await grains.Label(label).GetAsync();
        if (!outcome.IsOk) return Problem.For(outcome);
        return NotModified.IfKnown(http, outcome.Value.Version) is { } known ? known : TypedResults.Ok(LabelResponse.Of(outcome.Value));
    }

    /// <summary>Lists which versions a label has, all of one revision. The ETag is the label's revision.</summary>
    public static async Task<Results<Ok<AssignmentListResponse>, NotModified, Problem>> ListAssignments(
        string label, HttpContext http, CallerGrains grains)
    {
        var outcome = await grains.Label(label).GetAssignmentsAsync();
        if (!outcome.IsOk) return Problem.For(outcome);
        if (NotModified.IfKnown(http, outcome.Value.Revision) is { } known) return known;
        return TypedResults.Ok(new AssignmentListResponse(
            label, outcome.Value.Revision, [.. outcome.Value.Items.Select(AssignmentResponse.Of)]));
    }

    /// <summary>Makes a label, or sets its policy.</summary>
    public static async Task<Results<Ok<LabelResponse>, Created<LabelResponse>, Ok<LabelDryRunResponse>, Problem>> Set(
        string label, WriteRequest<LabelRequest> request, HttpContext http, CallerGrains grains)
    {
        var command = new SetLabel(request.Body.ToPolicy()) { Options = request.Options with { Note = request.Body.Note } };
        var outcome = await grains.Label(label).ApplyAsync(command);
        if (DryRun(request, outcome) is { } dryRun) return TypedResults.Ok(dryRun);
        if (!outcome.IsOk) return Problem.For(outcome);
        if (outcome.Value.Replayed) WriteConditions.MarkReplay(http);
        // Of a repeated request the label as it is by now.
        var current = outcome.Value.Label ?? (await grains.Label(label).GetAsync()).Value;
        if (current is null) return Problem.NotFound;
        http.Response.Headers.ETag = EntityTag.Of(current.Version);
        var body = LabelResponse.Of(current);
        return outcome.Value.Kind == ChangeKind.LabelCreated
            ? TypedResults.Created($"/api/v1/labels/{label}", body) : TypedResults.Ok(body);
    }

    /// <summary>
    /// Deletes a label. While it has versions of agents it stays, unless it is forced; while releases are under way it stays.
    /// </summary>
    public static async Task<Results<NoContent, Ok<LabelDryRunResponse>, Problem>> Delete(
        string label, WriteRequest request, HttpContext http, CallerGrains grains)
    {
        var options = request.Options with { Note = WriteConditions.Note.Read(http) };
        var outcome = await grains.Label(label).ApplyAsync(new DeleteLabel { Options = options, Force = Force.Read(http) });
        if (DryRun(request, outcome) is { } dryRun) return TypedResults.Ok(dryRun);
        if (!outcome.IsOk) return Problem.For(outcome);
        if (outcome.Value.Replayed) WriteConditions.MarkReplay(http);
        return TypedResults.NoContent();
    }

    /// <summary>
    /// Has a label have a version of one agent at once: a release of one item, which is made and run or refused. Where the label asks for
    /// approvals it is refused, and a release is to be made.
    /// </summary>
    public static async Task<Results<Ok<ReleaseResponse>, Ok<ReleaseDryRunResponse>, Problem>> Assign(
        string id, string label, WriteRequest<AssignRequest> request, HttpContext http, CallerGrains grains)
    {
        var plan = new ReleasePlan
        {
            Items = [new PlannedItem(id, request.Body.Version, Expected: null, ExpectsAny: true)], Note = request.Body.Note,
        };
        var outcome = await grains.Label(label).ApplyAsync(new RunRelease(plan) { Options = request.Options });
        return ReleaseApi.Changed(http, request, outcome);
    }

    private static LabelDryRunResponse? DryRun(WriteRequest request, Outcome<LabelChange> outcome) => request.IsDryRun switch
    {
        true when outcome.IsOk => new(
            true, IssueResponse.Of(outcome.Issues), outcome.Value.Label is null ? null : LabelResponse.Of(outcome.Value.Label)),
        true when outcome.Kind == OutcomeKind.Invalid => new(false, IssueResponse.Of(outcome.Issues), null),
        _ => null,
    };
}
