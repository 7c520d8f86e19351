using System.Globalization;
using System.Text.RegularExpressions;

namespace AgentManagement.Bench.Isolation;

/// <summary>Stands for something that one tenant has and another has not.</summary>
internal static partial class Placeholder
{
    public const string Cursor = "§cursor§";

    public static string Fill(string text, Victim victim, bool isForeign)
    {
        var filled = Thing().Replace(text, match =>
        {
            var things = victim.Ids[match.Groups[1].Value];
            var (foreign, missing) = things[int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture) % things.Length];
            return isForeign ? foreign : missing;
        });
        return filled.Replace(Uri.EscapeDataString(Cursor), Uri.EscapeDataString(victim.Cursor), StringComparison.Ordinal)
            .Replace(Cursor, victim.Cursor, StringComparison.Ordinal);
    }

    [GeneratedRegex("§([a-z]+):([0-9])§")]
    private static partial Regex Thing();
}
