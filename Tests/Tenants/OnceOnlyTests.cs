using AgentManagement.Domain.Outcomes;
using AgentManagement.Grains.Storage;
using AgentManagement.Grains.Tenants;

namespace AgentManagement.Tests.Tenants;

public sealed class OnceOnlyTests
{
    private static readonly IdempotencyKey Key = new("key", "print");
    private static readonly KeptAnswer Kept = new("print", "agent_created", Given.State("draft").Agent);
    private static readonly Outcome<AgentChange> Done = Outcome.Ok(new AgentChange(Kept.Agent!.ToAgent(), "agent_created", null));

    private static readonly Outcome<AgentChange> Refusal =
        Outcome.Refuse<AgentChange>(OutcomeKind.QuotaExceeded, "quota_exceeded", "Full.");

    private readonly Turns _turns = new();
    private readonly Dictionary<string, KeptAnswer> _answers = [];
    private readonly List<TaskCompletionSource<Outcome<AgentChange>>> _runs = [];
    private readonly OnceOnly _once;

    public OnceOnlyTests() => _once = new(key => Task.FromResult(_answers.GetValueOrDefault(key)));

    [Fact]
    public void A_first_request_runs_and_is_not_a_replay()
    {
        var request = Request();
        Finish(0, Done);
        Assert.False(request.Done().Value!.Replayed);
    }

    [Fact]
    public void A_repetition_gets_the_first_answer_and_does_not_run()
    {
        _answers["key"] = Kept;
        var replay = Request().Done().Value!;
        Assert.Empty(_runs);
        Assert.True(replay.Replayed);
        Assert.Equal(("bot", "agent_created"), (replay.Agent!.Id, replay.Kind));
    }

    [Fact]
    public void Requests_of_one_key_at_the_same_time_run_once()
    {
        var requests = Enumerable.Range(0, 5).Select(_ => Request()).ToList();
        Assert.Single(_runs);
        Finish(0, Done, Kept);
        Assert.Single(_runs);
        Assert.Equal(4, requests.Count(request => request.Done().Value!.Replayed));
    }

    [Fact]
    public void Requests_of_different_keys_do_not_wait_for_each_other()
    {
        Request();
        Request(new IdempotencyKey("other", "print"));
        Assert.Equal(2, _runs.Count);
    }

    [Fact]
    public void After_a_refusal_the_next_request_of_the_key_runs()
    {
        var (first, second, third) = (Request(), Request(), Request());
        Finish(0, Refusal);
        Assert.Equal("quota_exceeded", first.Done().Code);
        Assert.Equal(2, _runs.Count);
        Finish(1, Done, Kept);
        Assert.False(second.Done().Value!.Replayed);
        Assert.True(third.Done().Value!.Replayed);
    }

    [Fact]
    public void After_a_fault_the_next_request_of_the_key_runs()
    {
        var (first, second) = (Request(), Request());
        _turns.Do(() => _runs[0].SetException(new TimeoutException()));
        Assert.IsType<TimeoutException>(first.Exception!.InnerException);
        Finish(1, Done, Kept);
        Assert.True(second.Done().IsOk);
    }

    [Fact]
    public void A_fault_whose_change_was_made_all_the_same_is_answered_from_the_record()
    {
        var (first, second) = (Request(), Request());
        _answers["key"] = Kept;
        _turns.Do(() => _runs[0].SetException(new TimeoutException()));
        Assert.True(first.IsFaulted);
        Assert.True(second.Done().Value!.Replayed);
        Assert.Single(_runs);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Another_request_under_the_same_key_is_refused(bool whileTheFirstRuns)
    {
        if (whileTheFirstRuns) Request();
        else _answers["key"] = Kept;
        var other = Request(Key with { Fingerprint = "another" });
        if (whileTheFirstRuns) Finish(0, Done, Kept);
        other.Done().Refused(OutcomeKind.Invalid, "idempotency_key_reused");
        Assert.Equal(whileTheFirstRuns ? 1 : 0, _runs.Count);
    }

    [Fact]
    public void When_another_silo_wrote_the_key_first_its_answer_is_replayed()
    {
        var request = Request();
        Finish(0, Outcome.Refuse<AgentChange>(OutcomeKind.Conflict, WriteRefusals.IdempotencyConflict, "In use."), Kept);
        Assert.True(request.Done().Value!.Replayed);
    }

    [Fact]
    public void What_a_first_attempt_wrote_meanwhile_is_not_refused_for_having_taken_the_last_place()
    {
        var request = Request();
        Finish(0, Refusal, Kept);
        Assert.True(request.Done().Value!.Replayed);
    }

    [Fact]
    public void A_conflict_whose_record_is_gone_stays_a_conflict()
    {
        var request = Request();
        Finish(0, Outcome.Refuse<AgentChange>(OutcomeKind.Conflict, WriteRefusals.IdempotencyConflict, "In use."));
        request.Done().Refused(OutcomeKind.Conflict, WriteRefusals.IdempotencyConflict);
    }

    [Fact]
    public void The_replay_of_a_purge_has_no_agent_and_that_of_a_purged_agents_creation_is_gone()
    {
        _answers["key"] = new("print", "agent_purged", null);
        Assert.Null(Request().Done().Value!.Agent);
        _answers["key"] = new("print", "agent_created", null);
        Request().Done().Refused(OutcomeKind.Conflict, "idempotency_answer_gone");
    }

    private Task<Outcome<AgentChange>> Request(IdempotencyKey? key = null) => _turns.Start(() => _once.RunAsync(key ?? Key, () =>
    {
        _runs.Add(new(TaskCreationOptions.RunContinuationsAsynchronously));
        return _runs[^1].Task;
    }, kept => kept.ToAgentChange()));

    private void Finish(int run, Outcome<AgentChange> outcome, KeptAnswer? kept = null)
    {
        if (kept is not null) _answers["key"] = kept;
        _turns.Do(() => _runs[run].SetResult(outcome));
    }
}
