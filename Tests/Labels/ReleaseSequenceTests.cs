using AgentManagement.Access;
using AgentManagement.Agents;
using AgentManagement.Changes;
using AgentManagement.Domain.Releases;
using AgentManagement.Outcomes;
using AgentManagement.Releases;

namespace AgentManagement.Tests.Labels;

/// <summary>Random commands on a label, with a model beside it that knows what each may have led to.</summary>
public sealed class ReleaseSequenceTests
{
    [Fact]
    public void Ten_thousand_random_sequences_never_break_what_releases_promise()
    {
        var reached = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (var seed = 0; seed < 10_000; seed++)
        {
            var run = new Run(seed);
            try
            {
                for (var step = 0; step < 40; step++) run.Step();
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"Seed {seed}: {exception.Message}\n{string.Join('\n', run.Story)}", exception);
            }
            foreach (var kind in run.Kinds) reached[kind] = reached.GetValueOrDefault(kind) + 1;
        }
        // A sequence that gets nowhere would break nothing, either.
        Assert.Equal(
            ChangeKind.All.Where(kind => ChangeKind.IsOfRelease(kind) || kind is ChangeKind.LabelCreated or ChangeKind.LabelUpdated)
                .Order(StringComparer.Ordinal),
            reached.Where(pair => pair.Value > 50).Select(pair => pair.Key).Except([ChangeKind.LabelDeleted]));
    }

    private sealed class Run
    {
        private static readonly string[] Agents = ["a", "b", "c", "d"];
        private static readonly string[] People = ["ana", "ben", "cleo", "dan"];

        private readonly Random _random;
        private readonly Dictionary<string, (int? Stable, int? Candidate, int Weight)> _fold = [];
        private readonly Dictionary<string, HashSet<string>> _approvers = [];
        private readonly Dictionary<string, TimeSpan> _watched = [];
        private readonly Dictionary<string, Dictionary<string, int?>> _before = [];
        private LabelState _state = new();
        private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        private int _ids;

        public Run(int seed) => _random = new(seed);

        public List<string> Story { get; } = [];

        public List<string> Kinds { get; } = [];

        private LabelDocument Label => _state.Label!;

        public void Step()
        {
            if (_state.Label is null)
            {
                Do(new SetLabel(Policy()), "ana");
                return;
            }
            // Somebody watches, or nobody does.
            var passed = TimeSpan.FromMinutes(_random.Next(0, 40));
            _now += passed;
            if (_random.Next(3) > 0)
            {
                foreach (var release in Label.Releases.Where(release => release.Status == ReleaseStatus.Running))
                {
                    _watched[release.Id] = _watched.GetValueOrDefault(release.Id) + passed;
                }
            }
            var who = People[_random.Next(People.Length)];
            var some = Label.Releases.IsEmpty ? null : Label.Releases[_random.Next(Label.Releases.Length)];
            var about = some?.Id ?? (_before.Count == 0 ? "rel_none" : _before.Keys.ElementAt(_random.Next(_before.Count)));
            switch (_random.Next(15))
            {
                case 0 when _random.Next(3) == 0: Do(new SetLabel(Policy()), who); break;
                case 1 or 2 or 3: CreateAndTry(who); break;
                case 4: Do(new RunRelease(Plan()), who); break;
                case 5: Do(new BypassRelease(Plan(), "fire"), who); break;
                case 6: Do(new ApproveRelease(about, some?.PlanHash ?? "", null), who); break;
                case 7: Do(new ApproveRelease(about, some?.PlanHash ?? "", null), People[_random.Next(People.Length)]); break;
                case 8: Do(new StartRelease(about), who); break;
                case 9: Do(new AdvanceRelease(about), who); break;
                case 10 when _random.Next(2) == 0: Do(new PauseRelease(about), who); break;
                case 10: Do(new ResumeRelease(about), who); break;
                case 11 when _random.Next(4) == 0: Do(new RejectRelease(about, some?.PlanHash ?? "", null), who); break;
                case 11 when _random.Next(3) == 0: Do(new CancelRelease(about), who); break;
                case 11: Do(new ReportVerdict(about, "smoke", _random.Next(3) > 0, 1, null), who); break;
                case 12: Do(new RollbackRelease(AnyThatRan(about), "worse"), who); break;
                case 13:
                    Do(new ChangeRelease(about, Plan().Items, _random.Next(2) == 0, null, false, null, null, null), who);
                    break;
                default: ContinueAll(); break;
            }
        }

        /// <summary>What is told of a release that is made is what its start is refused for.</summary>
        private void CreateAndTry(string who)
        {
            var made = Do(new CreateRelease(Plan()), who);
            if (!made.IsOk) return;
            var release = made.Value.Answer.Release!;
            var start = LabelRules.Decide(_state, new StartRelease(release.Id), Context("root", release.Id));
            var refused = start.IsOk ? [] : start.Issues.Select(issue => issue.Code);
            Assert.Equal(made.Value.Answer.Gates.Select(gate => gate.Code), refused);
        }

        private void ContinueAll()
        {
            foreach (var release in Label.Releases)
            {
                var context = Context(Caller.SystemSubject, release.Id);
                if (LabelRules.Continue(_state, release, context) is { } due) Take(due, release.Id, Caller.SystemSubject, "continue");
            }
        }

        private Outcome<AgentManagement.Domain.Agents.Decided<LabelState, LabelChange>> Do(LabelCommand command, string who)
        {
            var about = command is ReleaseCommand release ? release.ReleaseId : null;
            var outcome = LabelRules.Decide(_state, command, Context(who, about));
            Take(outcome, about, who, command.GetType().Name);
            return outcome;
        }

        private void Take(
            Outcome<AgentManagement.Domain.Agents.Decided<LabelState, LabelChange>> outcome, string? about, string who, string what)
        {
            Story.Add($"{_now:u} {who} {what} {about}: {(outcome.IsOk ? outcome.Value.Answer.Kind ?? "nothing" : outcome.Code)}");
            if (!outcome.IsOk || outcome.Value.Next is not { } next) return;
            var (before, change) = (_state, next.Change!);
            Kinds.Add(change.Kind);
            Assert.Equal(before.Version + 1, next.Version);
            CheckAssignments(before, next, change.Step!, change.Kind);
            CheckReleases(before, next);
            _state = next;
        }

        private void CheckAssignments(LabelState before, LabelState next, LabelStep step, string kind)
        {
            foreach (var item in step.Items)
            {
                if (item is { Stable: null, Candidate: null }) _fold.Remove(item.AgentId);
                else _fold[item.AgentId] = (item.Stable, item.Candidate, item.Weight);
            }
            Assert.Equal(
                _fold.OrderBy(pair => pair.Key),
                next.Label!.Assignments.ToDictionary(pair => pair.Key, pair => (pair.Value.Stable, pair.Value.Candidate, pair.Value.Weight))
                    .OrderBy(pair => pair.Key));
            // What has an assignment changed has a revision of its own, and nothing else has.
            Assert.Equal(step.Items.IsEmpty ? before.Label?.Revision ?? 0 : next.Version, next.Label!.Revision);
            if (step.Items.IsEmpty) return;
            // All of a release at once: none of its agents stays behind.
            var by = next.Written!.Releases.Where(release => release.LabelRevision == next.Version).ToList();
            Assert.Equal(
                step.Items.Select(item => item.AgentId).Order(),
                by.SelectMany(release => release.Items).Select(item => item.AgentId).Order());
            Assert.NotEqual(ChangeKind.ReleaseCreated, kind);
        }

        private void CheckReleases(LabelState before, LabelState next)
        {
            Assert.Equal(
                next.Label!.Releases.Sum(release => release.Items.Length),
                next.Label.Releases.SelectMany(release => release.Items).Select(item => item.AgentId).Distinct().Count());
            foreach (var release in next.Written!.Releases)
            {
                var old = before.Label?.Releases.FirstOrDefault(each => each.Id == release.Id);
                if (old is null || old.PlanHash != release.PlanHash) _approvers[release.Id] = [];
                var votes = release.Approvals.Skip(old?.Approvals.Length ?? 0).Where(vote => vote.IsApproved);
                foreach (var vote in votes) _approvers[release.Id].Add(vote.By);
                var hasStarted = old is null or { Status: ReleaseStatus.Open or ReleaseStatus.Ready }
                    && release.Status is ReleaseStatus.Running or ReleaseStatus.Completed && release.LabelRevision == next.Version;
                if (hasStarted && old?.Status is not (ReleaseStatus.Running or ReleaseStatus.Paused)) CheckStart(before, release);
                if (old is { Status: ReleaseStatus.Running } && release.LabelRevision == next.Version
                    && release.Kind != ReleaseKind.Rollback && release.Status is ReleaseStatus.Running or ReleaseStatus.Completed)
                {
                    CheckStep(old!, release);
                }
                if (release.StepAt != old?.StepAt) _watched[release.Id] = TimeSpan.Zero;
                if (release.Status == ReleaseStatus.RolledBack) CheckRollback(next, release);
            }
        }

        private void CheckStart(LabelState before, ReleaseDocument release)
        {
            _before[release.Id] = release.Items.ToDictionary(
                item => item.AgentId, item => before.Label!.Assignments.GetValueOrDefault(item.AgentId)?.Stable);
            // Nothing was overwritten that was not expected.
            Assert.All(release.Items, item => Assert.Equal(item.Expected, _before[release.Id][item.AgentId]));
            var policy = before.Label!.Policy;
            var needed = release.Kind switch
            {
                ReleaseKind.Bypass => 0,
                ReleaseKind.Rollback => policy.RollbackNeedsApproval && release.RollbackOf is not null && release.Approvals.Length > 0
                    ? policy.Approvals : 0,
                _ => policy.Approvals,
            };
            var counted = _approvers[release.Id].Except([release.CreatedBy]).Except(policy.ExcludeAuthors ? release.Authors : []).Count();
            Assert.True(counted >= needed, $"{counted} of {needed} approvals");
            if (release.Kind != ReleaseKind.Release) return;
            Assert.DoesNotContain(policy.Freezes, freeze => freeze.From <= _now && _now < freeze.To);
            Assert.All(release.Items, item => Assert.True(item.Version is null || policy.Checks.IsEmpty || item.Version % 2 == 0));
        }

        private void CheckStep(ReleaseDocument old, ReleaseDocument release)
        {
            var step = old.Rollout!.Steps[old.Step!.Value];
            Assert.True(_watched[release.Id] >= step.MinDuration, "The step was too short.");
            Assert.Equal(release.Status == ReleaseStatus.Completed ? null : old.Step + 1, release.Step);
            Assert.Equal(old.Seed, release.Seed);
            if (step.Gate == StepGate.Verdict) Assert.Contains(old.Verdicts, verdict => verdict.IsOk && verdict.At >= old.StepAt);
            Assert.All(old.Verdicts, verdict => Assert.True(verdict.IsOk));
        }

        private void CheckRollback(LabelState next, ReleaseDocument release) => Assert.All(
            _before[release.Id],
            pair => Assert.Equal(pair.Value, next.Label!.Assignments.GetValueOrDefault(pair.Key)?.Stable));

        private LabelContext Context(string who, string? about) => new(
            "acme", "production", new Caller("acme", who, who == Caller.SystemSubject ? Caller.SiloRole : "admin", null, "test"), _now)
        {
            NewId = $"rel_{++_ids:d32}", NewSeed = $"seed {_ids}",
            Watch = new()
            {
                Steps = Unfinished.Where(release => release.StepAt is not null).ToImmutableDictionary(
                    release => release.Id, release => new WatchedStep(release.StepAt!.Value, _watched.GetValueOrDefault(release.Id))),
            },
            // Versions with an even number have passed the check; authors are known by their version.
            Facts = Agents.ToImmutableDictionary(agent => agent, agent => new VersionFacts
            {
                IsThere = true, IsKept = true, DocumentHash = agent, Authors = [People[agent[0] - 'a']],
                Checks = VersionOf(agent, about) % 2 == 0 ? [new("tests", true, null, _now, "ci")] : [],
            }),
            Finished = about is not null && _finished.TryGetValue(about, out var finished) ? finished : null,
        };

        private ImmutableArray<ReleaseDocument> Unfinished => _state.Label?.Releases ?? [];

        private readonly Dictionary<string, ReleaseDocument> _finished = [];
        private readonly Dictionary<string, int> _planned = [];

        private int VersionOf(string agent, string? about)
        {
            foreach (var release in _state.Written?.Releases ?? []) if (release.IsFinished) _finished[release.Id] = release;
            var known = about is null ? null : Unfinished.FirstOrDefault(release => release.Id == about);
            return known?.Items.FirstOrDefault(item => item.AgentId == agent)?.Version ?? _planned.GetValueOrDefault(agent);
        }

        private ReleasePlan Plan()
        {
            var items = Agents.Where(_ => _random.Next(2) == 0).DefaultIfEmpty("a")
                .Select(agent => new PlannedItem(
                    agent, _random.Next(12) == 0 ? null : _planned[agent] = _random.Next(1, 9),
                    _random.Next(6) == 0 ? _random.Next(1, 9) : null, ExpectsAny: _random.Next(8) > 0))
                .ToImmutableArray();
            var isGradual = _random.Next(2) == 0 && items.All(item => item.Version is not null);
            return new()
            {
                Items = items,
                Rollout = isGradual ? new(Steps(), RollsBack: _random.Next(2) == 0) : null,
                StartAt = _random.Next(4) == 0 ? _now.AddMinutes(_random.Next(60)) : null,
                ExpiresAt = _random.Next(4) == 0 ? _now.AddMinutes(90) : null,
            };
        }

        private ImmutableArray<RolloutStep> Steps() =>
        [
            new(1_000, TimeSpan.FromMinutes(_random.Next(3) * 20), _random.Next(4) == 0 ? StepGate.Approval : null),
            .. _random.Next(2) == 0
                ? [new RolloutStep(50_000, TimeSpan.FromMinutes(30), _random.Next(3) == 0 ? StepGate.Verdict : null)]
                : (RolloutStep[])[],
            .. _random.Next(2) == 0 ? [new RolloutStep(Release.FullWeight, TimeSpan.Zero, null)] : (RolloutStep[])[],
        ];

        private LabelPolicy Policy() => new()
        {
            Approvals = _random.Next(3), ExcludeAuthors = _random.Next(3) == 0, RollbackNeedsApproval = _random.Next(3) == 0,
            Freezes = _random.Next(4) == 0 ? [new(_now.AddMinutes(30), _now.AddMinutes(60), "night")] : [],
            Checks = _random.Next(4) == 0 ? ["tests"] : [],
        };

        private string AnyThatRan(string otherwise) =>
            _before.Count == 0 ? otherwise : _before.Keys.ElementAt(_random.Next(_before.Count));
    }
}
