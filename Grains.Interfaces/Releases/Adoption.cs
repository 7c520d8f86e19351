namespace AgentManagement.Releases;

/// <summary>How far a release has come to the runtimes of its label.</summary>
/// <param name="Label">The label.</param>
/// <param name="LabelRevision">The revision of the label that they are to have, or a later one.</param>
/// <param name="Live">How many runtimes report that they run the label.</param>
/// <param name="Adopted">How many of them have that revision, and of the release's agents only versions that the label has.</param>
/// <param name="Behind">The others, at most <see cref="MaxBehind"/>, in the order of their names.</param>
[GenerateSerializer, Immutable, Alias("Adoption")]
public sealed record Adoption(
    string Label, int LabelRevision, int Live, int Adopted, ImmutableArray<RuntimeBehind> Behind)
{
    /// <summary>How many that are behind are named.</summary>
    public const int MaxBehind = 100;

    /// <summary>Whether all have it, and there are some.</summary>
    public bool IsComplete => Live > 0 && Adopted == Live;

    /// <summary>The part that has it; null where nobody reports.</summary>
    public double? Share => Live == 0 ? null : (double)Adopted / Live;
}

/// <summary>A runtime that does not have what a release brought.</summary>
/// <param name="Instance">The runtime.</param>
/// <param name="LabelRevision">The revision of the label that it has.</param>
[GenerateSerializer, Immutable, Alias("RuntimeBehind")]
public sealed record RuntimeBehind(string Instance, int? LabelRevision);
