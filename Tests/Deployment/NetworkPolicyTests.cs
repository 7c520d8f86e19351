using System.Net;
using AgentManagement.ServiceDefaults.Outgoing;

namespace AgentManagement.Tests.Deployment;

/// <summary>Who reaches whom, decided by the policies as a cluster decides it.</summary>
public sealed class NetworkPolicyTests
{
    private const string Ingress = "the ingress controller";
    private const string Names = "the name server";
    private const string Elsewhere = "another namespace";
    private const string Registry = "the tool registry";
    private const string Identity = "the identity service";
    private const string Orchestrator = "the orchestrator";
    private const string Scraper = "the scraper";

    [Theory]
    [InlineData("silo", "silo", 11111)]
    [InlineData("gateway", "silo", 30000)]
    [InlineData(Ingress, "gateway", 8080)]
    [InlineData("silo", "postgresql", 5432)]
    [InlineData("migrate", "postgresql", 5432)]
    [InlineData("silo", "redis", 6379)]
    [InlineData("gateway", "redis", 6379)]
    [InlineData("silo", Elsewhere, 5432)]
    [InlineData("migrate", Elsewhere, 5432)]
    [InlineData("gateway", Elsewhere, 6379)]
    [InlineData("silo", Names, 53)]
    [InlineData("gateway", Names, 53)]
    [InlineData("migrate", Names, 53)]
    [InlineData("silo", Registry, 8080)]
    [InlineData("silo", Orchestrator, 8080)]
    [InlineData("gateway", Identity, 8080)]
    [InlineData(Scraper, "silo", 9090)]
    [InlineData(Scraper, "gateway", 9090)]
    [InlineData("base", "postgresql", 5432)]
    [InlineData("measure", "postgresql", 5432)]
    [InlineData("redis-backup", "redis", 6379)]
    [InlineData("base", Elsewhere, 5432)]
    [InlineData("measure", Elsewhere, 5432)]
    [InlineData("redis-backup", Elsewhere, 6379)]
    [InlineData("base", Names, 53)]
    [InlineData("measure", Names, 53)]
    [InlineData("redis-backup", Names, 53)]
    [InlineData(Scraper, "measure", 9100)]
    public void The_service_reaches_what_it_needs(string from, string to, int port) => Assert.True(Reaches(from, to, port));

    [Theory]
    [InlineData("gateway", "silo", 11111)]
    [InlineData("gateway", "silo", 8080)]
    [InlineData("migrate", "silo", 11111)]
    [InlineData("migrate", "silo", 30000)]
    [InlineData("stranger", "silo", 11111)]
    [InlineData("stranger", "silo", 30000)]
    [InlineData("stranger", "silo", 8080)]
    [InlineData(Ingress, "silo", 11111)]
    [InlineData(Ingress, "silo", 30000)]
    [InlineData(Elsewhere, "silo", 11111)]
    [InlineData(Elsewhere, "silo", 30000)]
    [InlineData(Elsewhere, "gateway", 8080)]
    [InlineData("stranger", "gateway", 8080)]
    [InlineData("silo", "gateway", 8080)]
    [InlineData("gateway", "postgresql", 5432)]
    [InlineData("gateway", Elsewhere, 5432)]
    [InlineData("stranger", "postgresql", 5432)]
    [InlineData(Elsewhere, "postgresql", 5432)]
    [InlineData("migrate", "redis", 6379)]
    [InlineData("stranger", "redis", 6379)]
    [InlineData(Elsewhere, "redis", 6379)]
    [InlineData("silo", Elsewhere, 443)]
    [InlineData("silo", Elsewhere, 8080)]
    [InlineData("silo", Registry, 443)]
    [InlineData("gateway", Registry, 8080)]
    [InlineData(Registry, "silo", 8080)]
    [InlineData("gateway", Identity, 443)]
    [InlineData("silo", Identity, 8080)]
    [InlineData("migrate", Identity, 8080)]
    [InlineData(Identity, "gateway", 8080)]
    [InlineData("gateway", Elsewhere, 443)]
    [InlineData("migrate", Elsewhere, 443)]
    [InlineData("stranger", Elsewhere, 443)]
    [InlineData(Elsewhere, "stranger", 80)]
    [InlineData(Elsewhere, "migrate", 80)]
    [InlineData(Ingress, "migrate", 8080)]
    [InlineData(Scraper, "silo", 8080)]
    [InlineData(Scraper, "gateway", 8080)]
    [InlineData(Ingress, "gateway", 9090)]
    [InlineData("stranger", "silo", 9090)]
    [InlineData(Ingress, "silo", 8080)]
    [InlineData(Elsewhere, "silo", 8080)]
    [InlineData(Scraper, "silo", 11111)]
    [InlineData(Scraper, "silo", 30000)]
    [InlineData(Scraper, "postgresql", 5432)]
    [InlineData(Scraper, "redis", 6379)]
    [InlineData(Scraper, "migrate", 8080)]
    [InlineData("drill", "postgresql", 5432)]
    [InlineData("redis-backup", "postgresql", 5432)]
    [InlineData("base", "redis", 6379)]
    [InlineData("measure", "redis", 6379)]
    [InlineData("base", "silo", 30000)]
    [InlineData("base", "gateway", 8080)]
    [InlineData("silo", "measure", 9100)]
    [InlineData(Elsewhere, "measure", 9100)]
    [InlineData("base", Elsewhere, 443)]
    public void Nothing_else_is_reached(string from, string to, int port) => Assert.False(Reaches(from, to, port));

