using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace AgentManagement.Client;

/// <summary>Makes releases, approves of them, runs them and takes them back.</summary>
public sealed class ReleasesApi
{
    internal const string Root = "api/v1/releases";
    private readonly Connection _connection;

    internal ReleasesApi(Connection connection) => (_connection, DryRun) = (connection, new(connection));

    /// <summary>What writes would do, and what would keep a release from starting; nothing is changed.</summary>
    public ReleaseDryRunsApi DryRun { get; }

    /// <summary>All releases that match, newest first, page by page as they are asked for.</summary>
    public IAsyncEnumerable<Release> ListAsync(ReleaseFilter? filter = null, CancellationToken cancellationToken = default) =>
        _connection.PagesAsync(Root, QueryOf(filter ?? new()), Json.Default.PageRelease, cancellationToken);

    /// <summary>One page; the cursor of the first is null.</summary>
    public Task<Page<Release>> ListPageAsync(ReleaseFilter filter, string? cursor, CancellationToken cancellationToken = default) =>
        _connection.GetAsync(QueryOf(filter).Add("cursor", cursor).AppendTo(Root), Json.Default.PageRelease, cancellationToken);

    /// <summary>A release; an <see cref="ApiException"/> when there is none of this id.</summary>
    public Task<Release> GetAsync(string id, CancellationToken cancellationToken = default) =>
        _connection.GetAsync(PathOf(id), Json.Default.Release, cancellationToken);

    /// <summary>A release; null when there is none of this id.</summary>
    public Task<Release?> FindAsync(string id, CancellationToken cancellationToken = default) =>
        AgentsApi.NullWhenMissing(GetAsync(id, cancellationToken));

    /// <summary>What it changes of each agent.</summary>
    public async Task<IReadOnlyList<ReleaseDifference>> DiffAsync(string id, CancellationToken cancellationToken = default) =>
        (await _connection.GetAsync($"{PathOf(id)}/diff", Json.Default.ReleaseDifferences, cancellationToken).ConfigureAwait(false)).Items;

    /// <summary>How far it has come to the runtimes of its label.</summary>
    /// <param name="wait">For how long to wait until all have it: whole seconds, at most a minute.</param>
    public Task<Adoption> GetAdoptionAsync(string id, TimeSpan wait = default, CancellationToken cancellationToken = default) =>
        _connection.GetAsync(
            new Query().Add("wait", wait > TimeSpan.Zero ? (long)wait.TotalSeconds : null).AppendTo($"{PathOf(id)}/adoption"),
            Json.Default.Adoption, cancellationToken);

