using System.ComponentModel;
using System.Diagnostics;

namespace AgentManagement.Tests.Deployment;

/// <summary>What kubectl makes of k8s/.</summary>
public sealed class KustomizeTests
{
    [Fact]
    public async Task The_manifests_build_and_refer_to_each_other()
    {
        var built = Yaml.Parse(await BuildAsync());
        Assert.Equal(Manifests.All.Select(Manifests.Kind).Append("ConfigMap").Order(), built.Select(Manifests.Kind).Order());
        Assert.All(built.Where(resource => Manifests.Kind(resource) != "Namespace"), resource =>
            Assert.Equal("agent-management", resource["metadata"]!["namespace"]!.GetValue<string>()));

        var settings = Manifests.Name(built.Single(resource => Manifests.Kind(resource) == "ConfigMap"));
        Assert.Matches("^settings-.+", settings);
        Assert.All(built.Where(resource => Manifests.Kind(resource) == "Deployment"), deployment =>
            Assert.Equal(settings, Manifests.ContainerOf(deployment)["envFrom"]!.AsArray()
                .Single()!["configMapRef"]!["name"]!.GetValue<string>()));
    }

    private static async Task<string> BuildAsync()
    {
        Process? process = null;
        try
        {
            process = Process.Start(new ProcessStartInfo(
                "kubectl", ["kustomize", Repository.PathOf(Manifests.Folder)])
            { RedirectStandardOutput = true });
        }
        catch (Win32Exception)
        {
            Assert.Skip("Needs kubectl.");
        }
        using (process!)
        {
            var output = await process!.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.Equal(0, process.ExitCode);
            return output;
        }
    }
}
