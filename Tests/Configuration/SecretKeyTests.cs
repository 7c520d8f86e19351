using AgentManagement.ServiceDefaults.Settings;

namespace AgentManagement.Tests.Configuration;

public sealed class SecretKeyTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("agent-management-");

    private string KeyFile => Path.Combine(_directory.FullName, "development.key");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void The_secret_key_is_used_as_its_bytes() =>
        Assert.Equal(
            new string('ä', 16), System.Text.Encoding.UTF8.GetString(SecretKey.Of(new() { SecretKey = new string('ä', 16) })));

    [Fact]
    public void In_development_a_key_is_made_once_for_the_owner_only()
    {
        var key = SecretKey.Of(Development);

        Assert.Equal(key, SecretKey.Of(Development));
        Assert.Equal(48, Convert.FromBase64String(File.ReadAllText(KeyFile)).Length);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyFile));
    }

    [Fact]
    public async Task Processes_that_start_at_once_agree_on_one_key()
    {
        var keys = await Task.WhenAll(Enumerable.Range(0, 16)
            .Select(_ => Task.Run(() => Convert.ToHexString(SecretKey.Of(Development)))));

        Assert.Single(keys.Distinct());
        Assert.Equal(["development.key"], _directory.GetFiles().Select(file => file.Name));
    }

    [Fact]
    public void In_production_no_key_is_made() =>
        Assert.Throws<SettingsException>(() => SecretKey.Of(Development with { IsProduction = true }));

    [Fact]
    public void A_key_that_is_too_short_is_refused() =>
        Assert.Throws<SettingsException>(() => SecretKey.Of(new() { SecretKey = "short" }));

    private ServiceSettings Development => new() { DataDirectory = _directory.FullName };
}
