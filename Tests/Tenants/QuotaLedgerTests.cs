using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Tenants;
using AgentManagement.Grains.Tenants;
using AgentManagement.Tenants;

namespace AgentManagement.Tests.Tenants;

public sealed class QuotaLedgerTests
{
    private static readonly Reservation NewAgent = new(Agent: true, Create: true, Active: false);
    private static readonly Reservation Activation = new(Agent: false, Create: false, Active: true);
    private static readonly UsageDelta Created = new(1, 0, 1);
    private static UsageDelta Nothing => default;

    private readonly Turns _turns = new();
    private readonly List<(DateOnly Day, TaskCompletionSource<TenantUsage> Answer)> _readings = [];
    private readonly QuotaLedger _ledger;
    private DateOnly _today = new(2026, 3, 1);

    public QuotaLedgerTests() => _ledger = new(
        day =>
        {
            var answer = new TaskCompletionSource<TenantUsage>(TaskCreationOptions.RunContinuationsAsynchronously);
            _readings.Add((day, answer));
            return answer.Task;
        },
        () => _today);

    [Fact]
    public void The_counters_are_read_once_before_the_first_command()
    {
        var first = Enter();
        Assert.False(first.IsCompleted);
        Answer(agents: 2);
        Assert.True(first.IsCompleted);
        Assert.True(Enter().IsCompleted);
        Assert.Equal(_today, Assert.Single(_readings).Day);
    }

    [Theory, InlineData(0, true), InlineData(2, true), InlineData(3, false), InlineData(4, false)]
    public void A_reservation_is_made_while_there_is_room(int used, bool free)
    {
        Start(agents: used);
        Assert.Equal(free, Hold(NewAgent, agents: 3).Done().Agent);
    }

    [Fact]
    public void Only_what_was_asked_for_is_held()
    {
        Start();
        Assert.Equal(default, Hold(default).Done());
        Assert.Equal(Activation, Hold(Activation).Done());
        Assert.Equal(NewAgent, Hold(NewAgent).Done());
    }

    [Fact]
    public void Each_counter_has_its_own_limit()
    {
        Start(agents: 5, active: 5, creates: 5);
        Assert.Equal(new Reservation(false, true, true), Hold(new(true, true, true), agents: 5, active: 6, creates: 6).Done());
        Assert.Equal(new Reservation(true, false, true), Hold(new(true, true, true), agents: 7, active: 7, creates: 5).Done());
        Assert.Equal(new Reservation(true, true, false), Hold(new(true, true, true), agents: 9, active: 5, creates: 9).Done());
    }

    [Fact]
    public void Without_a_daily_limit_creations_are_always_free()
    {
        Start(creates: 1_000_000);
        Assert.True(Hold(NewAgent, creates: null).Done().Create);
    }

    [Fact]
    public void The_place_of_a_command_that_is_refused_goes_to_the_one_that_waits()
    {
        Start(agents: 2);
        var first = Hold(NewAgent, agents: 3);
        Enter();
        var second = Hold(NewAgent, agents: 3);
        Assert.False(second.IsCompleted, "The place may yet become free, and the second was answered already.");
        Settle(first.Done(), Nothing);
        Assert.True(second.Done().Agent);
    }

    [Fact]
    public void The_one_that_waits_is_refused_when_the_place_was_used()
    {
        Start(agents: 2);
        var first = Hold(NewAgent, agents: 3);
        Enter();
        var second = Hold(NewAgent, agents: 3);
        Settle(first.Done(), Created);
        Assert.False(second.Done().Agent);
    }

    [Fact]
    public void What_waits_for_one_place_holds_no_other()
    {
        Start(agents: 2, creates: 0);
        var first = Hold(NewAgent, agents: 3, creates: 2);
        Enter();
        var waiting = Hold(NewAgent, agents: 3, creates: 2);
        Enter();
        Assert.True(Hold(new(Agent: false, Create: true, Active: false), creates: 2).IsCompleted, "The waiting command kept a creation.");
        Settle(first.Done(), Nothing);
        Assert.True(waiting.Done().Agent);
    }

