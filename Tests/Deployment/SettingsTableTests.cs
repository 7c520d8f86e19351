using AgentManagement.ServiceDefaults.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace AgentManagement.Tests.Deployment;

/// <summary>README's table has every variable that the service reads, and none that it does not.</summary>
public sealed class SettingsTableTests
{
    private static readonly IReadOnlyList<string> Read = [.. VariablesRead()];

    [Fact]
    public void Every_variable_that_is_read_has_its_row_and_every_row_its_variable()
    {
        Assert.True(Read.Count > 25, "The variables were not found.");
        Assert.Equal(Read, SettingsTable.Names.Order());
    }

    [Fact]
    public void A_row_says_what_holds_without_the_variable() =>
        Assert.All(SettingsTable.Rows, cells => Assert.True(cells[1].Length > 0 && cells[2].Length > 0, cells[0]));

    [Fact]
    public void What_is_required_in_production_is_marked()
    {
        var refused = Assert.Throws<SettingsException>(() => HostSettings.Read(
            new ConfigurationBuilder().AddInMemoryCollection([new("ENVIRONMENT", "production")]).Build()));
        Assert.Equal(
            Read.Where(name => refused.Message.Contains($"{name} is required", StringComparison.Ordinal)),
            SettingsTable.Required.Order());
    }

    [Fact]
    public void Tests_do_not_see_those_of_whoever_runs_them()
    {
        var script = Repository.Read("test");
        var isolated = script[script.IndexOf("isolate_tests() {", StringComparison.Ordinal)..].Split([' ', '\n', '\\']).ToHashSet();
        Assert.All(Read, name => Assert.Contains(name, isolated));
    }

    private static IEnumerable<string> VariablesRead()
    {
        var environment = new RecordingConfiguration();
        HostSettings.Read(environment);
        return environment.Names.Order();
    }

    /// <summary>Has no values, and knows what it was asked for.</summary>
    private sealed class RecordingConfiguration : IConfiguration
    {
        public HashSet<string> Names { get; } = [];

        public string? this[string key]
        {
            get
            {
                Names.Add(key);
                return null;
            }
            set => throw new NotSupportedException();
        }

        public IEnumerable<IConfigurationSection> GetChildren() => throw new NotSupportedException();

        public IChangeToken GetReloadToken() => throw new NotSupportedException();

        public IConfigurationSection GetSection(string key) => throw new NotSupportedException();
    }
}