    [Theory]
    [InlineData("gateway", "postgresql", 5432)]
    [InlineData("migrate", "redis", 6379)]
    [InlineData("gateway", "silo", 11111)]
    [InlineData("migrate", "silo", 11111)]
    [InlineData("migrate", "silo", 30000)]
    public void Each_end_by_itself_refuses_the_other(string from, string to, int port)
    {
        Assert.False(Allows("egress", Place.Of(from), Place.Of(to), port));
        Assert.False(Allows("ingress", Place.Of(to), Place.Of(from), port));
    }

    [Fact]
    public void A_pod_that_no_other_policy_is_about_neither_reaches_nor_is_reached() =>
        Assert.Contains(Manifests.Of("NetworkPolicy"), policy =>
        policy["spec"] is JsonObject { Count: 2 } spec && spec["podSelector"] is JsonObject { Count: 0 }
        && Compose.Words(policy["spec"]!["policyTypes"]) is ["Ingress", "Egress"]);

    [Fact]
    public void Only_silos_reach_what_is_outside_of_the_cluster_and_only_what_is_public_over_TLS()
    {
        var rules = Manifests.Of("NetworkPolicy").Concat(Manifests.Backup.Where(resource => Manifests.Kind(resource) == "NetworkPolicy"))
            .SelectMany(policy => new[] { "ingress", "egress" }.SelectMany(direction =>
                (policy["spec"]![direction]?.AsArray() ?? []).Select(rule => (Policy: Manifests.Name(policy), Rule: rule!))))
            .Where(rule => rule.Rule.ToJsonString().Contains("ipBlock", StringComparison.Ordinal)).ToList();
        var (policy, rule) = Assert.Single(rules);
        Assert.Equal("silo", policy);
        Assert.Equal(443, Assert.Single(rule["ports"]!.AsArray())!["port"]!.GetValue<long>());
        var blocks = rule["to"]!.AsArray().Select(peer => peer!["ipBlock"]!).ToList();
        var addresses = new OutgoingAddresses([]);
        foreach (var inside in (string[])
            [
                "10.0.0.1", "172.16.0.1", "192.168.0.1", "100.64.0.1", "127.0.0.1", "169.254.169.254", "::1", "fd00::1", "fe80::1",
            ])
        {
            var address = IPAddress.Parse(inside);
            Assert.False(addresses.MayBeCalled(address));
            Assert.DoesNotContain(blocks, block => IPNetwork.Parse(block["cidr"]!.ToString()).Contains(address)
                && !(block["except"]?.AsArray() ?? []).Any(each => IPNetwork.Parse(each!.ToString()).Contains(address)));
        }
    }