    [Fact]
    public void What_commands_really_did_is_counted()
    {
        Start();
        Settle(Hold(NewAgent).Done(), Created);
        Enter();
        Settle(default, new(-1, 0, 0));
        Enter();
        Assert.True(Hold(NewAgent, agents: 1, creates: 2).Done().Agent);
    }

    [Fact]
    public void After_an_unknown_outcome_the_counters_are_read_again_before_the_next_command()
    {
        Start(agents: 2);
        Settle(Hold(NewAgent).Done(), null);
        var next = Enter();
        Assert.False(next.IsCompleted);
        Answer(agents: 3);
        Assert.True(next.IsCompleted);
        Assert.False(Hold(NewAgent, agents: 3).Done().Agent);
    }

    [Fact]
    public void The_counters_are_not_read_while_a_command_runs()
    {
        Start();
        var running = Hold(NewAgent).Done();
        Enter();
        Settle(default, null);
        var next = Enter();
        Assert.Single(_readings);
        Settle(running, Created);
        Assert.Equal(2, _readings.Count);
        Answer(agents: 1);
        Assert.True(next.IsCompleted);
    }

    [Fact]
    public void A_reading_that_began_before_an_unknown_outcome_is_not_believed()
    {
        var (first, second) = (Enter(), Enter());
        _turns.Do(() => _readings[0].Answer.SetResult(new(0, 0, 0)));
        Assert.True(first.IsCompleted);
        Settle(Hold(NewAgent).Done(), null);
        // The second command's reading was made before the first command, and tells nothing of it.
        if (_readings.Count > 1) _turns.Do(() => _readings[1].Answer.TrySetResult(new(0, 0, 0)));
        Answer(agents: 1);
        Assert.True(second.IsCompleted);
        Assert.False(Hold(NewAgent, agents: 1).Done().Agent);
    }

    [Fact]
    public void A_reading_that_fails_fails_its_command_and_the_next_one_reads_again()
    {
        var first = Enter();
        _turns.Do(() => _readings[0].Answer.SetException(new TimeoutException()));
        Assert.IsType<TimeoutException>(first.Exception!.InnerException);
        var second = Enter();
        Answer();
        Assert.True(second.IsCompletedSuccessfully);
    }

    [Fact]
    public void A_new_day_begins_without_creations_and_with_all_agents()
    {
        Start(agents: 3, creates: 5);
        Assert.False(Hold(NewAgent, agents: 9, creates: 5).Done().Create);
        _today = _today.AddDays(1);
        Enter();
        Assert.Equal(new Reservation(false, true, false), Hold(NewAgent, agents: 3, creates: 5).Done());
        Assert.Single(_readings);
    }

    [Fact]
    public void The_limits_hold_under_random_interleavings_and_nothing_is_left_hanging() => Assert.All(Enumerable.Range(1, 300), seed =>
    {
        var simulation = new QuotaSimulation(seed, unknownOutcomes: false);
        simulation.Run();
        Assert.Equal(0, simulation.RefusedByStatement);
        Assert.True(simulation.Changes > 0);
    });

    [Fact]
    public void Unknown_outcomes_leave_nothing_hanging_and_the_counters_find_back_to_the_databases() =>
        Assert.All(Enumerable.Range(1, 300), seed => new QuotaSimulation(seed, unknownOutcomes: true).Run());

    private void Start(int agents = 0, int active = 0, int creates = 0)
    {
        Enter();
        Answer(agents, active, creates);
    }

    private Task Enter() => _turns.Start(_ledger.EnterAsync);

    private Task<Reservation> Hold(Reservation wanted, int agents = 10, int active = 10, int? creates = 10) =>
        _turns.Start(() =>
            _ledger.ReserveAsync(wanted, Given.Limits with { Agents = agents, ActiveAgents = active, CreatesPerDay = creates }));

    private void Settle(Reservation held, UsageDelta? delta) => _turns.Do(() => _ledger.Settle(held, delta));

    private void Answer(int agents = 0, int active = 0, int creates = 0) => _turns.Do(() =>
    {
        foreach (var (_, answer) in _readings.ToList()) answer.TrySetResult(new(agents, active, creates));
    });
}
