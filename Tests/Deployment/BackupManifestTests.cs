using System.Text.Json.Nodes;
using AgentManagement.Tests.Support;

namespace AgentManagement.Tests.Deployment;

/// <summary>k8s/backup: what makes backups in a cluster.</summary>
[Trait(RuntimeTrait.Name, RuntimeTrait.Any)]
public sealed class BackupManifestTests
{
    private const string Folder = "k8s/backup";

    private static readonly IReadOnlyList<JsonObject> Resources = Yaml.Parse(Repository.Read($"{Folder}/backup.yaml"));

    private static IEnumerable<JsonNode> Pods => Resources.Select(resource => resource["spec"]?["jobTemplate"]?["spec"]?["template"]?["spec"] ?? resource["spec"]?["template"]?["spec"])
        .OfType<JsonNode>();

    private static IEnumerable<JsonNode> Containers => Pods.SelectMany(pod => pod["containers"]!.AsArray()).Select(container => container!);

    [Fact]
    public void A_pod_has_no_more_rights_than_it_needs()
    {
        Assert.Equal(3, Pods.Count());
        Assert.All(Pods, pod =>
        {
            Assert.True(pod["securityContext"]!["runAsNonRoot"]!.GetValue<bool>());
            Assert.Equal("RuntimeDefault", pod["securityContext"]!["seccompProfile"]!["type"]!.ToString());
            Assert.False(pod["automountServiceAccountToken"]!.GetValue<bool>());
        });
        Assert.All(Containers, container =>
        {
            Assert.False(container["securityContext"]!["allowPrivilegeEscalation"]!.GetValue<bool>());
            Assert.True(container["securityContext"]!["readOnlyRootFilesystem"]!.GetValue<bool>());
            Assert.Equal(["ALL"], Compose.Words(container["securityContext"]!["capabilities"]!["drop"]));
        });
        Assert.Equal("restricted", Resources.Single(resource => Manifests.Kind(resource) == "Namespace")["metadata"]!["labels"]!["pod-security.kubernetes.io/enforce"]!.ToString());
    }

    /// <summary>A script needs those that it sources and runs beside it.</summary>
    [Fact]
    public void Every_script_that_runs_there_is_there_with_what_it_needs()
    {
        var map = Yaml.Parse(Repository.Read($"{Folder}/kustomization.yaml")).Single()["configMapGenerator"]!.AsArray().Single()!;
        Assert.Equal("scripts", map["name"]!.ToString());
        var files = map["files"]!.AsArray().ToDictionary(file => Path.GetFileName(file!.ToString()), file => Repository.Read(Path.Combine(Folder, file!.ToString())));
        var run = Containers.SelectMany(container => Compose.Words(container["command"])).SelectMany(word => word.Split(' ', ';'))
            .Where(word => word.StartsWith("/scripts/", StringComparison.Ordinal)).Select(word => word["/scripts/".Length..]).ToList();
        Assert.Equal(["base.sh", "measure.sh", "redis.sh"], run.Order());
        var needed = files.Values.SelectMany(text => text.Split('/', '"')).Where(word => word.EndsWith(".sh", StringComparison.Ordinal) && !word.Contains(' ', StringComparison.Ordinal)).Concat(run);
        Assert.All(needed, script => Assert.Contains(script, files.Keys));
    }

    [Fact]
    public void Backups_are_as_often_as_the_alerts_expect()
    {
        string Schedule(string name) => Resources.Single(resource => Manifests.Kind(resource) == "CronJob" && Manifests.Name(resource) == name)["spec"]!["schedule"]!.ToString();
        Assert.Equal(("15 1 * * *", "45 */6 * * *"), (Schedule("base"), Schedule("redis")));
        Assert.All(Containers.Where(container => container["env"] is not null), container =>
            Assert.Equal("30", container["env"]!.AsArray().Single(variable => variable!["name"]!.ToString() == "BACKUP_DAYS")!["value"]!.ToString()));
    }
}
