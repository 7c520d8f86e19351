using System.Diagnostics;
using System.Text.RegularExpressions;

namespace AgentManagement.Tests.Deployment;

/// <summary>Images of others are named by digest, and scripts/pin-images.sh renews the digests.</summary>
public sealed partial class PinnedImagesTests : IDisposable
{
    private static readonly string[] Files = ["Dockerfile", "docker-compose.yml", "k8s/backup/backup.yaml", ".github/workflows/scan.yml"];

    /// <summary>A checkout with the files, and beside them a `docker` that answers for the registries.</summary>
    private readonly string _folder = Directory.CreateTempSubdirectory("agent-management-pins-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_image_of_others_is_named_by_tag_and_digest()
    {
        Assert.All(Used(), image => Assert.Matches("^[a-z0-9./-]+:[A-Za-z0-9._-]+@sha256:[0-9a-f]{64}$", image));
        Assert.Equal(7, Used().Count);
        // One tag is one image, wherever it is named.
        Assert.Equal(Used(), Used().DistinctBy(image => image.Split('@')[0]));
    }

    [Fact]
    public void A_snapshot_of_Redis_is_checked_by_the_version_that_wrote_it()
    {
        string Version(string service) => Compose.Image(Compose.Services[service]!).Version.Split('-')[0];
        Assert.Equal(Version("redis"), Version("redis-backup"));
        Assert.Contains(Compose.Services["redis-backup"]!["image"]!.ToString(), ContainersOf(Manifests.Backup));
    }

    [Fact]
    public async Task The_digests_of_all_files_are_renewed_and_a_registry_without_an_answer_changes_none()
    {
        Lay("""
            case "$4" in redis:*) exit 1 ;; esac
            test "$1 $2 $3 $5 $6" = "buildx imagetools inspect --format {{.Manifest.Digest}}" || exit 1
            printf 'sha256:%s\n' "$(printf %s "$4" | sha256sum | cut -d' ' -f1)"
            """);
        // Of an image that is new nothing is known yet.
        var compose = Path.Combine(_folder, "docker-compose.yml");
        var before = await File.ReadAllTextAsync(compose);
        await File.WriteAllTextAsync(compose, Digest().Replace(before, match =>
            match.Value.StartsWith("chrislusf/", StringComparison.Ordinal) ? match.Groups["tag"].Value + "@sha256:" : match.Value));

        var (code, said) = await RunAsync();

        Assert.Equal(1, code);
        Assert.Equal(5, said.Count(line => line.Contains(" is now sha256:", StringComparison.Ordinal)));
        foreach (var file in Files)
        {
            var expected = Digest().Replace(Repository.Read(file), match => match.Groups["tag"].Value is var tag
                && tag.StartsWith("redis:", StringComparison.Ordinal) ? match.Value : $"{tag}@{DigestOf(tag)}");
            Assert.Equal(expected, await File.ReadAllTextAsync(Path.Combine(_folder, file)));
        }
    }

    [Fact]
    public async Task What_is_as_the_registries_have_it_stays()
    {
        var known = Used().Select(image => image.Split('@')).Select(parts => $"{parts[0]}) echo {parts[1]} ;;");
        Lay($"""case "$4" in {string.Join('\n', known)} esac""");
        var (code, said) = await RunAsync();
        Assert.Equal((0, "All digests are those of the registries."), (code, Assert.Single(said)));
        Assert.All(Files, file => Assert.Equal(Repository.Read(file), File.ReadAllText(Path.Combine(_folder, file))));
    }

    private static IReadOnlyList<string> Used()
    {
        var stages = Images.Instructions.Select(instruction => instruction.Stage).ToHashSet();
        var bases = Images.Instructions.Where(instruction => instruction.Word == "FROM")
            .Select(instruction => instruction.Operand.Split(" AS ")[0].Split(' ')[^1]).Where(name => !stages.Contains(name));
        var started = Compose.Services.Select(service => service.Value!["image"]!.ToString())
            .Concat(ContainersOf(Manifests.All)).Concat(ContainersOf(Manifests.Backup))
            .Where(image => !image.StartsWith("agent-management", StringComparison.Ordinal));
        return [.. bases.Concat(started).Distinct().Order(StringComparer.Ordinal)];
    }

    private static IEnumerable<string> ContainersOf(IEnumerable<JsonObject> resources) => resources.SelectMany(resource =>
        Manifests.TemplateOf(resource)?["spec"]!["containers"]!.AsArray().Select(container => container!["image"]!.ToString()) ?? []);

    private static string DigestOf(string tag) =>
        $"sha256:{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(tag)))}";

    private void Lay(string docker)
    {
        foreach (var file in Files.Concat(["scripts/common.sh", "scripts/pin-images.sh"]))
        {
            var copy = Path.Combine(_folder, file);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(Repository.PathOf(file), copy);
        }
        var tool = Path.Combine(_folder, "docker");
        File.WriteAllText(tool, $"#!/bin/sh\n{docker}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(tool, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    private async Task<(int Code, string[] Said)> RunAsync()
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(_folder, "scripts/pin-images.sh")]) { RedirectStandardOutput = true };
        start.Environment["PATH"] = $"{_folder}:{Environment.GetEnvironmentVariable("PATH")}";
        using var process = Process.Start(start)!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, said.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [GeneratedRegex(@"(?<tag>[a-z0-9][a-z0-9./-]*:[A-Za-z0-9._-]+)@sha256:[0-9a-f]{64}")]
    private static partial Regex Digest();
}
