using System.Text.RegularExpressions;

namespace AgentManagement.Tests.Deployment;

/// <summary>k8s/backup: what makes backups in a cluster.</summary>
public sealed partial class BackupManifestTests
{
    private const string Folder = "k8s/backup";

    private static IEnumerable<JsonNode> Pods => Manifests.Backup.Select(resource => Manifests.TemplateOf(resource)?["spec"])
        .OfType<JsonNode>();

    private static IEnumerable<JsonNode> Containers => Pods.SelectMany(pod => pod["containers"]!.AsArray()).Select(container => container!);

    [Fact]
    public void A_pod_has_no_more_rights_than_it_needs()
    {
        Assert.Equal(4, Pods.Count());
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
        Assert.Equal("restricted",
            Manifests.Backup.Single(resource => Manifests.Kind(resource) == "Namespace")["metadata"]!["labels"]![
            "pod-security.kubernetes.io/enforce"]!.ToString());
    }

    /// <summary>A script needs those that it sources and runs beside it.</summary>
    [Fact]
    public void Every_script_that_runs_there_is_there_with_what_it_needs()
    {
        var map = Yaml.Parse(Repository.Read($"{Folder}/kustomization.yaml")).Single()["configMapGenerator"]!.AsArray().Single()!;
        Assert.Equal("scripts", map["name"]!.ToString());
        var files = map["files"]!.AsArray().ToDictionary(
            file => Path.GetFileName(file!.ToString()), file => Repository.Read(Path.Combine(Folder, file!.ToString())));
        var run = Containers.SelectMany(container => Compose.Words(container["command"])).SelectMany(word => word.Split(' ', ';'))
            .Where(word => word.StartsWith("/scripts/", StringComparison.Ordinal)).Select(word => word["/scripts/".Length..]).ToList();
        Assert.Equal(["base.sh", "drill.sh", "measure.sh", "redis.sh"], run.Order());
        var needed = files.Values.SelectMany(text => ScriptName().Matches(text)).Select(match => match.Value).Concat(run);
        Assert.All(needed, script => Assert.Contains(script, files.Keys));
    }

    [Fact]
    public void Backups_are_as_often_as_the_alerts_expect()
    {
        string Schedule(string name) => Manifests.Backup.Single(resource => Manifests.Kind(resource) == "CronJob"
            && Manifests.Name(resource) == name)["spec"]!["schedule"]!.ToString();
        Assert.Equal(("15 1 * * *", "45 */6 * * *", "15 4 1 * *"), (Schedule("base"), Schedule("redis"), Schedule("drill")));
        Assert.Equal(["30"], Containers.Select(container => Variable(container, "BACKUP_DAYS")).OfType<string>().Distinct());
    }

    /// <summary>What each says of itself has to come to where the exporter looks, and a look that fails may not go on unseen.</summary>
    [Fact]
    public void What_the_scripts_tell_is_exported_and_a_failure_ends_its_container()
    {
        var exporter = Containers.Single(container => container["name"]!.ToString() == "exporter");
        var scripts = Containers.Where(container => container != exporter).ToList();
        Assert.All(scripts,
            container => Assert.Contains(
            $"--collector.textfile.directory={Variable(container, "BACKUP_METRICS_DIRECTORY")}", Compose.Words(exporter["args"])));
        Assert.All(scripts, container => Assert.DoesNotContain("|| true", container["command"]!.ToJsonString(), StringComparison.Ordinal));
        Assert.EndsWith("; exit 1",
            scripts.Single(container => container["name"]!.ToString() == "measure")["command"]!.AsArray()[^1]!.ToString(),
            StringComparison.Ordinal);
    }

    /// <summary>The crontab of docs/operations.md is for the same scripts at the same times.</summary>
    [Fact]
    public void The_documentation_schedules_what_the_cluster_does()
    {
        var text = Repository.Read("docs/operations.md");
        foreach (var job in Manifests.Backup.Where(resource => Manifests.Kind(resource) == "CronJob"))
        {
            Assert.Matches(
                $"\n    {Regex.Escape(job["spec"]!["schedule"]!.ToString())} .*/scripts/backup/{Manifests.Name(job)}\\.sh\n", text);
        }
    }

    private static string? Variable(JsonNode container, string name) =>
        container["env"]?.AsArray().SingleOrDefault(variable => variable!["name"]!.ToString() == name)?["value"]!.ToString();

    [GeneratedRegex(@"(?<![\w-])[a-z][a-z-]*\.sh\b")]
    private static partial Regex ScriptName();
}
