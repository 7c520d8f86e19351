using AgentManagement.Access;
using AgentManagement.Outcomes;
using AgentManagement.Releases;
using AgentManagement.WebGateway.Access;
using AgentManagement.WebGateway.Agents;
using AgentManagement.WebGateway.Http;
using AgentManagement.WebGateway.Problems;
using AgentManagement.WebGateway.Runtimes;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentManagement.WebGateway.Releases;

using Answer = Results<Ok<ReleaseResponse>, Ok<ReleaseDryRunResponse>, Problem>;

/// <summary>Changes of what labels have: making them, approving of them, running them and taking them back.</summary>
internal static class ReleaseApi
{
    private const int MaxWait = 60;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    private static readonly RequestParameter Id = RequestParameter.Path(
        "release", "The release's id.", """{"type":"string","pattern":"^rel_[0-9a-f]{32}$"}""");

    private static readonly QueryParameter<string?> LabelFilter = QueryParameter.Text("label", "Releases of this label only.", 63);

    private static readonly QueryParameter<string?> StatusFilter =
        QueryParameter.Choice("status", "Releases of this status only.", ReleaseStatus.All);

    private static readonly QueryParameter<bool> Bypass = QueryParameter.Flag(
        "bypass", "Makes and runs it at once, whatever the label's policy asks (administrators); with a reason, kept in the history.");

    private static readonly QueryParameter<int> Wait = QueryParameter.Number(
        "wait", "For how many seconds to wait until all runtimes have it.", min: 0, MaxWait, fallback: 0);

    public static void MapReleases(this IEndpointRouteBuilder api)
    {
        var releases = api.MapGroup("/releases").WithTags("Releases").RequirePermission(Permissions.AgentsRead);
        releases.MapGet("/", List).WithName("listReleases").WithMetadata(LabelFilter, StatusFilter);
        releases.MapPost("/", Create).WithName("createRelease").RequirePermission(Permissions.ReleasesCreate).WithMetadata(Bypass);
        var release = releases.MapGroup("/{release}").WithMetadata(Id);
        release.MapGet("/", Get).WithName("getRelease");
        release.MapGet("/diff", Compare).WithName("compareRelease");
        release.MapGet("/adoption", GetAdoption).WithName("getAdoption").WithMetadata(Wait);
        release.MapPatch("/", Change).WithName("changeRelease").RequirePermission(Permissions.ReleasesCreate);
        release.MapPost("/approve", Approve).WithName("approveRelease").RequirePermission(Permissions.ReleasesApprove);
        release.MapPost("/reject", Reject).WithName("rejectRelease").RequirePermission(Permissions.ReleasesApprove);
        release.MapPost("/start", Start).WithName("startRelease").RequirePermission(Permissions.ReleasesRun);
        release.MapPost("/advance", Advance).WithName("advanceRelease").RequirePermission(Permissions.ReleasesRun);
        release.MapPost("/pause", Pause).WithName("pauseRelease").RequirePermission(Permissions.ReleasesRun);
        release.MapPost("/resume", Resume).WithName("resumeRelease").RequirePermission(Permissions.ReleasesRun);
        release.MapPost("/cancel", Cancel).WithName("cancelRelease").RequirePermission(Permissions.ReleasesRun);
        release.MapPost("/rollback", RollBack).WithName("rollBackRelease").RequirePermission(Permissions.ReleasesRun);
        release.MapPost("/verdicts", Report).WithName("reportVerdict").RequirePermission(Permissions.ReleasesReport);

        var checks = api.MapGroup("/agents/{id}/versions/{version}/checks").WithTags("Releases").RequirePermission(Permissions.AgentsRead);
        checks.MapGet("/", ListChecks).WithName("listChecks");
        checks.MapPost("/", ReportCheck).WithName("reportCheck").RequirePermission(Permissions.ReleasesReport);
    }

    /// <summary>Lists the tenant's releases, newest first.</summary>
    public static async Task<Results<Ok<ReleaseListResponse>, Problem>> List(
        PageQuery page, HttpContext http, CallerGrains grains, CancellationToken cancellationToken)
    {
        var query = new ReleaseQuery
        {
            Limit = page.Limit, Cursor = page.Cursor, Label = LabelFilter.Read(http), Status = StatusFilter.Read(http),
        };
        var outcome = await grains.Catalog.ListReleasesAsync(query, cancellationToken);
        return outcome.IsOk
            ? TypedResults.Ok(new ReleaseListResponse(
                [.. outcome.Value.Items.Select(ReleaseResponse.Of)], outcome.Value.NextCursor))
            : Problem.For(outcome);
    }

    /// <summary>Reads a release.</summary>
    public static async Task<Results<Ok<ReleaseResponse>, NotModified, Problem>> Get(
        string release, HttpContext http, CallerGrains grains, CancellationToken cancellationToken)
    {
        var outcome = await grains.Catalog.FindReleaseAsync(release, cancellationToken);
        if (!outcome.IsOk) return Problem.For(outcome);
        return NotModified.IfKnown(http, outcome.Value.Version) is { } known ? known : TypedResults.Ok(ReleaseResponse.Of(outcome.Value));
    }

