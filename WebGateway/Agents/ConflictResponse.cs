using AgentManagement.Agents;
using AgentManagement.Domain.Json;
using AgentManagement.Json;
using AgentManagement.Outcomes;

namespace AgentManagement.WebGateway.Agents;

/// <summary>A place that two sides changed from a common base, each in its own way.</summary>
/// <param name="Path">JSON pointer into what is mine; where I have nothing there, into what is theirs.</param>
/// <param name="Label">The place in words, with items by their keys: <c>config.tools[search].timeoutSeconds</c>. Unique.</param>
/// <param name="Base">The value that both started from; null for none.</param>
/// <param name="Theirs">The value of the other side; null for none.</param>
/// <param name="Mine">The value of whoever asks; null for none.</param>
/// <param name="Text">What each side changed, for people.</param>
internal sealed record ConflictResponse(string Path, string Label, JsonText? Base, JsonText? Theirs, JsonText? Mine, string Text)
{
    /// <summary>All conflicts of an answer.</summary>
    public static ImmutableArray<ConflictResponse> Of(ImmutableArray<MergeConflict> conflicts)
    {
        var lines = new LineDifference();
        return
        [
            .. conflicts.Select(conflict => new ConflictResponse(
                conflict.Path, conflict.Label, conflict.Base, conflict.Theirs, conflict.Mine,
                $"theirs\n{Describe(conflict, conflict.Theirs, lines)}mine\n{Describe(conflict, conflict.Mine, lines)}")),
        ];
    }

    private static string Describe(MergeConflict conflict, JsonText? side, LineDifference lines)
    {
        var operation = conflict.Base is null ? DiffOperation.Add : side is null ? DiffOperation.Remove : DiffOperation.Replace;
        return DifferenceText.Of([new DiffOperation(operation, conflict.Path, conflict.Base, side) { Label = conflict.Label }], lines);
    }
}