    [Fact]
    public void The_ports_are_those_of_the_settings()
    {
        var silo = Manifests.Containers.Single(container => container.Name.EndsWith(" silo", StringComparison.Ordinal)).ReadSettings();
        Assert.Equal((8080, 9090, 11111, 30000), (
            silo.ServicePort, silo.ManagementPort!.Value, silo.Silo.SiloPort, silo.Silo.SiloGatewayPort));
    }

    private static bool Reaches(string from, string to, int port) =>
        Allows("egress", Place.Of(from), Place.Of(to), port) && Allows("ingress", Place.Of(to), Place.Of(from), port);

    // A pod that no policy is about is free; one that some are about may do what any of them allows.
    private static bool Allows(string direction, Place pod, Place other, int port)
    {
        var policies = pod.Resources.Where(resource => Manifests.Kind(resource) == "NetworkPolicy").Select(policy => policy["spec"]!)
            .Where(policy => Manifests.Selects(policy["podSelector"], pod.Labels))
            .Where(policy => Compose.Words(policy["policyTypes"]).Contains(direction, StringComparer.OrdinalIgnoreCase)).ToList();
        return policies.Count == 0 || policies.SelectMany(policy => policy[direction]?.AsArray() ?? []).Any(rule =>
            (rule!["ports"] is not JsonArray ports || ports.Any(allowed => allowed!["port"]!.GetValue<long>() == port))
            && (rule[direction == "egress" ? "to" : "from"] is not JsonArray peers || peers.Any(peer => IsOneOf(peer!, pod, other))));
    }

    // Without a selector of namespaces, those of the policy's own are meant.
    private static bool IsOneOf(JsonNode peer, Place pod, Place place)
    {
        if (peer["ipBlock"] is not null) return false;
        return (peer["namespaceSelector"] is { } namespaces
            ? Manifests.Selects(namespaces, place.NamespaceLabels) : place.Namespace == pod.Namespace)
            && (peer["podSelector"] is not { } pods || Manifests.Selects(pods, place.Labels));
    }

    /// <param name="Labels">Of the pod.</param>
    /// <param name="NamespaceLabels">Of its namespace.</param>
    private sealed record Place(JsonObject Labels, JsonObject NamespaceLabels)
    {
        public string Namespace => NamespaceLabels["kubernetes.io/metadata.name"]!.ToString();

        /// <summary>What is known of its namespace, whose policies are about it.</summary>
        public IReadOnlyList<JsonObject> Resources => Namespace switch
        {
            "agent-management" => Manifests.All,
            "agent-management-backup" => Manifests.Backup,
            _ => [],
        };

        public static Place Of(string name) => name switch
        {
            Ingress => new([], new() { ["kubernetes.io/metadata.name"] = "edge", ["agent-management/ingress"] = "true" }),
            Names => new([], new() { ["kubernetes.io/metadata.name"] = "kube-system" }),
            Registry => new([], new() { ["kubernetes.io/metadata.name"] = "tool-registry" }),
            Scraper => new([], new() { ["kubernetes.io/metadata.name"] = "monitoring", ["agent-management/metrics"] = "true" }),
            Identity => new([], new() { ["kubernetes.io/metadata.name"] = "identity" }),
            Orchestrator => new([], new() { ["kubernetes.io/metadata.name"] = "orchestrator" }),
            Elsewhere => new([], new() { ["kubernetes.io/metadata.name"] = "elsewhere" }),
            "postgresql" or "redis" or "stranger" => new(new() { ["app.kubernetes.io/name"] = name }, Here),
            _ when Manifests.Workloads.SingleOrDefault(workload => Manifests.Name(workload) == name) is { } workload =>
                new(Manifests.PodLabels(workload), Here),
            _ => new(
                Manifests.Backup.Select(resource => Manifests.TemplateOf(resource)?["metadata"]!["labels"]!.AsObject())
                    .Single(labels => labels?["app.kubernetes.io/name"]!.ToString() == name)!,
                new() { ["kubernetes.io/metadata.name"] = "agent-management-backup" }),
        };

        private static JsonObject Here => new() { ["kubernetes.io/metadata.name"] = "agent-management" };
    }
}