    /// <summary>
    /// Says how far a release has come to the runtimes of its label: 200 when all of them have it, 202 with who is behind when not, also
    /// after <c>wait</c>.
    /// </summary>
    public static async Task<Results<Ok<AdoptionResponse>, Accepted<AdoptionResponse>, Problem>> GetAdoption(
        string release, HttpContext http, CallerGrains grains, TimeProvider time, CancellationToken cancellationToken)
    {
        var found = await grains.Catalog.FindReleaseAsync(release, cancellationToken);
        if (!found.IsOk) return Problem.For(found);
        var end = time.GetUtcNow() + TimeSpan.FromSeconds(Wait.Read(http));
        while (true)
        {
            var outcome = await grains.Label(found.Value.Label).GetAdoptionAsync(release);
            if (!outcome.IsOk) return Problem.For(outcome);
            var adoption = AdoptionResponse.Of(outcome.Value);
            if (adoption.Converged) return TypedResults.Ok(adoption);
            if (time.GetUtcNow() >= end) return TypedResults.Accepted((string?)null, adoption);
            await Task.Delay(BetweenLooks, time, cancellationToken);
        }
    }

    /// <summary>Says what a release changes of each agent: from the version that it expects to the one that it brings.</summary>
    public static async Task<Results<Ok<ReleaseDiffResponse>, Problem>> Compare(
        string release, CallerGrains grains, CancellationToken cancellationToken)
    {
        var outcome = await grains.Catalog.FindReleaseAsync(release, cancellationToken);
        if (!outcome.IsOk) return Problem.For(outcome);
        var items = await Task.WhenAll(outcome.Value.Items.Select(async item =>
        {
            var comparison = item is { Expected: { } from, Version: { } to }
                ? await grains.Agent(item.AgentId).DiffAsync(from, to, cancellationToken) : null;
            return new ReleaseDiffItemResponse(
                item.AgentId, item.Expected, item.Version,
                comparison is { IsOk: true } ? [.. comparison.Value.Differences.Select(DifferenceResponse.Of)] : null,
                comparison is { IsOk: true } ? [.. comparison.Value.Risks.Select(RiskResponse.Of)] : null);
        }));
        return TypedResults.Ok(new ReleaseDiffResponse([.. items]));
    }

    /// <summary>
    /// Makes a release: with no approval to wait for it is ready, and starts when it is told to, or at its time. A dry run tells everything
    /// that would keep it from starting.
    /// </summary>
    public static async Task<Results<Created<ReleaseResponse>, Ok<ReleaseDryRunResponse>, Problem>> Create(
        WriteRequest<ReleaseRequest> request, HttpContext http, CurrentCaller caller, CallerGrains grains)
    {
        var body = request.Body;
        var isBypass = Bypass.Read(http);
        if (isBypass && !caller.May(Permissions.ReleasesBypass)) return AccessProblems.MissingPermission(Permissions.ReleasesBypass);
        if (!isBypass && body.Reason is not null)
        {
            return Problem.For(Outcome.Invalid<LabelChange>([Issue.Error("not_allowed", "/reason", "Goes with bypass=true only.")]));
        }
        if (!LabelName.IsOfTenant(body.Label)) return Problem.For(NoSuchLabel);
        LabelCommand command = isBypass ? new BypassRelease(body.ToPlan(), body.Reason ?? "") : new CreateRelease(body.ToPlan());
        var outcome = await grains.Label(body.Label).ApplyAsync(command with { Options = request.Options });
        if (outcome.Kind == OutcomeKind.NotFound) return Problem.For(NoSuchLabel);
        if (DryRun(request, outcome) is { } dryRun) return TypedResults.Ok(dryRun);
        return outcome.IsOk
            ? TypedResults.Created($"/api/v1/releases/{outcome.Value.Release!.Id}", Describe(http, outcome.Value)) : Problem.For(outcome);
    }

    /// <summary>Makes another plan of a release that has not started. Approvals are void then.</summary>
    public static Task<Answer> Change(
        string release, WriteRequest<ChangeReleaseRequest> request, HttpContext http, CallerGrains grains) =>
        ApplyAsync(release, request, http, grains, new ChangeRelease(
            release, request.Body.Items is { } items ? [.. items.Select(item => item.ToItem())] : null, request.Body.ChangesRollout,
            request.Body.Rollout?.ToRollout(), request.Body.ChangesStart, request.Body.StartAt, request.Body.ExpiresAt, request.Body.Note));

    /// <summary>Approves of exactly the plan that the hash is of. Whoever made the release does not.</summary>
    public static Task<Answer> Approve(string release, WriteRequest<VoteRequest> request, HttpContext http, CallerGrains grains) =>
        ApplyAsync(release, request, http, grains, new ApproveRelease(release, request.Body.PlanHash, request.Body.Comment));

