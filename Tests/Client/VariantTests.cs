using AgentManagement.Client;
using AgentManagement.Tests.Deployment;

namespace AgentManagement.Tests.Client;

/// <summary>The choice of versions, as all SDKs and the service choose them.</summary>
public sealed class VariantTests
{
    private static readonly JsonNode Vectors = JsonNode.Parse(Repository.Read("sdk/conformance/variants.json"))!;

    public static TheoryData<string, string, int> Buckets
    {
        get
        {
            var data = new TheoryData<string, string, int>();
            foreach (var each in Vectors["buckets"]!.AsArray())
            {
                data.Add((string)each!["seed"]!, (string)each["key"]!, (int)each["bucket"]!);
            }
            return data;
        }
    }

    public static TheoryData<string> Choices => [.. Vectors["choices"]!.AsArray().Select(choice => choice!.ToJsonString())];

    [Theory, MemberData(nameof(Buckets))]
    public void A_key_has_its_place(string seed, string key, int bucket) => Assert.Equal(bucket, VariantChoice.BucketOf(seed, key));

    [Theory, MemberData(nameof(Choices))]
    public void A_rule_gives_a_key_its_version(string text)
    {
        var (choice, key) = (JsonNode.Parse(text)!, (string)JsonNode.Parse(text)!["key"]!);
        var rule = new VersionRule(
            "bot", (int?)choice["rule"]!["stable"], (int?)choice["rule"]!["candidate"], (int)choice["rule"]!["weight"]!,
            (string?)choice["rule"]!["seed"], "rel");
        if (choice["error"] is { } code)
        {
            Assert.Equal((string?)code, Assert.Throws<ApiException>(() => VariantChoice.Choose(rule, key)).Code);
            return;
        }
        var chosen = VariantChoice.Choose(rule, key);
        Assert.Equal(((int?)choice["version"], (string?)choice["variant"]), (chosen?.Version, chosen?.Variant));
    }
}
