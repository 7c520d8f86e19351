using AgentManagement.Changes;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Audit;
using AgentManagement.Domain.Changes;
using AgentManagement.Domain.Outcomes;
using AgentManagement.Tenants;

namespace AgentManagement.Tests.Commits;

/// <summary>A batch comes to the same as its changes committed one after the other.</summary>
public sealed class BatchRulesTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 20)];

    [Theory, MemberData(nameof(Seeds))]
    public void A_batch_comes_to_what_its_changes_come_to_one_by_one(int seed)
    {
        var random = new Random(seed);
        var (together, apart) = (new ModelDatabase(), new ModelDatabase());
        var committed = 0;
        for (var round = 0; round < 100; round++)
        {
            var batch = NewBatch(random, together);
            var results = together.Commit(batch).Results;
            var alone = batch.Select(change => apart.Commit([change]).Results.Single()).ToList();

            Assert.Equal(alone, results);
            Assert.Equal(apart.Snapshot(), together.Snapshot());
            committed += results.Count(result => result.Result == WriteResult.Written);
        }
        // Both ends were reached, again and again, and the log is whole.
        Assert.InRange(committed, 100, 100 * MaxOfBatch - 100);
        foreach (var (tenantId, rows) in together.Log) AssertWhole(rows, together.Tenants[tenantId]);
    }

    [Fact]
    public void A_refusal_advances_nothing_and_touches_no_neighbour()
    {
        var database = new ModelDatabase();
        var decision = database.Commit([New("a"), New("b", stateVersion: 3), New("c")]);
        Assert.Equal([WriteResult.Written, WriteResult.Conflict, WriteResult.Written], decision.Results.Select(result => result.Result));
        Assert.Equal([1L, 0L, 2L], decision.Results.Select(result => result.Revision));
        Assert.Equal((2L, 2), (database.Tenants["acme"].Revision, database.Tenants["acme"].Agents));
    }

    [Fact]
    public void The_last_place_is_given_once()
    {
        var database = new ModelDatabase();
        var decision = database.Commit([.. Enumerable.Range(0, 10).Select(number => New($"bot-{number}", agents: 3))]);
        Assert.Equal(3, decision.Committed.Length);
        Assert.All(decision.Results.Skip(3), result => Assert.Equal((WriteResult.QuotaExceeded, "agents"), (result.Result, result.Limit)));
    }

    [Theory]
    [InlineData("agents"), InlineData("activeAgents"), InlineData("creates"), InlineData("templates"), InlineData("fileBytes")]
    public void Each_counter_has_its_bound_and_may_fall_above_it(string limit)
    {
        var full = new TenantTally("acme", 5, "hash", 9, 9, new(2026, 3, 1), 9, 9, 9 << 20, 0, 0);
        var above = full with { Agents = 11, ActiveAgents = 11, Creates = 11, Templates = 11, FileBytes = 11 << 20 };
        var below = full with { Agents = 8, ActiveAgents = 8, Creates = 8, Templates = 8, FileBytes = (9 << 20) - 1 };
        var raise = limit switch
        {
            "agents" => new UsageDelta(1, 0, 0),
            "activeAgents" => new(0, 1, 0),
            "creates" => new(0, 0, 1),
            "templates" => new(0, 0, 0, Templates: 1),
            _ => new UsageDelta(0, 0, 0, FileBytes: 1),
        };
        var limits = Limits(9, 9, 9) with { Templates = 9, TotalFileMebibytes = 9 };
        Assert.Equal((WriteResult.Written, null), Decide(below, raise));
        Assert.Equal((WriteResult.QuotaExceeded, limit), Decide(full, raise));
        Assert.Equal((WriteResult.Written, null), Decide(full, raise, isBounded: false));
        Assert.Equal((WriteResult.Written, null), Decide(above, new(-1, -1, 0, -1, -1)));
        Assert.Equal((WriteResult.Written, null), Decide(above, default));

        (WriteResult, string?) Decide(TenantTally tenant, UsageDelta delta, bool isBounded = true)
        {
            var rows = new LockedRows();
            rows.Tenants.Add("acme", tenant);
            var change = New("bot");
            change = change with { Entry = change.Entry with { Delta = delta, Limits = isBounded ? limits : null } };
            var result = BatchRules.Decide(rows, [change]).Results.Single();
            return (result.Result, result.Limit);
        }
    }

    [Fact]
    public void What_a_change_adds_is_counted_and_what_it_takes_away_is_not_any_more()
    {
        var rows = new LockedRows();
        var before = new TenantTally("acme", 5, "hash", 9, 8, new(2026, 3, 1), 7, 6, 50, 40, 3);
        rows.Tenants.Add("acme", before);
        var change = New("bot");
        change = change with { Entry = change.Entry with { Delta = new(-1, -2, 1, -3, -4) }, Document = "\"é\"" };
        var after = BatchRules.Decide(rows, [change]).Tenants.Single();
        Assert.Equal(
            before with
            {
                Revision = 6,
                HeadHash = after.HeadHash,
                Agents = 8,
                ActiveAgents = 6,
                Creates = 8,
                Templates = 3,
                FileBytes = 46,
                StoredBytes = 44,
            }, after);
    }

    [Fact]
    public void A_row_has_all_that_is_known_of_its_change()
    {
        var rows = new LockedRows();
        rows.Tenants.Add("acme", new("acme", 5, "hash", 0, 0, new(2026, 3, 1), 0, 0, 0, 0, 0));
        var change = New("bot");
        change = change with
        {
            Details = "details",
            Entry = change.Entry with
            {
                Address = "::1",
                TaskId = "task",
                Note = "note",
                At = new(2026, 3, 1, 14, 0, 0, 7, TimeSpan.FromHours(2)),
            },
        };
        var gone = Change("acme", "bot", 1, null, default, Limits(50, 50, null));
        var committed = BatchRules.Decide(rows, [change, gone]).Committed;
        var expected = new LoggedRow
        {
            Revision = 6, TenantId = "acme", EventId = change.Entry.EventId, Kind = "written", AgentId = "bot", AgentName = "bot",
            AgentVersion = 1, Status = "draft", At = "2026-03-01T12:00:00.007000Z", Actor = "ana", Role = "editor", Address = "::1",
            CorrelationId = "c", TaskId = "task", Note = "note", Details = "details", DocumentHash = ChangeHash.OfDocument("\"bot\""),
        };
        Assert.Equal(expected with { Hash = expected.HashAfter("hash") }, committed[0].Row);
        Assert.Null(committed[1].Row.DocumentHash);
        Assert.Equal(committed[1].Row.HashAfter(committed[0].Row.Hash!), committed[1].Row.Hash);
    }

    [Fact]
    public void Of_two_changes_that_were_decided_on_one_version_the_second_is_refused()
    {
        var results = new ModelDatabase().Commit([New("a"), New("a", stateVersion: 1), New("a", stateVersion: 1)]).Results;
        Assert.Equal([WriteResult.Written, WriteResult.Written, WriteResult.Conflict], results.Select(result => result.Result));
    }

    [Fact]
    public void A_change_whose_limits_follow_from_other_settings_is_refused()
    {
        var rows = new LockedRows();
        rows.Tenants.Add("acme", new("acme", 0, "", 0, 0, new(2026, 3, 1), 0, 0, 0, 0, 3));
        var set = Change("acme", "tenant/acme", 3, null, default, Given.Limits);
        set = set with { Entry = set.Entry with { Resource = ChangeSubject.Tenant, Version = 4 } };
        rows.States[set.State] = 3;
        var decision = BatchRules.Decide(rows, [Of(3, "a"), Of(4, "b"), set, Of(3, "c"), Of(4, "d"), Of(null, "e")]);
        Assert.Equal(
            [
                WriteResult.Written, WriteResult.Conflict, WriteResult.Written, WriteResult.Conflict, WriteResult.Written,
                WriteResult.Written,
            ], decision.Results.Select(result => result.Result));
        Assert.Equal(4, decision.Tenants.Single().SettingsVersion);

        static PendingChange Of(int? settings, string agentId)
        {
            var change = New(agentId);
            return change with { Entry = change.Entry with { SettingsVersion = settings } };
        }
    }

    [Fact]
    public void A_new_day_begins_at_none_and_a_late_clock_does_not_begin_it_again()
    {
        var rows = new LockedRows();
        rows.Tenants.Add("acme", new("acme", 5, "hash", 0, 0, new(2026, 2, 28), 9, 0, 0, 0, 0));
        var tenant = BatchRules.Decide(rows, [New("a")]).Tenants.Single();
        Assert.Equal((new DateOnly(2026, 3, 1), 1), (tenant.CreatesOn, tenant.Creates));

        var late = New("b");
        late = late with { Entry = late.Entry with { At = Given.Now.AddDays(-1) } };
        tenant = BatchRules.Decide(rows, [late]).Tenants.Single();
        Assert.Equal((new DateOnly(2026, 3, 1), 2), (tenant.CreatesOn, tenant.Creates));
    }

    [Fact]
    public void Of_two_changes_under_one_key_the_first_is_made_whatever_else_there_is_to_say_of_the_second()
    {
        var database = new ModelDatabase();
        var results = database.Commit([New("a", key: "k"), New("b", key: "k", stateVersion: 9)]).Results;
        Assert.Equal([WriteResult.Written, WriteResult.IdempotencyConflict], results.Select(result => result.Result));
        Assert.Equal(WriteResult.IdempotencyConflict, database.Commit([New("c", key: "k")]).Results.Single().Result);
    }

    [Fact]
    public void What_is_in_the_log_already_is_answered_and_not_written_again()
    {
        var (rows, change) = (new LockedRows(), New("a"));
        rows.Tenants.Add("acme", new("acme", 7, "hash", 1, 0, new(2026, 3, 1), 1, 0, 0, 0, 0));
        rows.Logged.Add(change.Entry.EventId, 4);
        var decision = BatchRules.Decide(rows, [change]);
        Assert.Equal(new ChangeResult(WriteResult.Written, 4), decision.Results.Single());
        Assert.Empty(decision.Committed);
        Assert.Empty(decision.Tenants);
    }

    [Fact]
    public void In_maintenance_nothing_is_written()
    {
        var rows = new LockedRows { AreWritesStopped = true };
        rows.Tenants.Add("acme", new("acme", 0, "", 0, 0, new(2026, 3, 1), 0, 0, 0, 0, 0));
        Assert.Equal(WriteResult.Stopped, BatchRules.Decide(rows, [New("a")]).Results.Single().Result);
    }

    private const int MaxOfBatch = 8;

    private static PendingChange New(string agentId, int stateVersion = 0, int agents = 50, string? key = null) =>
        Change("acme", agentId, stateVersion, Document(agentId), new(1, 0, 1), Limits(agents, 50, null), key);

    private static TierLimits Limits(int agents, int active, int? creates) => Given.Limits with
    {
        Agents = agents,
        ActiveAgents = active,
        CreatesPerDay = creates,
        TotalFileMebibytes = 2,
    };

    private static AgentDocument Document(string id) => Given.State("draft", agent => agent with { Id = id }).Agent!;

    private static PendingChange Change(
        string tenantId, string subject, int stateVersion, object? content, UsageDelta delta, TierLimits limits, string? key = null,
        string[]? files = null, string[]? found = null) => new()
        {
            State = new(subject.Contains('/', StringComparison.Ordinal) ? "file" : "agent", $"{tenantId}/{subject}"),
            StateVersion = stateVersion, Payload = [], Content = content, Document = content is null ? null : $"\"{subject}\"",
            Entry = new()
            {
                Resource = subject.StartsWith("file/", StringComparison.Ordinal) ? ChangeSubject.File : ChangeSubject.Agent,
                EventId = Guid.NewGuid().ToString("n"), Kind = content is null ? "gone" : "written", TenantId = tenantId, AgentId = subject,
                AgentName = subject, Version = stateVersion + 1, Status = "draft", At = Given.Now, Actor = "ana", Role = "editor",
                CorrelationId = "c", Delta = delta, Limits = limits, IdempotencyKey = key,
                Files = [.. files ?? []], FilesFound = [.. found ?? files ?? []],
            },
        };

    /// <summary>Changes of agents and files, of which no two are of the same state; some decided on what is no longer so.</summary>
    private static List<PendingChange> NewBatch(Random random, ModelDatabase database)
    {
        var batch = new List<PendingChange>();
        var states = new HashSet<StateKey>();
        for (var number = random.Next(1, MaxOfBatch + 1); number > 0; number--)
        {
            var change = NewChange(random, database, random.Next(2) == 0 ? "acme" : "globex");
            if (states.Add(change.State)) batch.Add(change);
        }
        return batch;
    }

    private static PendingChange NewChange(Random random, ModelDatabase database, string tenantId)
    {
        var bounds = Limits(4, 2, random.Next(4) == 0 ? 30 : null);
        var key = random.Next(3) == 0 ? $"key-{random.Next(40)}" : null;
        if (random.Next(3) == 0)
        {
            var fileId = $"f{random.Next(3)}";
            var version = database.VersionOf(new("file", $"{tenantId}/file/{fileId}"), random);
            return version % 2 == 0
                ? Change(tenantId, $"file/{fileId}", version, new object(), new(0, 0, 0, FileBytes: 1 << 20), bounds)
                : Change(tenantId, $"file/{fileId}", version, null, new(0, 0, 0, FileBytes: -(1 << 20)), bounds);
        }
        var agentId = $"a{random.Next(6)}";
        var current = database.VersionOf(new("agent", $"{tenantId}/{agentId}"), random);
        var isThere = database.IsThere(tenantId, agentId);
        if (isThere && random.Next(4) == 0) return Change(tenantId, agentId, current, null, new(-1, 0, 0), bounds, key);
        string[] files = random.Next(2) == 0 ? [] : [$"f{random.Next(3)}"];
        return Change(tenantId, agentId, current, Document(agentId), isThere ? default : new(1, 0, 1), bounds, key, files);
    }

    private static void AssertWhole(List<LoggedRow> rows, TenantTally tenant)
    {
        Assert.Equal(Enumerable.Range(1, rows.Count).Select(number => (long)number), rows.Select(row => row.Revision));
        var step = ChainRules.Check(new(0, ""), new(tenant.Revision, tenant.HeadHash, 1, rows.Count), rows, isCut: false);
        Assert.Null(step.Fault);
        Assert.Equal(rows.Count, step.Checked);
    }

    /// <summary>What the statements of a commit do to a database, in a few lines.</summary>
    private sealed class ModelDatabase
    {
        private readonly Dictionary<StateKey, int> _states = [];
        private readonly HashSet<(string, string)> _keys = [];
        private readonly HashSet<(string TenantId, string FileId)> _files = [];
        private readonly HashSet<(string TenantId, string FileId, string Subject)> _uses = [];
        private readonly HashSet<(string TenantId, string AgentId)> _agents = [];

        public Dictionary<string, TenantTally> Tenants { get; } = [];

        public SortedDictionary<string, List<LoggedRow>> Log { get; } = new(StringComparer.Ordinal);

        public bool IsThere(string tenantId, string agentId) => _agents.Contains((tenantId, agentId));

        /// <summary>The version of a state, or now and then an older one.</summary>
        public int VersionOf(StateKey state, Random random) =>
            Math.Max(0, _states.GetValueOrDefault(state) - (random.Next(10) == 0 ? 2 : 0));

        public BatchDecision Commit(IReadOnlyList<PendingChange> changes)
        {
            var rows = new LockedRows();
            foreach (var change in changes)
            {
                var (tenantId, entry) = (change.Entry.TenantId, change.Entry);
                rows.Tenants.TryAdd(tenantId,
                    Tenants.GetValueOrDefault(tenantId) ?? new(tenantId, 0, "", 0, 0, new(2026, 3, 1), 0, 0, 0, 0, 0));
                if (_states.TryGetValue(change.State, out var version)) rows.States[change.State] = version;
                if (entry.IdempotencyKey is { } key && _keys.Contains((tenantId, key))) rows.UsedKeys.Add((tenantId, key));
                rows.Files.UnionWith(entry.FilesFound.Select(fileId => (tenantId, fileId)).Where(_files.Contains));
                if (!ChangeSubject.TryReadFile(entry.AgentId, out var ownId) || change.Content is not null) continue;
                rows.FileUses[(tenantId, ownId)] =
                    [.. _uses.Where(use => use.TenantId == tenantId && use.FileId == ownId).Select(use => use.Subject)];
            }
            var decision = BatchRules.Decide(rows, changes);
            foreach (var tenant in decision.Tenants) Tenants[tenant.TenantId] = tenant;
            foreach (var committed in decision.Committed) Write(committed);
            return decision;
        }

        public string Snapshot() => string.Join('\n', [
            .. Tenants.Values.OrderBy(tenant => tenant.TenantId, StringComparer.Ordinal).Select(tenant => $"{tenant}"),
            .. _states.Select(state => $"{state}").Order(StringComparer.Ordinal),
            .. _keys.Select(key => $"{key}").Order(StringComparer.Ordinal),
            .. _files.Select(file => $"{file}").Order(StringComparer.Ordinal),
            .. _uses.Select(use => $"{use}").Order(StringComparer.Ordinal),
            .. Log.SelectMany(log => log.Value).Select(row => $"{row.TenantId} {row.Revision} {row.EventId} {row.Hash}"),
        ]);

        private void Write(CommittedChange committed)
        {
            var (change, entry) = (committed.Change, committed.Change.Entry);
            _states[change.State] = change.StateVersion + 1;
            if (!Log.TryGetValue(entry.TenantId, out var log)) Log[entry.TenantId] = log = [];
            log.Add(committed.Row);
            if (entry.IdempotencyKey is { } key) _keys.Add((entry.TenantId, key));
            foreach (var fileId in entry.Files) _uses.Add((entry.TenantId, fileId, entry.AgentId));
            if (ChangeSubject.TryReadFile(entry.AgentId, out var ownId))
            {
                if (change.Content is null) _files.Remove((entry.TenantId, ownId));
                else _files.Add((entry.TenantId, ownId));
            }
            else if (change.Content is not null) _agents.Add((entry.TenantId, entry.AgentId));
            else
            {
                _agents.Remove((entry.TenantId, entry.AgentId));
                _uses.RemoveWhere(use => use.TenantId == entry.TenantId && use.Subject == entry.AgentId);
            }
        }
    }
}