    /// <summary>Ends a release that has not started.</summary>
    public static Task<Answer> Reject(string release, WriteRequest<VoteRequest> request, HttpContext http, CallerGrains grains) =>
        ApplyAsync(release, request, http, grains, new RejectRelease(release, request.Body.PlanHash, request.Body.Comment));

    /// <summary>Starts a release that is ready; refused with everything that keeps it.</summary>
    public static Task<Answer> Start(string release, WriteRequest request, HttpContext http, CallerGrains grains) =>
        ApplyAsync(release, request, http, grains, new StartRelease(release));

    /// <summary>Goes on to the next step of a rollout, once the one that holds has been watched for as long as it is to be.</summary>
    public static Task<Answer> Advance(string release, WriteRequest request, HttpContext http, CallerGrains grains) =>
        ApplyAsync(release, request, http, grains, new AdvanceRelease(release));

    /// <summary>Stays at the step that holds.</summary>
    public static Task<Answer> Pause(string release, WriteRequest request, HttpContext http, CallerGrains grains) =>
        ApplyAsync(release, request, http, grains, new PauseRelease(release));

    /// <summary>Goes on with a release that was paused. Its step is watched anew, and bad verdicts are forgotten.</summary>
    public static Task<Answer> Resume(string release, WriteRequest request, HttpContext http, CallerGrains grains) =>
        ApplyAsync(release, request, http, grains, new ResumeRelease(release));

    /// <summary>Ends a release that has not started.</summary>
    public static Task<Answer> Cancel(string release, WriteRequest request, HttpContext http, CallerGrains grains) =>
        ApplyAsync(release, request, http, grains, new CancelRelease(release));

    /// <summary>
    /// Takes back all that a release did, or nothing when one of its agents has moved since. It asks no other service than the database.
    /// </summary>
    public static Task<Answer> RollBack(
        string release, WriteRequest<RollbackReleaseRequest> request, HttpContext http, CallerGrains grains) =>
        ApplyAsync(release, request, http, grains, new RollbackRelease(release, request.Body.Reason));

    /// <summary>Notes what an evaluation or a monitor says. A bad one pauses a rollout, or takes it back.</summary>
    public static Task<Answer> Report(string release, WriteRequest<VerdictRequest> request, HttpContext http, CallerGrains grains) =>
        ApplyAsync(release, request, http, grains, new ReportVerdict(
            release, request.Body.Name, request.Body.Ok, request.Body.Value, request.Body.Url));

    /// <summary>Lists what checks say of a version of an agent.</summary>
    public static async Task<Results<Ok<CheckListResponse>, Problem>> ListChecks(
        string id, int version, CallerGrains grains, CancellationToken cancellationToken)
    {
        var found = await grains.Agent(id).GetVersionAsync(version, cancellationToken);
        if (!found.IsOk) return Problem.For(found);
        var checks = await grains.Catalog.ListChecksAsync(id, version, cancellationToken);
        return TypedResults.Ok(new CheckListResponse([.. checks.Select(CheckResponse.Of)]));
    }

    /// <summary>Notes what a check says of a version of an agent, in place of what it said before.</summary>
    public static async Task<Results<Ok<CheckResponse>, Problem>> ReportCheck(
        string id, int version, Body<CheckRequest> body, CallerGrains grains)
    {
        var outcome = await grains.Catalog.ReportCheckAsync(id, version, body.Value.Name, body.Value.Ok, UnloggedText.Of(body.Value.Url));
        return outcome.IsOk ? TypedResults.Ok(CheckResponse.Of(outcome.Value)) : Problem.For(outcome);
    }

    /// <summary>200 with the release.</summary>
    public static Answer Changed(HttpContext http, WriteRequest request, Outcome<LabelChange> outcome)
    {
        if (DryRun(request, outcome) is { } dryRun) return TypedResults.Ok(dryRun);
        return outcome.IsOk ? TypedResults.Ok(Describe(http, outcome.Value)) : Problem.For(outcome);
    }

    private static async Task<Answer> ApplyAsync(
        string id, WriteRequest request, HttpContext http, CallerGrains grains, ReleaseCommand command)
    {
        var found = await grains.Catalog.FindReleaseAsync(id);
        if (!found.IsOk) return Problem.For(found);
        return Changed(http, request, await grains.Label(found.Value.Label).ApplyAsync(command with { Options = request.Options }));
    }

    private static Outcome<LabelChange> NoSuchLabel =>
        Outcome.Invalid<LabelChange>([Issue.Error("unknown_label", "/label", "There is no such label; make it first.")]);

    private static ReleaseDryRunResponse? DryRun(WriteRequest request, Outcome<LabelChange> outcome) =>
        request.IsDryRun ? ReleaseDryRunResponse.Of(outcome) : null;

    private static ReleaseResponse Describe(HttpContext http, LabelChange change)
    {
        var release = change.Release ?? throw new InvalidOperationException("A change of no release.");
        http.Response.Headers.ETag = EntityTag.Of(release.Version);
        if (change.Replayed) WriteConditions.MarkReplay(http);
        return ReleaseResponse.Of(release);
    }
}
