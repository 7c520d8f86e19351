using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Tenants;
using AgentManagement.Grains.Tenants;
using AgentManagement.Tenants;

namespace AgentManagement.Tests.Tenants;

/// <summary>
/// Commands of one tenant that begin, wait and end in a random order, the same for the same seed. The "database" has
/// the guard of the write statement, so it is never over a limit; the ledger must seldom let it come to that.
/// </summary>
internal sealed class QuotaSimulation
{
    private static readonly TierLimits Limits = Given.Limits with { Agents = 3, ActiveAgents = 2, CreatesPerDay = 12 };

    private static readonly Reservation[] PolicyNames =
        [new(true, true, false), new(true, false, false), new(false, false, true), default];

    private readonly Turns _turns = new();
    private readonly Random _random;
    private readonly bool _unknownOutcomes;
    private readonly QuotaLedger _ledger;
    private readonly List<Action> _pending = [];
    private readonly List<Task> _commands = [];
    private TenantUsage _database = new(0, 0, 0);

    public QuotaSimulation(int seed, bool unknownOutcomes)
    {
        (_random, _unknownOutcomes) = (new Random(seed), unknownOutcomes);
        _ledger = new(_ => Later(() => _database), () => new DateOnly(2026, 3, 1));
    }

    /// <summary>How often a place that the ledger gave was not there.</summary>
    public int RefusedByStatement { get; private set; }

    public int Changes { get; private set; }

    public void Run()
    {
        for (var started = 0; started < 40 || _pending.Count > 0;)
        {
            if (started < 40 && (_pending.Count == 0 || _random.Next(2) == 0))
            {
                started++;
                _commands.Add(_turns.Start(CommandAsync));
            }
            else
            {
                var next = _random.Next(_pending.Count);
                var complete = _pending[next];
                _pending.RemoveAt(next);
                _turns.Do(complete);
            }
        }
        Assert.All(_commands, command => Assert.True(command.IsCompletedSuccessfully, $"{command.Status} {command.Exception}"));
        CheckCounters();
    }

    private async Task CommandAsync()
    {
        await _ledger.EnterAsync();
        Reservation held = default;
        UsageDelta? delta = null;
        try
        {
            held = await _ledger.ReserveAsync(PolicyNames[_random.Next(PolicyNames.Length)], Limits);
            await Later(() => true);
            delta = Write(held);
            await Later(() => true);
            if (_unknownOutcomes && _random.Next(5) == 0) delta = null;
        }
        finally
        {
            _ledger.Settle(held, delta);
        }
    }

    /// <summary>The statement: all or nothing within the limits, or a command that the agent refuses.</summary>
    private UsageDelta? Write(Reservation held)
    {
        var isFreeing = held == default && _database.Agents > 0 && _random.Next(2) == 0;
        if (!isFreeing && (held == default || _random.Next(3) == 0)) return default(UsageDelta);
        var isActive = isFreeing && _database.ActiveAgents == _database.Agents;
        var delta = isFreeing
            ? new UsageDelta(-1, isActive ? -1 : 0, 0)
            : new UsageDelta(held.Agent ? 1 : 0, held.Active && _database.ActiveAgents < _database.Agents ? 1 : 0, held.Create ? 1 : 0);
        var after = new TenantUsage(
            _database.Agents + delta.Agents, _database.ActiveAgents + delta.ActiveAgents, _database.CreatesToday + delta.Creates);
        if ((delta.Agents > 0 && after.Agents > Limits.Agents) || (delta.ActiveAgents > 0 && after.ActiveAgents > Limits.ActiveAgents)
            || (delta.Creates > 0 && after.CreatesToday > Limits.CreatesPerDay))
        {
            RefusedByStatement++;
            return null;
        }
        _database = after;
        Changes++;
        return delta;
    }

    /// <summary>When all is quiet, the ledger gives exactly the places that the database has.</summary>
    private void CheckCounters()
    {
        var enter = _turns.Start(_ledger.EnterAsync);
        while (_pending.Count > 0)
        {
            var complete = _pending[0];
            _pending.RemoveAt(0);
            _turns.Do(complete);
        }
        Assert.True(enter.IsCompletedSuccessfully);
        Assert.Equal(Limits.Agents - _database.Agents, Room(new(true, false, false), held => held.Agent));
        Assert.Equal(Limits.ActiveAgents - _database.ActiveAgents, Room(new(false, false, true), held => held.Active));
        Assert.Equal(Limits.CreatesPerDay - _database.CreatesToday, Room(new(false, true, false), held => held.Create));
    }

    private int Room(Reservation place, Func<Reservation, bool> isHeld)
    {
        var room = 0;
        // Once only held places are left, the ledger waits for them: that is the end of the room, too.
        while (room < 100 && _turns.Start(() => _ledger.ReserveAsync(place, Limits)) is { IsCompleted: true } hold
            && isHeld(hold.Done())) room++;
        return room;
    }

    /// <summary>
    /// A call to elsewhere: it reads when it is made or when it is answered, and is answered when the simulation says so.
    /// </summary>
    private Task<T> Later<T>(Func<T> read)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var early = read();
        var isEarly = _random.Next(2) == 0;
        _pending.Add(() => answer.SetResult(isEarly ? early : read()));
        return answer.Task;
    }
}
