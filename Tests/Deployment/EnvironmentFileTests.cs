using System.Diagnostics;

namespace AgentManagement.Tests.Deployment;

/// <summary>scripts/new-env.sh, which makes the .env that docker-compose.yml needs.</summary>
public sealed class EnvironmentFileTests
{
    [Fact]
    public async Task It_has_all_that_must_be_there_with_secrets_of_its_own()
    {
        var directory = Directory.CreateTempSubdirectory("agent-management-");
        try
        {
            var (one, other) = (Path.Combine(directory.FullName, "one"), Path.Combine(directory.FullName, "other"));
            Assert.Equal((0, 0), (await RunAsync(one), await RunAsync(other)));
            var (first, second) = (Repository.Variables(one), Repository.Variables(other));
            Assert.Subset(first.Keys.ToHashSet(), Compose.RequiredVariables.ToHashSet());
            Assert.All(first, variable => Assert.NotEqual("", variable.Value));
            var secrets = Repository.Variables(".env.example").Where(variable => variable.Value is "").Select(variable => variable.Key)
                .ToList();
            Assert.Equal(2 * secrets.Count, secrets.Select(name => first[name]).Concat(secrets.Select(name => second[name])).Distinct()
                .Count());
            Assert.All(secrets, name => Assert.Matches("^[0-9a-f]{64}$", first[name]));
            if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(one));

            var before = await File.ReadAllTextAsync(one);
            Assert.NotEqual(0, await RunAsync(one));
            Assert.Equal(before, await File.ReadAllTextAsync(one));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public void The_example_has_no_secret_and_nothing_that_is_not_used()
    {
        var example = Repository.Variables(".env.example");
        Assert.Subset(Compose.Variables.ToHashSet(), example.Keys.ToHashSet());
        Assert.All(example.Where(variable => variable.Value is not ""), variable =>
            Assert.DoesNotMatch("PASSWORD|SECRET|TOKEN|KEY", variable.Key));
    }

    [Fact]
    public void The_example_shows_what_holds_without_it()
    {
        var example = Repository.Variables(".env.example");
        Assert.All(Compose.Defaults, variable => Assert.Equal(variable.Value, example.GetValueOrDefault(variable.Name, variable.Value)));
        Assert.All(Compose.Defaults.GroupBy(variable => variable.Name), uses => Assert.Single(uses.Distinct()));
    }

    [Fact]
    public void It_is_never_committed() => Assert.Contains(".env", Repository.Read(".gitignore").Split('\n'));

    private static async Task<int> RunAsync(string path)
    {
        using var process = Process.Start(new ProcessStartInfo("bash", [Repository.PathOf("scripts/new-env.sh"), path])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
