using System.Text.Json;

namespace AgentManagement.App.Commands;

/// <summary>What came of the parts of an import so far.</summary>
internal readonly record struct ImportTotals(long Created, long Updated, long Unchanged, long Files, long Refused)
{
    /// <param name="result">The result of a part's task.</param>
    public ImportTotals Plus(JsonElement result) => new(
        Created + result.GetProperty("created").GetInt64(), Updated + result.GetProperty("updated").GetInt64(),
        Unchanged + result.GetProperty("unchanged").GetInt64(), Files + result.GetProperty("filesAdded").GetInt64(),
        Refused + result.GetProperty("failedCount").GetInt64())
    {
        Skipped = Skipped + (result.TryGetProperty("skipped", out var skipped) ? skipped.GetInt64() : 0),
    };

    /// <summary>Agents that were left as they are, since only new ones were to be made.</summary>
    public long Skipped { get; init; }

    public override string ToString() =>
        $"{Created} created, {Updated} updated, {Unchanged} unchanged, {(Files == 0 ? "" : $"{Files} files added, ")}"
        + $"{(Skipped == 0 ? "" : $"{Skipped} left as they are, ")}{Refused} refused.";
}
