using AgentManagement.Agents;
using AgentManagement.Changes;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Changes;
using AgentManagement.Outcomes;
using AgentManagement.Releases;

namespace AgentManagement.Domain.Releases;

/// <summary>One change of a label while it is decided: all that it writes becomes so together.</summary>
internal sealed class LabelWriting(LabelState state, LabelDocument label, LabelContext context, WriteOptions options)
{
    private readonly Dictionary<string, ReleaseDocument> _releases = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, AssignmentDocument?> _assigned = new(StringComparer.Ordinal);
    private readonly List<AgentVersionKey> _needed = [];

    public LabelContext Context => context;

    public WriteOptions Options => options;

    /// <summary>The number of the change.</summary>
    public int Version { get; } = state.Version + 1;

    public LabelDocument Label { get; set; } = label;

    /// <summary>Has a release as it is to be, among those that have not ended or no longer.</summary>
    public void Put(ReleaseDocument release)
    {
        var written = release with { Version = Version, UpdatedAt = context.Now };
        _releases[release.Id] = written;
        var others = Label.Releases.RemoveAll(each => each.Id == release.Id);
        Label = Label with { Releases = written.IsFinished ? others : others.Add(written) };
    }

    /// <summary>Has the label serve something else of an agent; null for nothing.</summary>
    public void Assign(string agentId, AssignmentDocument? assignment)
    {
        var written = assignment is null ? null : assignment with { Revision = Version };
        _assigned[agentId] = written;
        Label = Label with
        {
            Revision = Version,
            Assignments = written is null ? Label.Assignments.Remove(agentId) : Label.Assignments.SetItem(agentId, written),
        };
        if (written?.Stable is { } stable) _needed.Add(new(agentId, stable));
        if (written?.Candidate is { } candidate) _needed.Add(new(agentId, candidate));
    }

    /// <summary>The decision to write all of it.</summary>
    /// <param name="kind">One of <see cref="ChangeKind"/>.</param>
    /// <param name="about">The id of the release that it is about.</param>
    /// <param name="gates">What keeps that release.</param>
    public Outcome<Decided<LabelState, LabelChange>> End(
        string kind, string? about = null, LabelPolicy? policy = null, bool isGone = false, string? note = null,
        ImmutableArray<Gate>? gates = null)
    {
        var release = about is null ? null : _releases[about];
        var next = new LabelState
        {
            Version = Version,
            Label = isGone ? null : Label,
            Written = new(
                Label.Name, policy, isGone, [.. _releases.Values], _assigned.ToImmutableSortedDictionary(StringComparer.Ordinal)),
            Change = Entry(kind, release, isGone, note),
        };
        return Outcome.Ok(new Decided<LabelState, LabelChange>(
            next, new(next.Label?.ToLabel(), release?.ToRelease(), kind, gates ?? [])));
    }

    private ChangeEntry Entry(string kind, ReleaseDocument? release, bool isGone, string? note) => new()
    {
        Resource = ChangeSubject.Label,
        EventId = Guid.CreateVersion7(context.Now).ToString("n"),
        Kind = kind,
        TenantId = context.TenantId,
        AgentId = ChangeSubject.OfLabel(Label.Name),
        AgentName = Label.Name,
        Version = Version,
        Status = isGone ? "deleted" : release?.Status ?? "set",
        At = context.Now,
        Actor = context.Caller.Subject,
        Role = context.Caller.Role,
        Address = context.Caller.Address,
        CorrelationId = context.Caller.CorrelationId,
        TaskId = context.Caller.TaskId,
        Note = note ?? options.Note,
        Delta = new(0, 0, 0),
        Limits = null,
        Step = new(
            Label.Name, Label.Revision, release?.Id, release?.Status, release?.Step,
            [.. _assigned.Select(pair => new AssignedVersion(
                pair.Key, pair.Value?.Stable, pair.Value?.Candidate, pair.Value?.Weight ?? 0))]),
        VersionsFound = [.. _needed.Distinct()],
        IdempotencyKey = options.Idempotency?.Key,
        Fingerprint = options.Idempotency?.Fingerprint,
    };
}
