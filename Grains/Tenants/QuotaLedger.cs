using AgentManagement.Agents;
using AgentManagement.Domain.Agents;
using AgentManagement.Domain.Tenants;
using AgentManagement.Tenants;

namespace AgentManagement.Grains.Tenants;

/// <summary>
/// A tenant's counters with the reservations of running commands. Only the tenant grain's turns touch it. A reservation is
/// made before the agent is asked and settled with what really happened, so the limit holds whatever runs at once.
/// </summary>
/// <remarks>
/// When an outcome is unknown the counters are read again, but only once nothing is running: a total read while a
/// command runs may or may not hold its change.
/// </remarks>
internal sealed class QuotaLedger(Func<DateOnly, Task<TenantUsage>> readUsage, Func<DateOnly> today)
{
    private readonly List<TaskCompletionSource> _waiting = [];
    private TenantUsage _usage = new(0, 0, 0);
    private DateOnly _day;
    private int _running;
    private long _settled;
    private int _heldAgents;
    private int _heldCreates;
    private int _heldActive;
    private bool _isUnsure = true;

    /// <summary>Starts a command: waits, if need be, for counters that are sure.</summary>
    public async Task EnterAsync()
    {
        while (_isUnsure)
        {
            if (_running > 0) await SettlementAsync();
            else await LoadAsync();
        }
        RollDay();
        _running++;
    }

    /// <summary>
    /// Reserves what a command may need. What only another running command has reserved is waited for, since that
    /// command may yet be refused.
    /// </summary>
    /// <returns>What was reserved; what was not asked for or is not free is false.</returns>
    public async Task<Reservation> ReserveAsync(Reservation wanted, TierLimits limits)
    {
        while (true)
        {
            var agent = RoomFor(wanted.Agent, _usage.Agents, _heldAgents, limits.Agents);
            var create = RoomFor(wanted.Create, _usage.CreatesToday, _heldCreates, limits.CreatesPerDay ?? int.MaxValue);
            var active = RoomFor(wanted.Active, _usage.ActiveAgents, _heldActive, limits.ActiveAgents);
            if (agent is Room.Maybe || create is Room.Maybe || active is Room.Maybe)
            {
                await SettlementAsync();
                continue;
            }
            var held = new Reservation(agent is Room.Free, create is Room.Free, active is Room.Free);
            Count(held, +1);
            return held;
        }
    }

    /// <summary>Ends a command: ends its reservation and counts what it did.</summary>
    /// <param name="held">From <see cref="ReserveAsync"/>.</param>
    /// <param name="delta">What it added to the counters; null when that is not known.</param>
    public void Settle(Reservation held, UsageDelta? delta)
    {
        Count(held, -1);
        _running--;
        _settled++;
        if (delta is not { } known) _isUnsure = true;
        else
        {
            _usage = new(
                _usage.Agents + known.Agents, _usage.ActiveAgents + known.ActiveAgents, _usage.CreatesToday + known.Creates);
        }
        TaskCompletionSource[] waiting = [.. _waiting];
        _waiting.Clear();
        foreach (var each in waiting) each.SetResult();
    }

    private async Task LoadAsync()
    {
        var (day, settled) = (today(), _settled);
        var usage = await readUsage(day);
        // Another command may have loaded, and even changed them, during the reading.
        if (!_isUnsure || _running > 0 || _settled != settled) return;
        (_usage, _day, _isUnsure) = (usage, day, false);
    }

    private void RollDay()
    {
        var day = today();
        if (day == _day) return;
        _day = day;
        _usage = _usage with { CreatesToday = 0 };
    }

    private void Count(Reservation reservation, int sign)
    {
        if (reservation.Agent) _heldAgents += sign;
        if (reservation.Create) _heldCreates += sign;
        if (reservation.Active) _heldActive += sign;
    }

    private static Room RoomFor(bool wanted, int used, int held, int limit) =>
        !wanted || used >= limit ? Room.None : used + held < limit ? Room.Free : Room.Maybe;

    private Task SettlementAsync()
    {
        var settlement = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Add(settlement);
        return settlement.Task;
    }

    private enum Room
    {
        None,
        Free,
        Maybe,
    }
}

/// <summary>What a command asks for, or has reserved.</summary>
/// <param name="Agent">For one more agent.</param>
/// <param name="Create">For one more creation today.</param>
/// <param name="Active">For one more active agent.</param>
public readonly record struct Reservation(bool Agent, bool Create, bool Active);
