using AgentManagement.Domain.Releases;
using AgentManagement.Releases;
using AgentManagement.Tests.Deployment;

namespace AgentManagement.Tests.Labels;

/// <summary>Which keys have the candidate of a rollout.</summary>
public sealed class VariantChoiceTests
{
    public static TheoryData<string, string, int> Buckets
    {
        get
        {
            var data = new TheoryData<string, string, int>();
            using var file = JsonDocument.Parse(File.ReadAllText(Repository.PathOf("sdk/conformance/variants.json")));
            foreach (var bucket in file.RootElement.GetProperty("buckets").EnumerateArray())
            {
                data.Add(bucket.GetProperty("seed").GetString()!, bucket.GetProperty("key").GetString()!,
                    bucket.GetProperty("bucket").GetInt32());
            }
            return data;
        }
    }

    [Theory, MemberData(nameof(Buckets))]
    public void A_key_has_the_place_that_all_clients_compute(string seed, string key, int bucket) =>
        Assert.Equal(bucket, VariantChoice.BucketOf(seed, key));

    [Theory, MemberData(nameof(Buckets))]
    public void Places_below_the_weight_have_the_candidate_and_no_other(string seed, string key, int bucket)
    {
        Assert.False(VariantChoice.IsCandidate(Of(bucket, seed), key));
        Assert.True(VariantChoice.IsCandidate(Of(bucket + 1, seed), key));
    }

    [Fact]
    public void A_million_keys_have_the_candidate_by_its_weight()
    {
        const int keys = 1_000_000;
        int[] weights = [1_000, 10_000, 50_000, 99_000];
        var counts = new int[weights.Length];
        for (var key = 0; key < keys; key++)
        {
            var bucket = VariantChoice.BucketOf("seed", $"user-{key}");
            for (var index = 0; index < weights.Length; index++)
            {
                if (bucket < weights[index]) counts[index]++;
            }
        }
        foreach (var (weight, count) in weights.Zip(counts))
        {
            var share = weight / (double)Release.FullWeight;
            var deviation = Math.Sqrt(keys * share * (1 - share));
            Assert.InRange(count, (keys * share) - (4 * deviation), (keys * share) + (4 * deviation));
        }
    }

    [Fact]
    public void No_two_pairs_of_seed_and_key_run_together() =>
        Assert.NotEqual(VariantChoice.BucketOf("a", "b;1:c"), VariantChoice.BucketOf("a;1:b", "c"));

    private static AssignmentDocument Of(int weight, string seed) =>
        new() { Stable = 1, Candidate = 2, Weight = weight, Seed = seed, Release = "rel", Revision = 1 };
}
