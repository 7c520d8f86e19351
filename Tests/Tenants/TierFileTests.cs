using System.Text;
using AgentManagement.Domain.Tenants;
using AgentManagement.ServiceDefaults.Settings;
using AgentManagement.Silo.Hosting;
using AgentManagement.Silo.Settings;

namespace AgentManagement.Tests.Tenants;

/// <summary>TIERS_FILE: a file that replaces the service's own tiers, and what is said of one that cannot.</summary>
public sealed class TierFileTests : IDisposable
{
    private static readonly string Own = ReadOwn();

    private readonly string _path = Path.Combine(Path.GetTempPath(), $"tiers-{Guid.NewGuid():n}.json");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void A_mounted_file_replaces_the_services_own()
    {
        var file = JsonNode.Parse(Own)!.AsObject();
        file["free"]!["agents"] = 7;
        file["startup"] = file["free"]!.DeepClone();
        file.Remove("advance");
        // With a byte order mark, as editors of Windows write it.
        File.WriteAllText(_path, file.ToJsonString(), Encoding.UTF8);

        var tiers = TierSettings.Read(new SiloSettings { TiersFile = _path });
        Assert.Equal(["enterprise", "free", "professional", "startup"], tiers.Names);
        Assert.Equal((7, "startup"), (tiers.Find("startup").Agents, tiers.Find("startup").Tier));
        Assert.Equal("free", tiers.Find("advance").Tier);
    }

    [Theory]
    [InlineData("\"agents\": 3", "\"agents\": -3", 3, "'agents' of the tier 'free' must be a whole number")]
    [InlineData("\"agents\": 3", "\"agents\": 3.5", 3, "'agents' of the tier 'free' must be a whole number")]
    [InlineData("\"agents\": 3", "\"agents\": \"3\"", 3, "'agents' of the tier 'free' must be a whole number")]
    [InlineData("\"agents\": 3", "\"agents\":\n    -3", 4, "'agents' of the tier 'free' must be a whole number")]
    [InlineData("\"agents\": 5", "\"agent\": 5", 10, "There is no limit 'agent'; there are: agents, activeAgents, createsPerDay, tools, ")]
    [InlineData("\"agents\": 5", "\"agents\": 5, \"agents\": 5", 10, "'agents' is there twice")]
    [InlineData("\"watchers\": 50", "\"tools\": 1", 21, "'tools' is there twice")]
    [InlineData("\"models\": [\"*\"],\n    \"fileMebibytes\": 100", "\"models\": \"*\",\n    \"fileMebibytes\": 100", 19,
        "'models' of the tier 'professional' must be a list")]
    [InlineData("\"totalFileMebibytes\": 50,", "\"totalFileMebibytes\": -1,", 6,
        "'totalFileMebibytes' of the tier 'free' must be a whole number")]
    [InlineData("\"fileTypes\": [\"*\"]", "\"fileTypes\": [7]", 20, "'fileTypes' of the tier 'professional' must be a list")]
    [InlineData("\"advance\"", "\"free\"", 9, "The tier 'free' is there twice")]
    [InlineData("\"free\"", "\"gratis\"", 30, "There must be a tier 'free'")]
    [InlineData("\"agents\": 5,", "\"agents\": 5", 10, "Not valid JSON")]
    public void What_is_wrong_is_told_with_its_line(string part, string replacement, int line, string problem)
    {
        Assert.Contains(part, Own, StringComparison.Ordinal);
        var index = Own.IndexOf(part, StringComparison.Ordinal);
        File.WriteAllText(_path, Own[..index] + replacement + Own[(index + part.Length)..]);
        var exception = Assert.Throws<SettingsException>(() => TierSettings.Read(new SiloSettings { TiersFile = _path }));
        Assert.StartsWith($"The service cannot start: TIERS_FILE, line {line}: ", exception.Message, StringComparison.Ordinal);
        Assert.Contains(problem, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tier_that_lacks_a_limit_is_told_with_all_that_it_lacks()
    {
        File.WriteAllText(_path, "{\n  \"free\": {\n    \"agents\": 1\n  }\n}");
        var exception = Assert.Throws<SettingsException>(() => TierSettings.Read(new SiloSettings { TiersFile = _path }));
        Assert.Contains(
            "line 4: The tier 'free' lacks activeAgents, collections, createsPerDay,", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]", "The file must be an object of tiers."), InlineData("7", "The file must be an object of tiers.")]
    [InlineData("null", "The file must be an object of tiers."), InlineData("{\"free\":7}", "The tier 'free' must be an object.")]
    [InlineData("", "Not valid JSON.")]
    public void What_is_no_file_of_tiers_is_refused(string text, string problem)
    {
        File.WriteAllText(_path, text);
        Assert.Contains($"line 1: {problem}",
            Assert.Throws<SettingsException>(() => TierSettings.Read(new SiloSettings { TiersFile = _path })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_refused() => Assert.Equal(
        "The service cannot start: TIERS_FILE cannot be read.",
        Assert.Throws<SettingsException>(() => TierSettings.Read(new SiloSettings { TiersFile = _path + ".none" })).Message);

    private static string ReadOwn()
    {
        using var file = typeof(TierCatalog).Assembly.GetManifestResourceStream("AgentManagement.Domain.Tiers.tiers.json")!;
        using var reader = new StreamReader(file, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
