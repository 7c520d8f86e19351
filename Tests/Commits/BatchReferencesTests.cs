using AgentManagement.Changes;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Changes;
using AgentManagement.Domain.Outcomes;
using AgentManagement.Domain.Releases;
using AgentManagement.Domain.Templates;

namespace AgentManagement.Tests.Commits;

/// <summary>What a change refers to is still there when it is committed, and what is referred to stays.</summary>
public sealed class BatchReferencesTests
{
    private const string Written = "Written";
    private const string Conflict = "Conflict";
    private const string InUse = "FileInUse";

    private static readonly TenantTally Empty = new("acme", 0, "", 0, 0, new(2026, 3, 1), 0, 0, 0, 0, 0);

    private readonly LockedRows _rows = new();

    public BatchReferencesTests()
    {
        _rows.Tenants.Add("acme", Empty);
        _rows.Tenants.Add("globex", Empty with { TenantId = "globex" });
    }

    [Fact]
    public void A_file_that_was_found_is_there_or_came_just_before()
    {
        _rows.Files.Add(("acme", "f"));
        Decided([Agent("a", files: "f"), Agent("b", files: "g"), File("g"), Agent("c", files: "g")], Written, Conflict, Written, Written);
        Decided([Agent("a", files: "f", tenantId: "globex")], Conflict);
    }

    [Fact]
    public void A_file_that_went_just_before_is_not_there()
    {
        _rows.Files.Add(("acme", "f"));
        _rows.Files.Add(("globex", "f"));
        Decided(
            [Agent("a", files: "f"), File("f", isDeleted: true, isForced: true), Agent("b", files: "f"),
                Agent("c", files: "f", tenantId: "globex")], Written, Written, Conflict, Written);
    }

    [Fact]
    public void A_file_that_is_mentioned_stays_unless_it_is_to_go_all_the_same()
    {
        _rows.FileUses[("acme", "f")] = ["a"];
        _rows.FileUses[("acme", "free")] = [];
        Decided([File("f", isDeleted: true), File("f", isDeleted: true, isForced: true), File("free", isDeleted: true)],
            InUse, Written, Written);
        // It may be mentioned by an agent that came just before, and by another tenant's as much as it likes.
        _rows.Files.Add(("acme", "g"));
        Decided([Agent("b", files: "g"), Agent("c", files: "g"), File("g", isDeleted: true)], Written, Written, InUse);
        Decided([File("g", isDeleted: true, tenantId: "globex")], Written);
    }

    [Fact]
    public void With_an_agent_all_goes_that_its_versions_mention()
    {
        _rows.FileUses[("acme", "f")] = ["a"];
        _rows.FileUses[("acme", "g")] = ["a", "b"];
        _rows.FileUses[("globex", "f")] = ["a"];
        Decided(
            [
                Purge("a"), File("f", isDeleted: true), File("g", isDeleted: true), File("f", isDeleted: true, tenantId: "globex"),
                Purge("b"), File("g", isDeleted: true),
            ], Written, Written, InUse, InUse, Written, Written);
    }

    [Fact]
    public void What_a_template_mentions_stays_after_it_and_what_an_edit_no_longer_mentions_too()
    {
        _rows.FileUses[("acme", "f")] = ["template/t"];
        _rows.FileUses[("acme", "g")] = ["a"];
        var deleted = Change("template/t", ChangeSubject.Template, null);
        Decided([deleted, File("f", isDeleted: true), Agent("a"), File("g", isDeleted: true)], Written, InUse, Written, InUse);
    }

    [Fact]
    public void A_version_that_a_label_is_to_have_is_kept_or_came_just_before()
    {
        _rows.Versions.Add(("acme", new("a", 1)));
        Decided(
            [Label("live", "a", 1), Label("live", "a", 2), Agent("b"), Label("live", "b", 1), Label("live", "a", 1, tenantId: "globex")],
            Written, Conflict, Written, Written, Conflict);
        // What else is written leaves no version.
        Decided([Change("a", ChangeSubject.Agent, new object(), version: 5), Label("live", "a", 5)], Written, Conflict);
    }

    [Fact]
    public void Versions_of_an_agent_that_went_just_before_are_not_kept()
    {
        _rows.Versions.UnionWith([("acme", new("a", 1)), ("acme", new("b", 1)), ("globex", new("a", 1))]);
        Decided(
            [Purge("a"), Label("live", "a", 1), Label("live", "b", 1), Label("live", "a", 1, tenantId: "globex")],
            Written, Conflict, Written, Written);
    }

    [Fact]
    public void An_agent_that_a_label_has_does_not_go_until_no_label_has_it()
    {
        _rows.Versions.Add(("acme", new("a", 1)));
        _rows.Assigned[("acme", "b")] = ["live"];
        _rows.Assigned[("acme", "c")] = [];
        Decided([Purge("b"), Purge("b", tenantId: "globex"), Purge("c"), Agent("b")], Conflict, Written, Written, Written);
        Decided([Label("live", "a", 1), Label("test", "a", 1), Purge("a")], Written, Written, Conflict);
        Decided([Label("live", "a", null), Purge("a"), Label("test", "a", null), Purge("a")], Written, Conflict, Written, Written);
    }

    /// <summary>Decides a batch of changes of states that there are not yet, after those before it.</summary>
    private void Decided(PendingChange[] changes, params string[] results) =>
        Assert.Equal(results, BatchRules.Decide(_rows, changes).Results.Select(result => $"{result.Result}"));

    private static PendingChange Agent(string agentId, string? files = null, string tenantId = "acme") =>
        Change(agentId, ChangeSubject.Agent, Given.State("draft").Agent! with { Id = agentId }, tenantId, files: files);

    private static PendingChange Purge(string agentId, string tenantId = "acme") =>
        Change(agentId, ChangeSubject.Agent, null, tenantId);

    private static PendingChange File(string fileId, bool isDeleted = false, bool isForced = false, string tenantId = "acme")
    {
        var change = Change($"file/{fileId}", ChangeSubject.File, isDeleted ? null : new object(), tenantId);
        return change with { Entry = change.Entry with { IsForced = isForced } };
    }

    private static PendingChange Label(string name, string agentId, int? version, string tenantId = "acme")
    {
        var assignment = version is null ? null : new AssignmentDocument { Stable = version, Release = "r", Revision = 1 };
        var write = new LabelWrite(
            name, null, IsGone: false, [], ImmutableSortedDictionary<string, AssignmentDocument?>.Empty.Add(agentId, assignment));
        var change = Change($"label/{name}", ChangeSubject.Label, write, tenantId);
        return change with
        {
            Entry = change.Entry with { VersionsFound = version is { } found ? [new(agentId, found)] : [] },
        };
    }

    private static PendingChange Change(
        string subject, string resource, object? content, string tenantId = "acme", string? files = null, int version = 1) => new()
        {
            // Each change is of a state of its own: what is looked at here are references alone.
            State = new(resource, $"{Guid.NewGuid()}"), StateVersion = 0, Payload = [], Content = content,
            Entry = new()
            {
                Resource = resource, EventId = Guid.NewGuid().ToString("n"), Kind = "kind", TenantId = tenantId, AgentId = subject,
                AgentName = subject, Version = version, Status = "status", At = Given.Now, Actor = "ana", Role = "editor",
                CorrelationId = "c", Delta = default, Limits = null, Files = files is null ? [] : [files],
                FilesFound = files is null ? [] : [files],
            },
        };
}
