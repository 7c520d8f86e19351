using System.Runtime.InteropServices;

namespace AgentManagement.Observability;

/// <summary>
/// Counts by tenant for a bounded number of tenants, all others together. Who comes while there is room has a count of
/// their own; after that who uses the service twice as much as somebody who has one takes it over.
/// </summary>
/// <remarks>A count never goes down: who gains one begins at 0, and what was counted among the others stays there.</remarks>
/// <param name="most">Tenants with a count of their own.</param>
internal sealed class TenantCounts(int most)
{
    /// <summary>Stands for all tenants without a count of their own.</summary>
    public const string Other = "other";

    /// <summary>How many uses are looked at before counts are taken over; also bounds what is remembered.</summary>
    public const int Round = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Count> _own = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _others = new(StringComparer.Ordinal);
    private long _other;
    private int _uses;

    /// <summary>Counts a use.</summary>
    /// <returns>Whether somebody has lost their count.</returns>
    public bool Add(string tenantId)
    {
        lock (_gate)
        {
            if (_own.TryGetValue(tenantId, out var count)) count.Add();
            else if (_own.Count < most && tenantId != Other) _own.Add(tenantId, new Count { Total = 1, OfRound = 1 });
            else
            {
                _other++;
                if (most > 0 && tenantId != Other) CollectionsMarshal.GetValueRefOrAddDefault(_others, tenantId, out _)++;
            }
            return ++_uses % Round == 0 && EndRound();
        }
    }

    /// <summary>All counts.</summary>
    public ImmutableArray<(string TenantId, long Count)> Read()
    {
        lock (_gate) return [.. _own.Select(own => (own.Key, own.Value.Total)), (Other, _other)];
    }

    private bool EndRound()
    {
        var hasChanged = false;
        var least = _own.OrderBy(own => own.Value.OfRound).Select(own => (own.Key, own.Value.OfRound)).ToList();
        foreach (var (challenger, own) in _others.OrderByDescending(each => each.Value).Zip(least))
        {
            // Twice as much: two that are about equal would otherwise take turns, each time with a new series.
            if (challenger.Value < 2 * Math.Max(own.OfRound, 1)) break;
            _own.Remove(own.Key);
            _own.Add(challenger.Key, new Count());
            hasChanged = true;
        }
        foreach (var count in _own.Values) count.OfRound = 0;
        _others.Clear();
        return hasChanged;
    }

    private sealed class Count
    {
        public long Total { get; set; }

        public int OfRound { get; set; }

        public void Add() => (Total, OfRound) = (Total + 1, OfRound + 1);
    }
}
