using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AgentManagement.Releases;

namespace AgentManagement.Domain.Releases;

/// <summary>Which keys have the candidate of a rollout. Clients choose by the same rule: sdk/conformance/variants.json.</summary>
public static class VariantChoice
{
    private const string Format = "rollout/1";

    /// <summary>The key's place among 100,000: those below the weight have the candidate.</summary>
    public static int BucketOf(string seed, string key)
    {
        var input = new StringBuilder();
        // Each with its length, so that no two of them run together to the same text.
        foreach (var field in new[] { Format, seed, key })
        {
            input.Append(CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetByteCount(field)}:{field};");
        }
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(input.ToString()));
        return (int)(((ulong)BinaryPrimitives.ReadUInt32BigEndian(hash) * Release.FullWeight) >> 32);
    }

    /// <summary>Whether whoever has the key is to have the candidate.</summary>
    public static bool IsCandidate(AssignmentDocument assignment, string key) =>
        assignment is { Candidate: not null, Seed: { } seed } && BucketOf(seed, key) < assignment.Weight;
}
