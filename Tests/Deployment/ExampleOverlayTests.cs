using System.ComponentModel;
using System.Diagnostics;
using AgentManagement.ServiceDefaults.Settings;

namespace AgentManagement.Tests.Deployment;

/// <summary>k8s-example/ and k8s/backup, as kubectl renders them.</summary>
public sealed class ExampleOverlayTests
{
    private const string Folder = "k8s-example";

    [Fact]
    public async Task The_overlay_builds_with_images_by_version_and_fits_a_small_cluster()
    {
        var built = Yaml.Parse(await RunAsync("kubectl", ["kustomize", Folder]));
        foreach (var kind in (string[])["Ingress", "PodMonitor", "PrometheusRule", "Deployment", "Service"])
        {
            Assert.Contains(built, resource => Manifests.Kind(resource) == kind);
        }
        var workloads = built.Where(resource => Manifests.PodOf(resource) is not null).ToList();
        Assert.All(workloads, workload => Assert.Matches("^registry.example/agent-management-.+:[0-9]+\\.[0-9]+\\.[0-9]+$",
            Manifests.ContainerOf(workload)["image"]!.GetValue<string>()));
        Assert.All(workloads, workload => Assert.Equal("100m",
            Manifests.ContainerOf(workload)["resources"]!["requests"]!["cpu"]!.GetValue<string>()));
        var settings = built.Single(resource => Manifests.Kind(resource) == "ConfigMap")["data"]!;
        Assert.True(MaintenanceSchedule.TryRead(settings["MAINTENANCE_WINDOW"]!.ToString(), out _));
    }

    [Fact]
    public async Task The_ingress_leads_to_the_gateway_and_to_nothing_that_is_for_services_or_operators()
    {
        var ingress = Yaml.Parse(await RunAsync("kubectl", ["kustomize", Folder]))
            .Single(resource => Manifests.Kind(resource) == "Ingress");
        var paths = ingress["spec"]!["rules"]![0]!["http"]!["paths"]!.AsArray().Select(path => path!).ToList();
        Assert.Equal(["/api", "/docs", "/openapi", "/health/ready"], paths.Select(path => path["path"]!.ToString()));
        Assert.All(paths, path => Assert.Equal("gateway", path["backend"]!["service"]!["name"]!.ToString()));
    }

    [Fact]
    public async Task The_rules_of_the_operator_are_those_of_Prometheus() => Assert.Equal(
        Repository.Read($"{Folder}/rules.yaml"), await RunAsync("bash", ["scripts/prometheus-rule.sh"]));

    [Fact]
    public async Task The_backup_renders_with_the_command_that_its_file_names()
    {
        var command = Repository.Read("k8s/backup/kustomization.yaml").Split('\n')[0].TrimStart('#', ' ').Split(" | ")[0].Split(' ');
        Assert.Equal("kubectl", command[0]);
        var built = Yaml.Parse(await RunAsync(command[0], command[1..]));
        Assert.Contains(built, resource => Manifests.Kind(resource) == "CronJob");
    }

    [Fact]
    public async Task The_scan_without_GitHub_looks_at_the_images_that_the_one_with_it_does()
    {
        var scanned = (await RunAsync("bash", ["scripts/weekly-scan.sh", "--list"])).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var workflow = Yaml.Parse(Repository.Read(".github/workflows/scan.yml")).Single();
        Assert.Equal(workflow["jobs"]!["servers"]!["strategy"]!["matrix"]!["image"]!.AsArray().Select(image => image!.ToString()).Order(),
            scanned.Order());
    }

    private static async Task<string> RunAsync(string program, string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                RedirectStandardOutput = true, WorkingDirectory = Repository.Root,
            })!;
            var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, process.ExitCode);
            return output;
        }
        catch (Win32Exception)
        {
            Assert.Skip($"Needs {program}.");
            throw;
        }
    }
}
