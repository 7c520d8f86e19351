using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace AgentManagement.Client;

/// <summary>What a label's versions are chosen by.</summary>
public sealed record LabelRules(string Label, int Revision, IReadOnlyList<VersionRule> Items);

/// <summary>How the version of one agent is chosen.</summary>
/// <param name="Stable">For all whom no rollout concerns; null for none.</param>
/// <param name="Candidate">For the keys that a rollout has reached; null outside of one.</param>
/// <param name="Weight">How many of 100,000 keys that is.</param>
/// <param name="Seed">What keys are mixed with; null outside of a rollout.</param>
/// <param name="Release">The release that made the assignment.</param>
public sealed record VersionRule(string Agent, int? Stable, int? Candidate, int Weight, string? Seed, string Release);

/// <summary>The version that a key has.</summary>
/// <param name="Variant">stable or candidate.</param>
public sealed record ChosenVersion(int Version, string Variant);

/// <summary>Which keys have the candidate of a rollout, as the service chooses it; the key stays here.</summary>
public static class VariantChoice
{
    private const int Buckets = 100_000;

    /// <summary>The key's place among 100,000: those below the weight have the candidate.</summary>
    public static int BucketOf(string seed, string key)
    {
        var input = new StringBuilder();
        // Each with its length, so that no two of them run together to the same text.
        foreach (var field in new[] { "rollout/1", seed, key })
        {
            input.Append(CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetByteCount(field)}:{field};");
        }
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(input.ToString()));
        return (int)(((ulong)BinaryPrimitives.ReadUInt32BigEndian(hash) * Buckets) >> 32);
    }

    /// <summary>The version for a key; null when there is none for it.</summary>
    /// <exception cref="ApiException">A rollout is under way, and there is no key: nobody gets a version by chance.</exception>
    public static ChosenVersion? Choose(VersionRule rule, string? key)
    {
        if (rule is not { Candidate: { } candidate, Seed: { } seed })
        {
            return rule.Stable is { } only ? new(only, "stable") : null;
        }
        if (string.IsNullOrEmpty(key))
        {
            throw new ApiException(HttpStatusCode.UnprocessableContent, new(
                "key_missing", "A rollout is under way: say by which key its variant is chosen."));
        }
        if (BucketOf(seed, key) < rule.Weight) return new(candidate, "candidate");
        return rule.Stable is { } stable ? new(stable, "stable") : null;
    }
}