    /// <summary>Makes a release. With no approval to wait for it is ready: it starts when it is told to, or at its time.</summary>
    public Task<Release> CreateAsync(ReleasePlan plan, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        SendAsync(Request.Write(HttpMethod.Post, Root, options).With(plan, Json.Default.ReleasePlan), cancellationToken);

    /// <summary>Makes a release and runs it at once, whatever the label's policy asks.</summary>
    public Task<Release> BypassAsync(
        ReleasePlan plan, string reason, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        SendAsync(
            Request.Write(HttpMethod.Post, $"{Root}?bypass=true", options).With(
                new BypassBody(plan.Label, plan.Items, plan.Rollout, plan.StartAt, plan.ExpiresAt, plan.Note, reason),
                Json.Default.BypassBody),
            cancellationToken);

    /// <summary>Makes another plan of a release that has not started, by a JSON merge patch (RFC 7396). Approvals are void then.</summary>
    public Task<Release> PatchAsync(
        string id, JsonElement patch, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        SendAsync(
            Request.Write(HttpMethod.Patch, PathOf(id), options).With(patch, Json.Default.JsonElement, "application/merge-patch+json"),
            cancellationToken);

    /// <summary>Approves of exactly the plan that was looked at; refused when it is another by now.</summary>
    public Task<Release> ApproveAsync(
        string id, string planHash, string? comment = null, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        ActAsync(id, "approve", new VoteBody(planHash, comment), Json.Default.VoteBody, options, cancellationToken);

    /// <summary>Ends a release that has not started.</summary>
    public Task<Release> RejectAsync(
        string id, string planHash, string? comment = null, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        ActAsync(id, "reject", new VoteBody(planHash, comment), Json.Default.VoteBody, options, cancellationToken);

    /// <summary>Starts a release that is ready; refused with everything that keeps it.</summary>
    public Task<Release> StartAsync(string id, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        ActAsync(id, "start", options, cancellationToken);

    /// <summary>Goes on to the next step.</summary>
    public Task<Release> AdvanceAsync(string id, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        ActAsync(id, "advance", options, cancellationToken);

    /// <summary>Stays at the step that holds.</summary>
    public Task<Release> PauseAsync(string id, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        ActAsync(id, "pause", options, cancellationToken);

    /// <summary>Goes on with a release that was paused.</summary>
    public Task<Release> ResumeAsync(string id, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        ActAsync(id, "resume", options, cancellationToken);

    /// <summary>Ends a release that has not started.</summary>
    public Task<Release> CancelAsync(string id, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        ActAsync(id, "cancel", options, cancellationToken);

    /// <summary>
    /// Takes back all that a release did, or nothing. Where the label asks for approvals of that, the answer is the release that waits
    /// for them.
    /// </summary>
    public Task<Release> RollBackAsync(
        string id, string reason, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        ActAsync(id, "rollback", new ReasonBody(reason), Json.Default.ReasonBody, options, cancellationToken);

    /// <summary>Notes what an evaluation or a monitor says; a bad verdict pauses a rollout, or takes it back.</summary>
    public Task<Release> ReportAsync(
        string id, ReportedVerdict verdict, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        ActAsync(id, "verdicts", verdict, Json.Default.ReportedVerdict, options, cancellationToken);

    /// <summary>Waits until a release has ended or is paused, and asks for it again and again until then.</summary>
    /// <param name="progress">Told of it each time.</param>
    public async Task<Release> WaitAsync(
        string id, IProgress<Release>? progress = null, CancellationToken cancellationToken = default)
    {
        var longest = Connection.LongestPause;
        for (var pause = TimeSpan.FromMilliseconds(250); ; pause = pause * 2 < longest ? pause * 2 : longest)
        {
            var release = await GetAsync(id, cancellationToken).ConfigureAwait(false);
            progress?.Report(release);
            if (release.HasEnded || release.Status == "paused") return release;
            await Task.Delay(pause, _connection.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>What checks say of a version of an agent.</summary>
    public async Task<IReadOnlyList<Check>> ListChecksAsync(
        string agentId, int version, CancellationToken cancellationToken = default) =>
        (await _connection.GetAsync(ChecksOf(agentId, version), Json.Default.CheckList, cancellationToken).ConfigureAwait(false)).Items;

    /// <summary>Notes what a check says of a version, in place of what it said before. It may be sent twice.</summary>
    public Task<Check> ReportCheckAsync(
        string agentId, int version, ReportedCheck check, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(
            Request.Reading(HttpMethod.Post, ChecksOf(agentId, version)).With(check, Json.Default.ReportedCheck), Json.Default.Check,
            cancellationToken);

    internal static string PathOf(string id) => $"{Root}/{Uri.EscapeDataString(id)}";

    private Task<Release> ActAsync(string id, string action, WriteOptions? options, CancellationToken cancellationToken) =>
        SendAsync(Request.Write(HttpMethod.Post, $"{PathOf(id)}/{action}", options), cancellationToken);

    private Task<Release> ActAsync<T>(
        string id, string action, T body, JsonTypeInfo<T> type, WriteOptions? options, CancellationToken cancellationToken) =>
        SendAsync(Request.Write(HttpMethod.Post, $"{PathOf(id)}/{action}", options).With(body, type), cancellationToken);

    private Task<Release> SendAsync(Request request, CancellationToken cancellationToken) =>
        _connection.SendAsync(request, Json.Default.Release, cancellationToken);

    private static Query QueryOf(ReleaseFilter filter) =>
        new Query().Add("limit", filter.PageSize).Add("label", filter.Label).Add("status", filter.Status);

    private static string ChecksOf(string agentId, int version) =>
        string.Create(CultureInfo.InvariantCulture, $"{AgentsApi.PathOf(agentId)}/versions/{version}/checks");
}

/// <summary>The writes of releases, tried: what each would do, and what would keep the release from starting.</summary>
public sealed class ReleaseDryRunsApi
{
    private readonly Connection _connection;

    internal ReleaseDryRunsApi(Connection connection) => _connection = connection;

    public Task<ReleaseDryRun> CreateAsync(
        ReleasePlan plan, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        TryAsync(
            Request.DryRun(HttpMethod.Post, ReleasesApi.Root, options).With(plan, Json.Default.ReleasePlan), cancellationToken);

    public Task<ReleaseDryRun> PatchAsync(
        string id, JsonElement patch, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        TryAsync(
            Request.DryRun(HttpMethod.Patch, ReleasesApi.PathOf(id), options)
                .With(patch, Json.Default.JsonElement, "application/merge-patch+json"), cancellationToken);

    public Task<ReleaseDryRun> StartAsync(string id, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        TryAsync(Request.DryRun(HttpMethod.Post, $"{ReleasesApi.PathOf(id)}/start", options), cancellationToken);

    public Task<ReleaseDryRun> AdvanceAsync(string id, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        TryAsync(Request.DryRun(HttpMethod.Post, $"{ReleasesApi.PathOf(id)}/advance", options), cancellationToken);

    public Task<ReleaseDryRun> RollBackAsync(
        string id, string reason, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        TryAsync(
            Request.DryRun(HttpMethod.Post, $"{ReleasesApi.PathOf(id)}/rollback", options)
                .With(new ReasonBody(reason), Json.Default.ReasonBody), cancellationToken);

    private Task<ReleaseDryRun> TryAsync(Request request, CancellationToken cancellationToken) =>
        _connection.SendAsync(request, Json.Default.ReleaseDryRun, cancellationToken);
}
