using System.Globalization;

namespace AgentManagement.Silo.Storage;

/// <summary>Times in SQLite: text of a fixed form, UTC, to the millisecond.</summary>
internal static class StoredTime
{
    public static string ToText(DateTime utc) => utc.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
