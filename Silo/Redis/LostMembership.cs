using System.Globalization;
using StackExchange.Redis;

namespace AgentManagement.Silo.Redis;

/// <summary>Decides whether Redis has lost the table of silos, and what puts it back.</summary>
internal static class LostMembership
{
    /// <summary>The field that holds the table's version; all others are silos.</summary>
    public const string Version = "Version";

    /// <summary>What must be written; null when nothing is lost.</summary>
    /// <param name="known">The table as it was last seen whole.</param>
    /// <param name="found">The table as it is.</param>
    /// <param name="self">The silo that looks.</param>
    public static HashEntry[]? FindRepair(HashEntry[] known, HashEntry[] found, RedisValue self)
    {
        if (NumberOf(found) >= NumberOf(known) && (Has(found, self) || !Has(known, self))) return null;

        // Entries that were made since the loss stay. The version goes beyond both, so that every silo takes the table over.
        var next = Math.Max(NumberOf(found), NumberOf(known)) + 1;
        return
        [
            .. known.Where(entry => entry.Name != Version && !Has(found, entry.Name)),
            new(Version, next.ToString(CultureInfo.InvariantCulture)),
        ];
    }

    /// <summary>The table's version; null when it has none.</summary>
    public static RedisValue VersionOf(HashEntry[] table) => Array.Find(table, entry => entry.Name == Version).Value;

    /// <summary>The same as a number; -1 when it has none.</summary>
    public static long NumberOf(HashEntry[] table) => (long?)VersionOf(table) ?? -1;

    private static bool Has(HashEntry[] table, RedisValue name) => Array.Exists(table, entry => entry.Name == name);
}
