using StackExchange.Redis;

internal static class FollowStream
{
    public static async IAsyncEnumerable<(long Revision, string Event)> ChangesAsync(IDatabase redis, string tenant, long since)
    {
        var stream = $"agent.management.changes.{tenant}";
        while (true)
        {
            var entries = await redis.StreamReadAsync(stream, $"{since}-0", count: 100);
            foreach (var entry in entries)
            {
                if (RevisionOf(entry) != since + 1) throw new InvalidOperationException("Away for too long: read everything anew.");
                yield return (since = RevisionOf(entry), entry["event"]!);
            }
            if (entries.Length > 0) continue;
            var newest = await redis.StreamRangeAsync(stream, count: 1, messageOrder: Order.Descending);
            if (newest is [var last] && RevisionOf(last) < since) throw new InvalidOperationException("Begun anew: read everything anew.");
            await Task.Delay(100);
        }
    }

    private static long RevisionOf(StreamEntry entry) => long.Parse(entry.Id.ToString().Split('-')[0]);
}
